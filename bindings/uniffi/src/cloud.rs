//! Microsoft's clouds, and custom ones.

use std::borrow::Cow;

/// The names with which an Entra token is compared.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Cloud {
    /// The authority from which tokens are requested.
    pub authority: String,
    /// The issuer of tokens of version 1, with "{tenantid}" in the tenant's place.
    pub issuer_v1: String,
    /// The issuer of tokens of version 2, with "{tenantid}" in the tenant's place.
    pub issuer_v2: String,
    /// The suffix of ACS resources' host names.
    pub acs_suffix: String,
    /// The resource whose Teams permissions a user consents to.
    pub teams_resource: String,
    /// The prefixes of Teams users' raw ids.
    pub teams_user_prefixes: Vec<String>,
}

impl From<core_auth::Cloud> for Cloud {
    fn from(cloud: core_auth::Cloud) -> Self {
        let core_auth::Cloud {
            authority,
            issuer_v1,
            issuer_v2,
            acs_suffix,
            teams_resource,
            teams_user_prefixes,
        } = cloud;
        Self {
            authority: authority.into_owned(),
            issuer_v1: issuer_v1.into_owned(),
            issuer_v2: issuer_v2.into_owned(),
            acs_suffix: acs_suffix.into_owned(),
            teams_resource: teams_resource.into_owned(),
            teams_user_prefixes: teams_user_prefixes
                .iter()
                .map(|prefix| prefix.clone().into_owned())
                .collect(),
        }
    }
}

impl From<Cloud> for core_auth::Cloud {
    fn from(cloud: Cloud) -> Self {
        let Cloud {
            authority,
            issuer_v1,
            issuer_v2,
            acs_suffix,
            teams_resource,
            teams_user_prefixes,
        } = cloud;
        Self {
            authority: authority.into(),
            issuer_v1: issuer_v1.into(),
            issuer_v2: issuer_v2.into(),
            acs_suffix: acs_suffix.into(),
            teams_resource: teams_resource.into(),
            teams_user_prefixes: teams_user_prefixes.into_iter().map(Cow::Owned).collect(),
        }
    }
}

/// Returns the public cloud.
#[uniffi::export]
pub fn cloud_public() -> Cloud {
    core_auth::Cloud::public().into()
}

/// Returns the cloud of the US government.
#[uniffi::export]
pub fn cloud_us_government() -> Cloud {
    core_auth::Cloud::us_government().into()
}

/// Returns the cloud in China.
#[uniffi::export]
pub fn cloud_china() -> Cloud {
    core_auth::Cloud::china().into()
}

/// Returns the public cloud's names with another authority, such as an emulator's.
#[uniffi::export]
pub fn cloud_custom(authority: &str) -> Cloud {
    core_auth::Cloud::custom(authority).into()
}

/// Returns the full name of a Teams permission, such as "Teams.ManageCalls", as it is requested from MSAL.
#[uniffi::export]
pub fn cloud_teams_scope(cloud: Cloud, permission: &str) -> String {
    core_auth::Cloud::from(cloud).teams_scope(permission)
}
