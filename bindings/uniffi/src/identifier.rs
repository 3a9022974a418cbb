//! Identifiers of participants in chats and calls, and their raw ids. No I/O.

use core_auth::identifier;

use crate::models::CommunicationUserIdentifier;

/// The cloud that an identifier belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum CommunicationCloudEnvironment {
    /// The public cloud.
    Public,
    /// The cloud of the US Department of Defense.
    Dod,
    /// The cloud of the US government (GCC High).
    Gcch,
}

/// A phone number.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct PhoneNumberIdentifier {
    /// The number, with the asserted id if there is one.
    pub phone_number: String,
    /// The text after the raw id's last underscore.
    pub asserted_id: Option<String>,
    /// Whether the caller hides the number.
    pub is_anonymous: bool,
    /// The raw id.
    pub raw_id: String,
}

/// A user of Microsoft Teams, or an anonymous visitor.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct MicrosoftTeamsUserIdentifier {
    /// The user's object id, or the visitor's id.
    pub user_id: String,
    /// Whether it is a visitor who did not sign in.
    pub is_anonymous: bool,
    /// The user's cloud.
    pub cloud: CommunicationCloudEnvironment,
    /// The raw id.
    pub raw_id: String,
}

/// An application of Microsoft Teams, such as a bot.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct MicrosoftTeamsAppIdentifier {
    /// The application's id.
    pub app_id: String,
    /// The application's cloud.
    pub cloud: CommunicationCloudEnvironment,
    /// The raw id.
    pub raw_id: String,
}

/// A Teams user who calls through an ACS resource (Teams Phone extensibility).
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct TeamsExtensionUserIdentifier {
    /// The user's object id.
    pub user_id: String,
    /// The user's tenant.
    pub tenant_id: String,
    /// The ACS resource.
    pub resource_id: String,
    /// The cloud of user and resource.
    pub cloud: CommunicationCloudEnvironment,
    /// The raw id.
    pub raw_id: String,
}

/// An identifier of an unknown kind. Compare raw ids instead of relying on it: a later version may name the
/// kind.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct UnknownIdentifier {
    /// The raw id.
    pub raw_id: String,
}

/// A participant in chats and calls.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum CommunicationIdentifier {
    /// A user of ACS.
    CommunicationUser {
        /// The identifier.
        user: CommunicationUserIdentifier,
    },
    /// A phone number.
    PhoneNumber {
        /// The identifier.
        phone: PhoneNumberIdentifier,
    },
    /// A user of Microsoft Teams, or an anonymous visitor.
    MicrosoftTeamsUser {
        /// The identifier.
        user: MicrosoftTeamsUserIdentifier,
    },
    /// An application of Microsoft Teams, such as a bot.
    MicrosoftTeamsApp {
        /// The identifier.
        app: MicrosoftTeamsAppIdentifier,
    },
    /// A Teams user who calls through an ACS resource.
    TeamsExtensionUser {
        /// The identifier.
        user: TeamsExtensionUserIdentifier,
    },
    /// An identifier of an unknown kind.
    Unknown {
        /// The identifier.
        unknown: UnknownIdentifier,
    },
}

impl From<CommunicationCloudEnvironment> for identifier::CommunicationCloudEnvironment {
    fn from(cloud: CommunicationCloudEnvironment) -> Self {
        match cloud {
            CommunicationCloudEnvironment::Public => Self::Public,
            CommunicationCloudEnvironment::Dod => Self::Dod,
            CommunicationCloudEnvironment::Gcch => Self::Gcch,
        }
    }
}

impl From<identifier::CommunicationCloudEnvironment> for CommunicationCloudEnvironment {
    fn from(cloud: identifier::CommunicationCloudEnvironment) -> Self {
        match cloud {
            identifier::CommunicationCloudEnvironment::Public => Self::Public,
            identifier::CommunicationCloudEnvironment::Dod => Self::Dod,
            identifier::CommunicationCloudEnvironment::Gcch => Self::Gcch,
        }
    }
}

impl From<&identifier::PhoneNumberIdentifier> for PhoneNumberIdentifier {
    fn from(phone: &identifier::PhoneNumberIdentifier) -> Self {
        Self {
            phone_number: phone.phone_number().to_owned(),
            asserted_id: phone.asserted_id().map(str::to_owned),
            is_anonymous: phone.is_anonymous(),
            raw_id: phone.raw_id().to_owned(),
        }
    }
}

impl From<&identifier::MicrosoftTeamsUserIdentifier> for MicrosoftTeamsUserIdentifier {
    fn from(user: &identifier::MicrosoftTeamsUserIdentifier) -> Self {
        Self {
            user_id: user.user_id().to_owned(),
            is_anonymous: user.is_anonymous(),
            cloud: user.cloud().into(),
            raw_id: user.raw_id().to_owned(),
        }
    }
}

impl From<&identifier::MicrosoftTeamsAppIdentifier> for MicrosoftTeamsAppIdentifier {
    fn from(app: &identifier::MicrosoftTeamsAppIdentifier) -> Self {
        Self {
            app_id: app.app_id().to_owned(),
            cloud: app.cloud().into(),
            raw_id: app.raw_id().to_owned(),
        }
    }
}

impl From<&identifier::TeamsExtensionUserIdentifier> for TeamsExtensionUserIdentifier {
    fn from(user: &identifier::TeamsExtensionUserIdentifier) -> Self {
        Self {
            user_id: user.user_id().to_owned(),
            tenant_id: user.tenant_id().to_owned(),
            resource_id: user.resource_id().to_owned(),
            cloud: user.cloud().into(),
            raw_id: user.raw_id().to_owned(),
        }
    }
}

impl From<identifier::CommunicationIdentifier> for CommunicationIdentifier {
    fn from(identifier: identifier::CommunicationIdentifier) -> Self {
        use identifier::CommunicationIdentifier as Core;
        match identifier {
            Core::CommunicationUser(user) => Self::CommunicationUser { user: user.into() },
            Core::PhoneNumber(phone) => Self::PhoneNumber {
                phone: (&phone).into(),
            },
            Core::MicrosoftTeamsUser(user) => Self::MicrosoftTeamsUser { user: (&user).into() },
            Core::MicrosoftTeamsApp(app) => Self::MicrosoftTeamsApp { app: (&app).into() },
            Core::TeamsExtensionUser(user) => Self::TeamsExtensionUser { user: (&user).into() },
            Core::Unknown(unknown) => Self::Unknown {
                unknown: UnknownIdentifier {
                    raw_id: unknown.raw_id().to_owned(),
                },
            },
        }
    }
}

/// Parses a raw id, such as "8:acs:…". Any text is accepted: one of unknown form becomes an unknown
/// identifier.
#[uniffi::export]
pub fn identifier_from_raw_id(raw_id: &str) -> CommunicationIdentifier {
    identifier::CommunicationIdentifier::from_raw_id(raw_id).into()
}

/// Creates an identifier from a phone number in E.164 form. raw_id: the raw id to use instead of "4:" and the
/// number.
#[uniffi::export]
pub fn phone_number_identifier(phone_number: String, raw_id: Option<String>) -> PhoneNumberIdentifier {
    let made = identifier::PhoneNumberIdentifier::new(phone_number);
    match raw_id {
        Some(raw_id) => (&made.with_raw_id(raw_id)).into(),
        None => (&made).into(),
    }
}

/// Creates an identifier of a Teams user, or of an anonymous visitor. raw_id: the raw id to use instead of
/// the one built from the other arguments.
#[uniffi::export]
pub fn microsoft_teams_user_identifier(
    user_id: String,
    is_anonymous: bool,
    cloud: CommunicationCloudEnvironment,
    raw_id: Option<String>,
) -> MicrosoftTeamsUserIdentifier {
    let made = identifier::MicrosoftTeamsUserIdentifier::new(user_id, is_anonymous, cloud.into());
    match raw_id {
        Some(raw_id) => (&made.with_raw_id(raw_id)).into(),
        None => (&made).into(),
    }
}

/// Creates an identifier of a Teams application. raw_id: the raw id to use instead of the one built from the
/// other arguments.
#[uniffi::export]
pub fn microsoft_teams_app_identifier(
    app_id: String,
    cloud: CommunicationCloudEnvironment,
    raw_id: Option<String>,
) -> MicrosoftTeamsAppIdentifier {
    let made = identifier::MicrosoftTeamsAppIdentifier::new(app_id, cloud.into());
    match raw_id {
        Some(raw_id) => (&made.with_raw_id(raw_id)).into(),
        None => (&made).into(),
    }
}

/// Creates an identifier of a Teams user who calls through an ACS resource. raw_id: the raw id to use instead
/// of the one built from the other arguments.
#[uniffi::export]
pub fn teams_extension_user_identifier(
    user_id: String,
    tenant_id: String,
    resource_id: String,
    cloud: CommunicationCloudEnvironment,
    raw_id: Option<String>,
) -> TeamsExtensionUserIdentifier {
    let made = identifier::TeamsExtensionUserIdentifier::new(user_id, tenant_id, resource_id, cloud.into());
    match raw_id {
        Some(raw_id) => (&made.with_raw_id(raw_id)).into(),
        None => (&made).into(),
    }
}
