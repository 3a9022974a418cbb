//! The values that operations accept and return, named as in the official SDKs.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::entra::expires_at;
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::unix_time::unix_seconds;

/// A token and its expiry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessToken {
    /// The token itself. The service doesn't guarantee its format.
    pub token: Secret,
    /// When it expires, rounded down to whole seconds.
    pub expires_on: SystemTime,
}

impl AccessToken {
    /// How long a token without a readable expiry is assumed to be valid.
    const UNREADABLE_LIFETIME: Duration = Duration::from_secs(600);

    /// Creates a token from its text. `expires_on` is read from the token without verifying it. If
    /// the token doesn't contain an expiry (the service doesn't guarantee the format), it is 10
    /// minutes from now.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) with `target` = `token` if
    /// it is empty, or if it has the three parts of a JWT but an unreadable payload.
    pub fn read(token: &str) -> Result<Self> {
        if token.is_empty() {
            return Err(Error::invalid_argument("token", "It is empty."));
        }
        let expires_at = expires_at(token).map_err(|malformed| {
            let reason = format!("It has the three parts of a JWT, but {malformed}.");
            Error::invalid_argument("token", reason)
        })?;
        let read = expires_at
            .and_then(|at| u64::try_from(at).ok())
            .and_then(|at| UNIX_EPOCH.checked_add(Duration::from_secs(at)));
        Ok(Self {
            token: Secret::from(token),
            expires_on: read.unwrap_or_else(|| SystemTime::now() + Self::UNREADABLE_LIFETIME),
        })
    }

    /// Returns [`AccessToken::expires_on`] as seconds since 1970-01-01T00:00:00Z.
    pub fn expires_on_unix(&self) -> i64 {
        unix_seconds(self.expires_on)
    }
}

/// An ACS identity.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CommunicationUserIdentifier {
    /// Its raw id, such as `8:acs:{resource}_{user}`.
    pub id: String,
}

impl CommunicationUserIdentifier {
    /// Creates an identifier from a raw id. It isn't checked until it is used.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into() }
    }
}

/// An identity with a token for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommunicationUserToken {
    /// The identity.
    pub user: CommunicationUserIdentifier,
    /// Its token.
    pub token: AccessToken,
}

/// The service's details of an identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommunicationUserDetail {
    /// The identity.
    pub user: CommunicationUserIdentifier,
    /// The custom id that the back end assigned.
    pub custom_id: Option<String>,
    /// When its latest token was issued.
    pub last_token_issued_at: Option<SystemTime>,
}

/// A principal that may use the resource's Teams Phone extensibility, and the applications it may
/// sign in to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamsExtensionAssignment {
    /// The principal's tenant.
    pub tenant_id: String,
    /// The principal's object id.
    pub object_id: String,
    /// The type of the principal.
    pub principal_type: TeamsExtensionPrincipalType,
    /// The client ids of the applications that a user may sign in to. Empty for resource accounts.
    pub client_ids: Vec<String>,
}

/// The type of a Teams Phone extensibility principal. The service may know more types than this
/// version.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TeamsExtensionPrincipalType {
    /// `user`: a person.
    User,
    /// `resourceAccount`: a Teams resource account, such as an auto attendant.
    /// `teamsResourceAccount`, which the documentation uses, is accepted too.
    ResourceAccount,
    /// A type that this version has no name for, sent unchanged.
    Other(String),
}

impl TeamsExtensionPrincipalType {
    /// Returns the value sent to the service.
    pub fn as_str(&self) -> &str {
        match self {
            Self::User => "user",
            Self::ResourceAccount => "resourceAccount",
            Self::Other(text) => text,
        }
    }
}

impl From<&str> for TeamsExtensionPrincipalType {
    /// Ignores case, in which documentation and scripts differ.
    fn from(text: &str) -> Self {
        let is = |known: &str| text.eq_ignore_ascii_case(known);
        if is("user") {
            Self::User
        } else if is("resourceAccount") || is("teamsResourceAccount") {
            Self::ResourceAccount
        } else {
            Self::Other(text.to_owned())
        }
    }
}

impl From<String> for TeamsExtensionPrincipalType {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl fmt::Display for TeamsExtensionPrincipalType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

macro_rules! scopes {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal,)+) => {
        /// The scope of an ACS identity's token. The service may know more scopes than this
        /// version, and more may get a name.
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum CommunicationTokenScope {
            $($(#[doc = $doc])+ $name,)+
            /// A scope that this version has no name for, sent unchanged.
            Other(String),
        }

        impl CommunicationTokenScope {
            /// All scopes that have a name.
            pub const KNOWN: &'static [Self] = &[$(Self::$name,)+];

            /// Returns the value sent to the service.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$name => $text,)+
                    Self::Other(text) => text,
                }
            }
        }

        impl From<&str> for CommunicationTokenScope {
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$name,)+
                    other => Self::Other(other.to_owned()),
                }
            }
        }
    };
}

scopes! {
    /// `chat`: all of chat.
    Chat = "chat",
    /// `voip`: all of calling.
    Voip = "voip",
    /// `chat.join`: chat, without creating or deleting threads.
    ChatJoin = "chat.join",
    /// `chat.join.limited`: as `chat.join`, without adding or removing participants.
    ChatJoinLimited = "chat.join.limited",
    /// `voip.join`: joining calls, without starting them.
    VoipJoin = "voip.join",
}

impl From<String> for CommunicationTokenScope {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl fmt::Display for CommunicationTokenScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    #[test]
    fn scopes_survive_the_way_through_text() {
        for scope in CommunicationTokenScope::KNOWN {
            assert_eq!(&CommunicationTokenScope::from(scope.as_str()), scope);
        }
        let other = CommunicationTokenScope::from("Chat");
        assert_eq!(other, CommunicationTokenScope::Other("Chat".into()));
        assert_eq!(other.to_string(), "Chat");
    }

    #[test]
    fn principal_types_are_read_in_any_case() {
        use TeamsExtensionPrincipalType as Kind;
        for (text, kind) in [
            ("user", Kind::User),
            ("User", Kind::User),
            ("resourceAccount", Kind::ResourceAccount),
            ("teamsResourceAccount", Kind::ResourceAccount),
            ("TEAMSRESOURCEACCOUNT", Kind::ResourceAccount),
            ("group", Kind::Other("group".into())),
        ] {
            assert_eq!(Kind::from(text), kind);
            assert_eq!(Kind::from(kind.as_str()), kind);
        }
    }

    #[test]
    fn a_token_is_not_printed() {
        let token = AccessToken {
            token: Secret::new("very-secret"),
            expires_on: UNIX_EPOCH,
        };
        assert!(!format!("{token:?}").contains("very-secret"));
    }
}
