//! What a user's Entra token should be.

use std::time::Duration;

use crate::cloud::Cloud;

/// What a token should be. GUIDs are compared without case.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Expectations {
    /// The application that signed the user in; none: not compared.
    pub client_id: Option<String>,
    /// The user's object id; none: not compared.
    pub user_object_id: Option<String>,
    /// The user's tenant; none, "organizations" and "common" mean any.
    pub tenant_id: Option<String>,
    /// The audiences that will do; none means any.
    pub audiences: Vec<String>,
    /// The permissions that must all be there, by their short names.
    pub scopes: Vec<String>,
    /// The resource that the permissions belong to, to say what MSAL is to be asked for.
    pub resource: String,
    /// More than this must be left until the token expires, in seconds.
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

/// What the Teams user exchange wants: both Teams permissions, and more than ten minutes left.
#[uniffi::export]
pub fn expectations_teams_user(cloud: Cloud) -> Expectations {
    core_auth::entra::Expectations::teams_user(&cloud.into()).into()
}

/// What the Teams extension exchange wants: TeamsExtension.ManageCalls, and more than ten minutes left.
#[uniffi::export]
pub fn expectations_teams_extension(cloud: Cloud) -> Expectations {
    core_auth::entra::Expectations::teams_extension(&cloud.into()).into()
}

/// What the Entra user exchange wants: a token for https://communication.azure.com/clients, and more than ten minutes left.
#[uniffi::export]
pub fn expectations_entra_user() -> Expectations {
    core_auth::entra::Expectations::entra_user().into()
}
