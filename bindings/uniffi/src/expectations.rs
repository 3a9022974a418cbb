//! The expected properties of a user's Entra token.

use std::time::Duration;

use crate::cloud::Cloud;

/// The expected properties of a token. GUIDs are compared case-insensitively.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Expectations {
    /// The application that signed the user in; none: not compared.
    pub client_id: Option<String>,
    /// The user's object id; none: not compared.
    pub user_object_id: Option<String>,
    /// The user's tenant; none, "organizations" and "common" mean any.
    pub tenant_id: Option<String>,
    /// The accepted audiences; an empty list accepts any.
    pub audiences: Vec<String>,
    /// The permissions that the token must have, all of them, by their short names.
    pub scopes: Vec<String>,
    /// The resource that the permissions belong to, for the advice on what to request from MSAL.
    pub resource: String,
    /// The minimum remaining lifetime in seconds: the token must have more than this left.
    pub min_remaining_s: u64,
}

impl From<core_auth::entra::Expectations> for Expectations {
    fn from(expected: core_auth::entra::Expectations) -> Self {
        let core_auth::entra::Expectations {
            client_id,
            user_object_id,
            tenant_id,
            audiences,
            scopes,
            resource,
            min_remaining,
        } = expected;
        Self {
            client_id,
            user_object_id,
            tenant_id,
            audiences,
            scopes,
            resource,
            min_remaining_s: min_remaining.as_secs(),
        }
    }
}

impl From<Expectations> for core_auth::entra::Expectations {
    fn from(expected: Expectations) -> Self {
        let Expectations {
            client_id,
            user_object_id,
            tenant_id,
            audiences,
            scopes,
            resource,
            min_remaining_s,
        } = expected;
        Self {
            client_id,
            user_object_id,
            tenant_id,
            audiences,
            scopes,
            resource,
            min_remaining: Duration::from_secs(min_remaining_s),
        }
    }
}

/// Returns the expectations of the Teams user exchange: both Teams permissions, and more than ten minutes
/// left.
#[uniffi::export]
pub fn expectations_teams_user(cloud: Cloud) -> Expectations {
    core_auth::entra::Expectations::teams_user(&cloud.into()).into()
}

/// Returns the expectations of the Teams extension exchange: TeamsExtension.ManageCalls, and more than ten
/// minutes left.
#[uniffi::export]
pub fn expectations_teams_extension(cloud: Cloud) -> Expectations {
    core_auth::entra::Expectations::teams_extension(&cloud.into()).into()
}

/// Returns the expectations of the Entra user exchange: a token for https://communication.azure.com/clients,
/// and more than ten minutes left.
#[uniffi::export]
pub fn expectations_entra_user() -> Expectations {
    core_auth::entra::Expectations::entra_user().into()
}
