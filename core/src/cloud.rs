//! The clouds of Microsoft, each with the names that belong together.

use std::borrow::Cow;

use crate::endpoint::Endpoint;

type Name = Cow<'static, str>;

/// Where `{tenantid}` stands in an issuer, as in the discovery documents of Entra.
const TENANT: &str = "{tenantid}";

/// The form of a token, which its resource chooses and not the endpoint that issued it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenVersion {
    /// `ver` 1.0: names the application in `appid`.
    V1,
    /// `ver` 2.0: names the application in `azp`.
    V2,
}

/// The names of one cloud: where users sign in, who issues tokens, and how ACS is called there.
///
/// Each name can be changed after choosing a cloud, since Microsoft documents not all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cloud {
    /// Where tokens are asked for, such as `https://login.microsoftonline.com`, without a slash at its end.
    pub authority: Name,
    /// The issuer of tokens of version 1, `{tenantid}` standing for the tenant.
    pub issuer_v1: Name,
    /// The issuer of tokens of version 2, `{tenantid}` standing for the tenant.
    pub issuer_v2: Name,
    /// What the host names of ACS resources end in, such as `.communication.azure.com`.
    pub acs_suffix: Name,
    /// The resource whose Teams permissions a user consents to, such as
    /// `https://auth.msft.communication.azure.com`, without a slash at its end.
    pub teams_resource: Name,
    /// What the raw ids of Teams users begin with, such as `8:orgid:`.
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
    /// Unverified: everything but the authority. No document that was found offers ACS there; its names are
    /// formed as elsewhere.
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

    /// Another place to sign in, such as an emulator: tokens of both versions are issued under `authority`, all
    /// else is as in the public cloud until it is changed.
    pub fn custom(authority: &str) -> Self {
        let authority = authority.trim_end_matches('/');
        Self {
            authority: Cow::Owned(authority.to_owned()),
            issuer_v1: Cow::Owned(format!("{authority}/{TENANT}/")),
            issuer_v2: Cow::Owned(format!("{authority}/{TENANT}/v2.0")),
            ..Self::public()
        }
    }

    /// The cloud that an ACS resource is in, by its host name; the public one where the name does not say.
    pub fn for_endpoint(endpoint: &Endpoint) -> Self {
        let host = endpoint.host();
        let name = host.split_once(':').map_or(host, |(name, _)| name);
        let name = name.strip_suffix('.').unwrap_or(name);
        [Self::us_government(), Self::china()]
            .into_iter()
            .find(|cloud| name.ends_with(&*cloud.acs_suffix))
            .unwrap_or_else(Self::public)
    }

    /// The issuer of a tenant's tokens.
    pub fn issuer(&self, version: TokenVersion, tenant_id: &str) -> String {
        let form = match version {
            TokenVersion::V1 => &self.issuer_v1,
            TokenVersion::V2 => &self.issuer_v2,
        };
        form.replace(TENANT, tenant_id)
    }

    /// The full name of a Teams permission, as MSAL is asked for it.
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
