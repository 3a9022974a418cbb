//! The certificate authority that is generated at the start, and the server's TLS configuration.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, SanType, string::Ia5String,
};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

/// The names of the real services, for clients that a hosts file redirects here. A wildcard covers one label
/// only, so each geography has its own.
const INTERCEPTED: [&str; 17] = [
    "login.microsoftonline.com",
    "login.windows.net",
    "login.microsoft.com",
    "sts.windows.net",
    "graph.microsoft.com",
    "*.communication.azure.com",
    "*.africa.communication.azure.com",
    "*.asiapacific.communication.azure.com",
    "*.australia.communication.azure.com",
    "*.brazil.communication.azure.com",
    "*.canada.communication.azure.com",
    "*.europe.communication.azure.com",
    "*.india.communication.azure.com",
    "*.japan.communication.azure.com",
    "*.uk.communication.azure.com",
    "*.unitedstates.communication.azure.com",
    "*.usgov.communication.azure.com",
];

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// Apple's platforms reject server certificates that are valid for longer than 825 days.
const VALID: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// The server's TLS configuration, and the certificate that clients must trust.
pub(crate) struct Identity {
    pub(crate) config: Arc<ServerConfig>,
    pub(crate) ca_pem: String,
}

/// Generates a certificate authority and a server certificate; the authority's key is not stored.
pub(crate) fn identity(intercept: bool, extra_names: &[String]) -> Result<Identity, String> {
    let ca = CertifiedIssuer::self_signed(authority()?, KeyPair::generate().map_err(text)?).map_err(text)?;
    let key = KeyPair::generate().map_err(text)?;
    let leaf = leaf(intercept, extra_names)?.signed_by(&key, &ca).map_err(text)?;

    let chain: Vec<CertificateDer<'static>> = vec![leaf.der().clone()];
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(text)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(text)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Identity {
        config: Arc::new(config),
        ca_pem: ca.pem(),
    })
}

fn authority() -> Result<CertificateParams, String> {
    let mut params = CertificateParams::new(Vec::new()).map_err(text)?;
    params
        .distinguished_name
        .push(DnType::CommonName, "acs-emulator CA (made at start)");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    validity(&mut params);
    Ok(params)
}

fn leaf(intercept: bool, extra_names: &[String]) -> Result<CertificateParams, String> {
    let mut params = CertificateParams::new(Vec::new()).map_err(text)?;
    params.distinguished_name.push(DnType::CommonName, "acs-emulator");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    // Python 3.13 rejects a chain without it.
    params.use_authority_key_identifier_extension = true;
    validity(&mut params);

    let intercepted = if intercept { &INTERCEPTED[..] } else { &[] };
    let names = ["localhost"]
        .iter()
        .chain(intercepted)
        .map(|name| (*name).to_owned());
    for name in names.chain(extra_names.iter().cloned()) {
        let name = match name.parse::<IpAddr>() {
            Ok(address) => SanType::IpAddress(address),
            Err(_) => SanType::DnsName(Ia5String::try_from(name).map_err(text)?),
        };
        params.subject_alt_names.push(name);
    }
    params
        .subject_alt_names
        .push(SanType::IpAddress(Ipv4Addr::LOCALHOST.into()));
    params
        .subject_alt_names
        .push(SanType::IpAddress(Ipv6Addr::LOCALHOST.into()));
    Ok(params)
}

fn validity(params: &mut CertificateParams) {
    let now = SystemTime::now();
    params.not_before = (now - DAY).into();
    params.not_after = (now + VALID).into();
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_no_name_is_refused() {
        assert!(identity(false, &["ex\u{e4}mple".into()]).is_err());
    }

    #[test]
    fn the_interception_names_are_accepted() {
        let identity = identity(true, &["10.0.0.1".into()]).expect("a certificate");
        assert!(identity.ca_pem.starts_with("-----BEGIN CERTIFICATE-----"));
    }
}
