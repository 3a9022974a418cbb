//! The clouds of Microsoft, and one of your own.

use std::borrow::Cow;

/// The names of a cloud that belong together.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Cloud {
    /// Where users sign in.
    pub authority: String,
    /// The issuer of tokens of version 1, with "{tenantid}" for the tenant.
    pub issuer_v1: String,
    /// The issuer of tokens of version 2, with "{tenantid}" for the tenant.
    pub issuer_v2: String,
    /// What the host of an ACS endpoint ends with.
    pub acs_suffix: String,
    /// The resource that Teams permissions belong to.
    pub teams_resource: String,
    /// What the ids of Teams users begin with.
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

/// The public cloud.
#[uniffi::export]
pub fn cloud_public() -> Cloud {
    core_auth::Cloud::public().into()
}

/// The cloud of the government of the United States.
#[uniffi::export]
pub fn cloud_us_government() -> Cloud {
    core_auth::Cloud::us_government().into()
}

/// The cloud in China.
#[uniffi::export]
pub fn cloud_china() -> Cloud {
    core_auth::Cloud::china().into()
}

/// The public cloud's names with another authority, such as an emulator's.
#[uniffi::export]
pub fn cloud_custom(authority: &str) -> Cloud {
    core_auth::Cloud::custom(authority).into()
}

/// The full name of a Teams permission, to ask MSAL for it.
#[uniffi::export]
pub fn cloud_teams_scope(cloud: Cloud, permission: &str) -> String {
    core_auth::Cloud::from(cloud).teams_scope(permission)
}
