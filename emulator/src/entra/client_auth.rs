//! Client authentication: a secret in the body, Basic, or a signed assertion.

use super::aadsts::Refusal;
use super::claims::{integer, text};
use super::issue::Proof;
use super::jwt;
use super::params::Params;
use super::token_request::TokenRequest;
use crate::http::Checks;
use crate::seed::App;
use aws_lc_rs::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde_json::{Map, Value};

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The tolerated difference between a client's clock and the emulator's, in seconds.
const SKEW: i64 = 300;

/// The id and the secret that a client sent, wherever it put them.
struct Sent {
    client_id: Option<String>,
    secret: Option<String>,
}

fn sent(request: &TokenRequest<'_>) -> Result<Sent, Refusal> {
    let form = |name| request.form.get(name).map(str::to_owned);
    let basic = request.wire.header("authorization").and_then(|value| {
        let (scheme, credentials) = value.split_once(' ')?;
        scheme
            .eq_ignore_ascii_case("basic")
            .then(|| credentials.trim().to_owned())
    });
    let Some(basic) = basic else {
        return Ok(Sent {
            client_id: form("client_id"),
            secret: form("client_secret"),
        });
    };
    let text = STANDARD
        .decode(basic)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok());
    let pair = text.as_deref().and_then(|text| text.split_once(':'));
    let (id, secret) = pair.ok_or_else(|| Refusal::malformed("the Basic credentials"))?;
    // RFC 6749 form-encodes both before they are joined; parsing each as a form's value decodes it.
    let decode = |part: &str| Params::parse(&format!("v={part}")).get("v").map(str::to_owned);
    Ok(Sent {
        client_id: decode(id).or_else(|| form("client_id")),
        secret: decode(secret),
    })
}

/// The app that a token request comes from, and how it authenticated.
pub(super) fn authenticate<'a>(
    request: &TokenRequest<'a>,
    checks: &mut Checks,
) -> Result<(&'a App, Proof), Refusal> {
    let Sent { client_id, secret } = sent(request)?;
    let assertion = request.form.get("client_assertion");
    let claimed = assertion
        .and_then(|token| jwt::parse(token).ok())
        .and_then(|parsed| text(&parsed.payload, "sub").map(str::to_owned));
    let client_id = client_id
        .or(claimed)
        .ok_or_else(|| Refusal::missing("client_id"))?;
    let app = request.authority.app(request.seed, &client_id);
    checks.note("client", app.is_ok(), client_id);
    let app = app?;
    if (secret.is_some() || assertion.is_some()) && app.secrets.is_empty() && app.certificates.is_empty() {
        checks.fail("client credential", "a public client sent one");
        return Err(Refusal::public_with_secret());
    }
    if let Some(secret) = secret {
        let right = app.secrets.iter().any(|known| known.matches(&secret));
        checks.note("client credential", right, "secret");
        return if right {
            Ok((app, Proof::Secret))
        } else {
            Err(Refusal::bad_secret(&app.client_id))
        };
    }
    if let Some(assertion) = assertion {
        let outcome = verify_assertion(request, app, assertion);
        checks.note("client credential", outcome.is_ok(), "assertion");
        return outcome.map(|()| (app, Proof::Certificate));
    }
    checks.pass("client credential", "none");
    Ok((app, Proof::Public))
}

fn verify_assertion(request: &TokenRequest<'_>, app: &App, assertion: &str) -> Result<(), Refusal> {
    if request.form.get("client_assertion_type") != Some(ASSERTION_TYPE) {
        return Err(Refusal::bad_client_assertion(
            700_021,
            "client_assertion_type is not jwt-bearer",
        ));
    }
    let parsed = jwt::parse(assertion).map_err(|e| Refusal::bad_client_assertion(50027, &e))?;
    let algorithm: &'static dyn VerificationAlgorithm = match text(&parsed.header, "alg") {
        Some("RS256") => &RSA_PKCS1_2048_8192_SHA256,
        Some("PS256") => &RSA_PSS_2048_8192_SHA256,
        _ => {
            return Err(Refusal::bad_client_assertion(
                50027,
                "alg is neither RS256 nor PS256",
            ));
        }
    };
    let message = parsed.signing_input.as_bytes();
    let signed = app
        .certificates
        .iter()
        .filter_map(|pem| public_key(pem))
        .any(|spki| {
            UnparsedPublicKey::new(algorithm, spki)
                .verify(message, &parsed.signature)
                .is_ok()
        });
    if !signed {
        return Err(Refusal::bad_client_assertion(
            700_027,
            "no certificate of the app fits its signature",
        ));
    }
    check_claims(request, app, &parsed.payload)
}

fn check_claims(request: &TokenRequest<'_>, app: &App, claims: &Map<String, Value>) -> Result<(), Refusal> {
    let names_app = |name| text(claims, name).is_some_and(|id| id.eq_ignore_ascii_case(&app.client_id));
    if !names_app("iss") || !names_app("sub") {
        return Err(Refusal::bad_client_assertion(
            700_026,
            "iss and sub must be the client id",
        ));
    }
    let tail = request.wire.path();
    let authority = tail.trim_start_matches('/').split('/').next().unwrap_or_default();
    let audience = text(claims, "aud").unwrap_or_default();
    let bases = [request.base.as_str(), "https://login.microsoftonline.com"];
    let ends = [tail.to_owned(), format!("/{authority}/v2.0")];
    if !bases
        .iter()
        .any(|base| ends.iter().any(|end| audience == format!("{base}{end}")))
    {
        return Err(Refusal::bad_client_assertion(
            700_023,
            "aud is not the token endpoint",
        ));
    }
    let now = request.entra.now();
    let alive = integer(claims, "exp").is_some_and(|exp| exp.saturating_add(SKEW) > now)
        && integer(claims, "nbf").is_none_or(|nbf| nbf.saturating_sub(SKEW) <= now);
    if !alive {
        return Err(Refusal::bad_client_assertion(
            700_024,
            "it is not within its lifetime",
        ));
    }
    Ok(())
}

/// The `SubjectPublicKeyInfo` of a PEM certificate.
fn public_key(pem: &str) -> Option<Vec<u8>> {
    let der = CertificateDer::from_pem_slice(pem.as_bytes()).ok()?;
    let certificate = webpki::EndEntityCert::try_from(&der).ok()?;
    Some(certificate.subject_public_key_info().as_ref().to_vec())
}
