//! The arguments and results of operations.

use core_auth::CommunicationTokenScope;

use crate::shown::shown;

// A scope is a text in every language; scopes that the library doesn't know are passed through.
uniffi::custom_type!(CommunicationTokenScope, String, {
    remote,
    lower: |scope| scope.as_str().to_owned(),
    try_lift: |text| Ok(CommunicationTokenScope::from(text)),
});

/// Returns the scopes that the service documents.
#[uniffi::export]
pub fn known_scopes() -> Vec<CommunicationTokenScope> {
    CommunicationTokenScope::KNOWN.to_vec()
}

/// An ACS identity.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct CommunicationUserIdentifier {
    /// Its raw id, such as "8:acs:…".
    pub id: String,
}

/// An access token. It prints without the token.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug, Display)]
pub struct AccessToken {
    /// The token itself. The service doesn't guarantee its format. Do not log it.
    pub token: String,
    /// When it expires, in seconds since 1970, rounded down.
    pub expires_on: i64,
}

/// An identity with an access token for it. It prints without the token.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug, Display)]
pub struct CommunicationUserToken {
    /// The identity.
    pub user: CommunicationUserIdentifier,
    /// Its token.
    pub token: AccessToken,
}

/// The service's details of an identity.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct CommunicationUserDetail {
    /// The identity.
    pub user: CommunicationUserIdentifier,
    /// The custom id that the back end assigned to it, if any.
    pub custom_id: Option<String>,
    /// When its latest token was issued, in seconds since 1970, rounded down; none if none was.
    pub last_token_issued_at: Option<i64>,
}

/// A principal that may use the resource's Teams Phone extensibility.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct TeamsExtensionAssignment {
    /// Its tenant.
    pub tenant_id: String,
    /// Its object id.
    pub object_id: String,
    /// Its type: "user", "resourceAccount" or another type that the service knows.
    pub principal_type: String,
    /// The applications that a user may sign in to; none for a resource account.
    pub client_ids: Vec<String>,
}

shown!(AccessToken { expires_on; token });
shown!(CommunicationUserToken { user, token; });

impl From<core_auth::CommunicationUserIdentifier> for CommunicationUserIdentifier {
    fn from(user: core_auth::CommunicationUserIdentifier) -> Self {
        let core_auth::CommunicationUserIdentifier { id } = user;
        Self { id }
    }
}

impl From<CommunicationUserIdentifier> for core_auth::CommunicationUserIdentifier {
    fn from(user: CommunicationUserIdentifier) -> Self {
        let CommunicationUserIdentifier { id } = user;
        Self { id }
    }
}

impl From<core_auth::AccessToken> for AccessToken {
    fn from(token: core_auth::AccessToken) -> Self {
        let core_auth::AccessToken { token, expires_on } = token;
        Self {
            token: token.expose().to_owned(),
            expires_on: acs_auth_c::unix(expires_on),
        }
    }
}

impl From<core_auth::CommunicationUserToken> for CommunicationUserToken {
    fn from(both: core_auth::CommunicationUserToken) -> Self {
        let core_auth::CommunicationUserToken { user, token } = both;
        Self {
            user: user.into(),
            token: token.into(),
        }
    }
}

impl From<core_auth::CommunicationUserDetail> for CommunicationUserDetail {
    fn from(detail: core_auth::CommunicationUserDetail) -> Self {
        let core_auth::CommunicationUserDetail {
            user,
            custom_id,
            last_token_issued_at,
        } = detail;
        Self {
            user: user.into(),
            custom_id,
            last_token_issued_at: last_token_issued_at.map(acs_auth_c::unix),
        }
    }
}

impl From<core_auth::TeamsExtensionAssignment> for TeamsExtensionAssignment {
    fn from(assignment: core_auth::TeamsExtensionAssignment) -> Self {
        let core_auth::TeamsExtensionAssignment {
            tenant_id,
            object_id,
            principal_type,
            client_ids,
        } = assignment;
        Self {
            tenant_id,
            object_id,
            principal_type: principal_type.to_string(),
            client_ids,
        }
    }
}
