//! An identifier of each kind. The one of a user of ACS is `models::CommunicationUserIdentifier`.

use std::hash::{Hash, Hasher};

use super::cloud_environment::CommunicationCloudEnvironment;

pub(super) const PHONE_NUMBER_PREFIX: &str = "4:";
pub(super) const VISITOR_PREFIX: &str = "8:teamsvisitor:";
/// In place of a number: the caller hides it.
const ANONYMOUS: &str = "anonymous";

/// What raw ids of a cloud begin with.
pub(super) struct Prefixes {
    pub(super) teams_user: &'static str,
    pub(super) teams_app: &'static str,
    pub(super) acs: &'static str,
}

impl Prefixes {
    pub(super) fn of(cloud: CommunicationCloudEnvironment) -> Self {
        let (teams_user, teams_app, acs) = match cloud {
            CommunicationCloudEnvironment::Public => ("8:orgid:", "28:orgid:", "8:acs:"),
            CommunicationCloudEnvironment::Dod => ("8:dod:", "28:dod:", "8:dod-acs:"),
            CommunicationCloudEnvironment::Gcch => ("8:gcch:", "28:gcch:", "8:gcch-acs:"),
        };
        Self {
            teams_user,
            teams_app,
            acs,
        }
    }
}

/// A phone number.
#[derive(Debug, Clone)]
pub struct PhoneNumberIdentifier {
    phone_number: String,
    raw_id: String,
}

impl PhoneNumberIdentifier {
    /// A number in E.164 form, such as `+14255550123`. It is not checked, and no plus is added.
    pub fn new(phone_number: impl Into<String>) -> Self {
        let phone_number = phone_number.into();
        Self {
            raw_id: format!("{PHONE_NUMBER_PREFIX}{phone_number}"),
            phone_number,
        }
    }

    /// The same with this raw id in place of its own.
    #[must_use]
    pub fn with_raw_id(self, raw_id: impl Into<String>) -> Self {
        Self {
            raw_id: raw_id.into(),
            ..self
        }
    }

    /// The number, with the asserted id if there is one.
    pub fn phone_number(&self) -> &str {
        &self.phone_number
    }

    /// The raw id.
    pub fn raw_id(&self) -> &str {
        &self.raw_id
    }

    /// What tells calls through the same number apart: the text after the raw id's last underscore. `None` if there is no
    /// underscore or nothing after it.
    pub fn asserted_id(&self) -> Option<&str> {
        let (_, id) = self.suffix().rsplit_once('_')?;
        (!id.is_empty()).then_some(id)
    }

    /// Whether the caller hides the number: the raw id is `4:anonymous`.
    pub fn is_anonymous(&self) -> bool {
        self.suffix() == ANONYMOUS
    }

    /// The raw id without its first two characters. An explicit raw id may begin with others than `4:`; the official
    /// Python package leaves them out all the same.
    fn suffix(&self) -> &str {
        let mut characters = self.raw_id.chars();
        characters.next();
        characters.next();
        characters.as_str()
    }
}

/// A user of Microsoft Teams, or an anonymous visitor of a meeting.
#[derive(Debug, Clone)]
pub struct MicrosoftTeamsUserIdentifier {
    user_id: String,
    is_anonymous: bool,
    cloud: CommunicationCloudEnvironment,
    raw_id: String,
}

impl MicrosoftTeamsUserIdentifier {
    /// A user by the object id in Entra, or a visitor by the id that Teams gave. Nothing is checked.
    pub fn new(user_id: impl Into<String>, is_anonymous: bool, cloud: CommunicationCloudEnvironment) -> Self {
        let user_id = user_id.into();
        let prefix = if is_anonymous {
            VISITOR_PREFIX
        } else {
            Prefixes::of(cloud).teams_user
        };
        Self {
            raw_id: format!("{prefix}{user_id}"),
            user_id,
            is_anonymous,
            cloud,
        }
    }

    /// The same with this raw id in place of its own.
    #[must_use]
    pub fn with_raw_id(self, raw_id: impl Into<String>) -> Self {
        Self {
            raw_id: raw_id.into(),
            ..self
        }
    }

    /// The user's object id, or the visitor's id.
    pub fn user_id(&self) -> &str {
        &self.user_id
    }

    /// Whether it is a visitor who did not sign in.
    pub fn is_anonymous(&self) -> bool {
        self.is_anonymous
    }

    /// The user's cloud. A visitor's raw id names none: it is read as the public cloud.
    pub fn cloud(&self) -> CommunicationCloudEnvironment {
        self.cloud
    }

    /// The raw id.
    pub fn raw_id(&self) -> &str {
        &self.raw_id
    }
}

/// An application of Microsoft Teams, such as a bot.
#[derive(Debug, Clone)]
pub struct MicrosoftTeamsAppIdentifier {
    app_id: String,
    cloud: CommunicationCloudEnvironment,
    raw_id: String,
}

impl MicrosoftTeamsAppIdentifier {
    /// An application by its id. Nothing is checked.
    pub fn new(app_id: impl Into<String>, cloud: CommunicationCloudEnvironment) -> Self {
        let app_id = app_id.into();
        Self {
            raw_id: format!("{}{app_id}", Prefixes::of(cloud).teams_app),
            app_id,
            cloud,
        }
    }

    /// The same with this raw id in place of its own.
    #[must_use]
    pub fn with_raw_id(self, raw_id: impl Into<String>) -> Self {
        Self {
            raw_id: raw_id.into(),
            ..self
        }
    }

    /// The application's id.
    pub fn app_id(&self) -> &str {
        &self.app_id
    }

    /// The application's cloud.
    pub fn cloud(&self) -> CommunicationCloudEnvironment {
        self.cloud
    }

    /// The raw id.
    pub fn raw_id(&self) -> &str {
        &self.raw_id
    }
}

/// A Teams user who calls through an ACS resource (Teams Phone extensibility).
#[derive(Debug, Clone)]
pub struct TeamsExtensionUserIdentifier {
    user_id: String,
    tenant_id: String,
    resource_id: String,
    cloud: CommunicationCloudEnvironment,
    raw_id: String,
}

impl TeamsExtensionUserIdentifier {
    /// A user by the object id in Entra, the tenant and the ACS resource. Nothing is checked.
    pub fn new(
        user_id: impl Into<String>,
        tenant_id: impl Into<String>,
        resource_id: impl Into<String>,
        cloud: CommunicationCloudEnvironment,
    ) -> Self {
        let (user_id, tenant_id, resource_id) = (user_id.into(), tenant_id.into(), resource_id.into());
        Self {
            raw_id: format!("{}{resource_id}_{tenant_id}_{user_id}", Prefixes::of(cloud).acs),
            user_id,
            tenant_id,
            resource_id,
            cloud,
        }
    }

    /// The same with this raw id in place of its own.
    #[must_use]
    pub fn with_raw_id(self, raw_id: impl Into<String>) -> Self {
        Self {
            raw_id: raw_id.into(),
            ..self
        }
    }

    /// The user's object id.
    pub fn user_id(&self) -> &str {
        &self.user_id
    }

    /// The user's tenant.
    pub fn tenant_id(&self) -> &str {
        &self.tenant_id
    }

    /// The ACS resource.
    pub fn resource_id(&self) -> &str {
        &self.resource_id
    }

    /// The cloud of user and resource.
    pub fn cloud(&self) -> CommunicationCloudEnvironment {
        self.cloud
    }

    /// The raw id.
    pub fn raw_id(&self) -> &str {
        &self.raw_id
    }
}

/// An identifier of a kind that has no name here.
#[derive(Debug, Clone)]
pub struct UnknownIdentifier {
    raw_id: String,
}

impl UnknownIdentifier {
    /// An identifier by its raw id alone.
    pub fn new(raw_id: impl Into<String>) -> Self {
        Self {
            raw_id: raw_id.into(),
        }
    }

    /// The raw id.
    pub fn raw_id(&self) -> &str {
        &self.raw_id
    }
}

/// Equality and hash of identifiers are those of their raw ids.
macro_rules! equal_by_raw_id {
    ($($identifier:ident)+) => {$(
        impl PartialEq for $identifier {
            fn eq(&self, other: &Self) -> bool {
                self.raw_id == other.raw_id
            }
        }

        impl Eq for $identifier {}

        impl Hash for $identifier {
            fn hash<H: Hasher>(&self, state: &mut H) {
                self.raw_id.hash(state);
            }
        }
    )+};
}

equal_by_raw_id!(
    PhoneNumberIdentifier
    MicrosoftTeamsUserIdentifier
    MicrosoftTeamsAppIdentifier
    TeamsExtensionUserIdentifier
    UnknownIdentifier
);
