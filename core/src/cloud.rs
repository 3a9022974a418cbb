//! Microsoft's clouds, each with its set of names.

use std::borrow::Cow;

use crate::endpoint::Endpoint;

type Name = Cow<'static, str>;

/// The placeholder of the tenant in an issuer, as in Entra's discovery documents.
const TENANT: &str = "{tenantid}";

/// The version of a token. The resource that the token is for determines it, not the endpoint that
/// issued it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenVersion {
    /// `ver` 1.0: names the application in `appid`.
    V1,
    /// `ver` 2.0: names the application in `azp`.
    V2,
}

/// The names of one cloud: where users sign in, who issues tokens, and the hosts and resources of ACS.
///
/// Each name can be changed after choosing a cloud, since Microsoft doesn't document all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cloud {
    /// Where tokens are requested, such as `https://login.microsoftonline.com`, without a trailing
    /// slash.
    pub authority: Name,
    /// The issuer of version 1 tokens; `{tenantid}` stands for the tenant.
    pub issuer_v1: Name,
    /// The issuer of version 2 tokens; `{tenantid}` stands for the tenant.
    pub issuer_v2: Name,
    /// The suffix of ACS resources' host names, such as `.communication.azure.com`.
    pub acs_suffix: Name,
    /// The resource whose Teams permissions a user consents to, such as
    /// `https://auth.msft.communication.azure.com`, without a trailing slash.
    pub teams_resource: Name,
    /// The prefixes of Teams users' raw ids, such as `8:orgid:`.
    pub teams_user_prefixes: Cow<'static, [Name]>,
}

impl Cloud {
    /// The public cloud.
    pub const fn public() -> Self {
        const PREFIXES: &[Name] = &[name("8:orgid:")];
        Self {
            authority: name("https://login.microsoftonline.com"),
            issuer_v1: name("https://sts.windows.net/{tenantid}/"),
            issuer_v2: name("https://login.microsoftonline.com/{tenantid}/v2.0"),
            acs_suffix: name(".communication.azure.com"),
            teams_resource: name("https://auth.msft.communication.azure.com"),
            teams_user_prefixes: Cow::Borrowed(PREFIXES),
        }
    }

    /// The clouds of the US government. Microsoft documents that Teams users cannot be connected there.
    ///
    /// Unverified: the issuer of tokens of version 1.
    pub const fn us_government() -> Self {
        const PREFIXES: &[Name] = &[name("8:gcch:"), name("8:dod:")];
        Self {
            authority: name("https://login.microsoftonline.us"),
            issuer_v1: name("https://sts.windows.net/{tenantid}/"),
            issuer_v2: name("https://login.microsoftonline.us/{tenantid}/v2.0"),
            acs_suffix: name(".communication.azure.us"),
            teams_resource: name("https://auth.msft.communication.azure.us"),
            teams_user_prefixes: Cow::Borrowed(PREFIXES),
        }
    }

    /// The cloud in China, operated by 21Vianet.
    ///
    /// Unverified: everything but the authority. Microsoft doesn't document ACS there; the names
    /// follow the pattern of the other clouds, and no prefix of Teams users is known.
    pub const fn china() -> Self {
        Self {
            authority: name("https://login.partner.microsoftonline.cn"),
            issuer_v1: name("https://sts.chinacloudapi.cn/{tenantid}/"),
            issuer_v2: name("https://login.partner.microsoftonline.cn/{tenantid}/v2.0"),
            acs_suffix: name(".communication.azure.cn"),
            teams_resource: name("https://auth.msft.communication.azure.cn"),
            teams_user_prefixes: Cow::Borrowed(&[]),
        }
    }

    /// A cloud with a custom authority, such as an emulator, which issues the tokens of both
    /// versions. Everything else is as in the public cloud until changed.
    pub fn custom(authority: &str) -> Self {
        let authority = authority.trim_end_matches('/');
        Self {
            authority: Cow::Owned(authority.to_owned()),
            issuer_v1: Cow::Owned(format!("{authority}/{TENANT}/")),
            issuer_v2: Cow::Owned(format!("{authority}/{TENANT}/v2.0")),
            ..Self::public()
        }
    }

    /// Returns the cloud of an ACS resource by the suffix of its host name, or the public cloud for
    /// any other name.
    pub fn for_endpoint(endpoint: &Endpoint) -> Self {
        let host = endpoint.host();
        let name = host.split_once(':').map_or(host, |(name, _)| name);
        let name = name.strip_suffix('.').unwrap_or(name);
        [Self::us_government(), Self::china()]
            .into_iter()
            .find(|cloud| name.ends_with(&*cloud.acs_suffix))
            .unwrap_or_else(Self::public)
    }

    /// Returns the issuer of a tenant's tokens.
    pub fn issuer(&self, version: TokenVersion, tenant_id: &str) -> String {
        let form = match version {
            TokenVersion::V1 => &self.issuer_v1,
            TokenVersion::V2 => &self.issuer_v2,
        };
        form.replace(TENANT, tenant_id)
    }

    /// Returns the full name of a Teams permission, as it is requested from MSAL.
    pub fn teams_scope(&self, permission: &str) -> String {
        format!("{}/{permission}", self.teams_resource)
    }
}

impl Default for Cloud {
    fn default() -> Self {
        Self::public()
    }
}

const fn name(text: &'static str) -> Name {
    Cow::Borrowed(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_endpoint_tells_the_cloud() {
        for (endpoint, cloud) in [
            ("https://contoso.communication.azure.com", Cloud::public()),
            (
                "https://contoso.unitedstates.communication.azure.com",
                Cloud::public(),
            ),
            (
                "https://contoso.usgov.communication.azure.us",
                Cloud::us_government(),
            ),
            (
                "https://contoso.communication.azure.us.:8443",
                Cloud::us_government(),
            ),
            ("https://contoso.communication.azure.cn", Cloud::china()),
            ("https://communication.azure.us.example", Cloud::public()),
            ("https://localhost:8443", Cloud::public()),
            ("https://[::1]:8443", Cloud::public()),
        ] {
            assert_eq!(
                Cloud::for_endpoint(&Endpoint::parse(endpoint).unwrap()),
                cloud,
                "{endpoint}"
            );
        }
    }

    #[test]
    fn issuers_hold_the_tenant() {
        let cloud = Cloud::public();
        assert_eq!(cloud.issuer(TokenVersion::V1, "T"), "https://sts.windows.net/T/");
        assert_eq!(
            cloud.issuer(TokenVersion::V2, "T"),
            "https://login.microsoftonline.com/T/v2.0"
        );
        let custom = Cloud::custom("https://localhost:8443/");
        assert_eq!(
            custom.issuer(TokenVersion::V2, "T"),
            "https://localhost:8443/T/v2.0"
        );
        assert_eq!(custom.teams_resource, cloud.teams_resource);
    }

    #[test]
    fn scopes_are_full_names() {
        assert_eq!(
            Cloud::us_government().teams_scope("Teams.ManageCalls"),
            "https://auth.msft.communication.azure.us/Teams.ManageCalls"
        );
    }
}
