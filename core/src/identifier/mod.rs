//! Identifiers of participants in chats and calls, and their raw ids.
//!
//! Raw ids are parsed like `identifier_from_raw_id` of the newest official Python packages. Where
//! the official packages differ, Python decides: no raw id is rejected, and one of unknown form is
//! a [`CommunicationIdentifier::Unknown`]. Comparison is case-sensitive.
//!
//! ```
//! use acs_auth::identifier::CommunicationIdentifier;
//!
//! let identifier = CommunicationIdentifier::from_raw_id("4:+14255550123");
//! let CommunicationIdentifier::PhoneNumber(phone) = &identifier else { panic!() };
//! assert_eq!(phone.phone_number(), "+14255550123");
//! assert_eq!(identifier.raw_id(), "4:+14255550123");
//! ```

mod cloud_environment;
mod kinds;
#[cfg(test)]
mod tests;

use std::hash::{Hash, Hasher};

pub use self::cloud_environment::CommunicationCloudEnvironment;
pub use self::kinds::{
    MicrosoftTeamsAppIdentifier, MicrosoftTeamsUserIdentifier, PhoneNumberIdentifier,
    TeamsExtensionUserIdentifier, UnknownIdentifier,
};
use self::kinds::{PHONE_NUMBER_PREFIX, Prefixes, VISITOR_PREFIX};
use crate::models::CommunicationUserIdentifier;

/// The prefix of users of an earlier kind of ACS resource.
const SPOOL_PREFIX: &str = "8:spool:";

/// A participant in chats and calls. Identifiers are equal if their raw ids are equal, whatever
/// their kinds.
#[derive(Debug, Clone)]
pub enum CommunicationIdentifier {
    /// A user of ACS.
    CommunicationUser(CommunicationUserIdentifier),
    /// A phone number.
    PhoneNumber(PhoneNumberIdentifier),
    /// A user of Microsoft Teams, or an anonymous visitor.
    MicrosoftTeamsUser(MicrosoftTeamsUserIdentifier),
    /// An application of Microsoft Teams, such as a bot.
    MicrosoftTeamsApp(MicrosoftTeamsAppIdentifier),
    /// A Teams user who calls through an ACS resource (Teams Phone extensibility).
    TeamsExtensionUser(TeamsExtensionUserIdentifier),
    /// An identifier of another kind, which a later version may name.
    Unknown(UnknownIdentifier),
}

/// The kinds of identifiers. Don't rely on `Unknown`, since a later version may name the kind:
/// compare raw ids instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CommunicationIdentifierKind {
    /// A user of ACS.
    CommunicationUser,
    /// A phone number.
    PhoneNumber,
    /// A user of Microsoft Teams, or an anonymous visitor.
    MicrosoftTeamsUser,
    /// An application of Microsoft Teams, such as a bot.
    MicrosoftTeamsApp,
    /// A Teams user who calls through an ACS resource (Teams Phone extensibility).
    TeamsExtensionUser,
    /// An identifier of another kind.
    Unknown,
}

impl CommunicationIdentifier {
    /// Parses a raw id. Any text is accepted: one of unknown form becomes an unknown identifier.
    pub fn from_raw_id(raw_id: &str) -> Self {
        if let Some(phone_number) = raw_id.strip_prefix(PHONE_NUMBER_PREFIX) {
            return PhoneNumberIdentifier::new(phone_number).into();
        }
        if let Some(visitor) = raw_id.strip_prefix(VISITOR_PREFIX) {
            let cloud = CommunicationCloudEnvironment::Public;
            return MicrosoftTeamsUserIdentifier::new(visitor, true, cloud).into();
        }
        if raw_id.starts_with(SPOOL_PREFIX) {
            return CommunicationUserIdentifier::new(raw_id).into();
        }
        for &cloud in CommunicationCloudEnvironment::ALL {
            let Prefixes {
                teams_user,
                teams_app,
                acs,
            } = Prefixes::of(cloud);
            if let Some(user_id) = raw_id.strip_prefix(teams_user) {
                return MicrosoftTeamsUserIdentifier::new(user_id, false, cloud).into();
            }
            if let Some(app_id) = raw_id.strip_prefix(teams_app) {
                return MicrosoftTeamsAppIdentifier::new(app_id, cloud).into();
            }
            if let Some(id) = raw_id.strip_prefix(acs) {
                // Exactly three parts: ids of the resource's other users have one, two or four.
                let mut parts = id.split('_');
                let three = (parts.next(), parts.next(), parts.next(), parts.next());
                return match three {
                    (Some(resource_id), Some(tenant_id), Some(user_id), None) => {
                        TeamsExtensionUserIdentifier::new(user_id, tenant_id, resource_id, cloud).into()
                    }
                    _ => CommunicationUserIdentifier::new(raw_id).into(),
                };
            }
        }
        UnknownIdentifier::new(raw_id).into()
    }

    /// Returns the raw id, which represents the identifier in requests. Store it and parse it again
    /// with [`Self::from_raw_id`].
    pub fn raw_id(&self) -> &str {
        match self {
            Self::CommunicationUser(user) => &user.id,
            Self::PhoneNumber(phone) => phone.raw_id(),
            Self::MicrosoftTeamsUser(user) => user.raw_id(),
            Self::MicrosoftTeamsApp(app) => app.raw_id(),
            Self::TeamsExtensionUser(user) => user.raw_id(),
            Self::Unknown(unknown) => unknown.raw_id(),
        }
    }

    /// Returns the identifier's kind.
    pub fn kind(&self) -> CommunicationIdentifierKind {
        match self {
            Self::CommunicationUser(_) => CommunicationIdentifierKind::CommunicationUser,
            Self::PhoneNumber(_) => CommunicationIdentifierKind::PhoneNumber,
            Self::MicrosoftTeamsUser(_) => CommunicationIdentifierKind::MicrosoftTeamsUser,
            Self::MicrosoftTeamsApp(_) => CommunicationIdentifierKind::MicrosoftTeamsApp,
            Self::TeamsExtensionUser(_) => CommunicationIdentifierKind::TeamsExtensionUser,
            Self::Unknown(_) => CommunicationIdentifierKind::Unknown,
        }
    }
}

impl PartialEq for CommunicationIdentifier {
    /// Compares only raw ids, not kinds, like the official Python packages.
    fn eq(&self, other: &Self) -> bool {
        self.raw_id() == other.raw_id()
    }
}

impl Eq for CommunicationIdentifier {}

impl Hash for CommunicationIdentifier {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.raw_id().hash(state);
    }
}

macro_rules! into_any_identifier {
    ($($identifier:ident => $kind:ident,)+) => {$(
        impl From<$identifier> for CommunicationIdentifier {
            fn from(identifier: $identifier) -> Self {
                Self::$kind(identifier)
            }
        }
    )+};
}

into_any_identifier!(
    CommunicationUserIdentifier => CommunicationUser,
    PhoneNumberIdentifier => PhoneNumber,
    MicrosoftTeamsUserIdentifier => MicrosoftTeamsUser,
    MicrosoftTeamsAppIdentifier => MicrosoftTeamsApp,
    TeamsExtensionUserIdentifier => TeamsExtensionUser,
    UnknownIdentifier => Unknown,
);

impl CommunicationIdentifierKind {
    /// All kinds.
    pub const ALL: &'static [Self] = &[
        Self::CommunicationUser,
        Self::PhoneNumber,
        Self::MicrosoftTeamsUser,
        Self::MicrosoftTeamsApp,
        Self::TeamsExtensionUser,
        Self::Unknown,
    ];

    /// Returns its name as in the official Python packages, such as `phone_number`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CommunicationUser => "communication_user",
            Self::PhoneNumber => "phone_number",
            Self::MicrosoftTeamsUser => "microsoft_teams_user",
            Self::MicrosoftTeamsApp => "microsoft_teams_app",
            Self::TeamsExtensionUser => "teams_extension_user",
            Self::Unknown => "unknown",
        }
    }
}
