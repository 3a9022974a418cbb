//! One type per kind of identifier. The type for ACS users is
//! `models::CommunicationUserIdentifier`.

use std::hash::{Hash, Hasher};

use super::cloud_environment::CommunicationCloudEnvironment;

pub(super) const PHONE_NUMBER_PREFIX: &str = "4:";
pub(super) const VISITOR_PREFIX: &str = "8:teamsvisitor:";
/// Stands for the number of a caller who withholds it.
const ANONYMOUS: &str = "anonymous";

/// The prefixes of a cloud's raw ids.
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
    /// Creates an identifier from a number in E.164 form, such as `+14255550123`. It is not
    /// checked, and no plus is added.
    pub fn new(phone_number: impl Into<String>) -> Self {
        let phone_number = phone_number.into();
        Self {
            raw_id: format!("{PHONE_NUMBER_PREFIX}{phone_number}"),
            phone_number,
        }
    }

    /// Returns the same identifier with this raw id instead of its own.
    #[must_use]
    pub fn with_raw_id(self, raw_id: impl Into<String>) -> Self {
        Self {
            raw_id: raw_id.into(),
            ..self
        }
    }

    /// Returns the number, with the asserted id if there is one.
    pub fn phone_number(&self) -> &str {
        &self.phone_number
    }

    /// Returns the raw id.
    pub fn raw_id(&self) -> &str {
        &self.raw_id
    }

    /// Returns the asserted id, which distinguishes calls through the same number: the text after
    /// the raw id's last underscore. `None` if there is no underscore or nothing after it.
    pub fn asserted_id(&self) -> Option<&str> {
        let (_, id) = self.suffix().rsplit_once('_')?;
        (!id.is_empty()).then_some(id)
    }

    /// Returns whether the caller hides the number: the raw id is `4:anonymous`.
    pub fn is_anonymous(&self) -> bool {
        self.suffix() == ANONYMOUS
    }

    /// The raw id without its first two characters. An explicit raw id may begin with others than `4:`; like
    /// the official Python package, this removes them all the same.
    fn suffix(&self) -> &str {
        let mut characters = self.raw_id.chars();
        characters.next();
        characters.next();
        characters.as_str()
    }
}

/// A user of Microsoft Teams, or an anonymous visitor to a meeting.
#[derive(Debug, Clone)]
pub struct MicrosoftTeamsUserIdentifier {
    user_id: String,
    is_anonymous: bool,
    cloud: CommunicationCloudEnvironment,
    raw_id: String,
}

impl MicrosoftTeamsUserIdentifier {
    /// Creates an identifier from a user's object id in Entra, or from the id that Teams assigned
    /// to a visitor. Nothing is checked.
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

    /// Returns the same identifier with this raw id instead of its own.
    #[must_use]
    pub fn with_raw_id(self, raw_id: impl Into<String>) -> Self {
        Self {
            raw_id: raw_id.into(),
            ..self
        }
    }

    /// Returns the user's object id, or the visitor's id.
    pub fn user_id(&self) -> &str {
        &self.user_id
    }

    /// Returns whether it is a visitor who did not sign in.
    pub fn is_anonymous(&self) -> bool {
        self.is_anonymous
    }

    /// Returns the user's cloud. A visitor's raw id names no cloud: it is parsed as the public one.
    pub fn cloud(&self) -> CommunicationCloudEnvironment {
        self.cloud
    }

    /// Returns the raw id.
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
    /// Creates an identifier from an application's id. Nothing is checked.
    pub fn new(app_id: impl Into<String>, cloud: CommunicationCloudEnvironment) -> Self {
        let app_id = app_id.into();
        Self {
            raw_id: format!("{}{app_id}", Prefixes::of(cloud).teams_app),
            app_id,
            cloud,
        }
    }

    /// Returns the same identifier with this raw id instead of its own.
    #[must_use]
    pub fn with_raw_id(self, raw_id: impl Into<String>) -> Self {
        Self {
            raw_id: raw_id.into(),
            ..self
        }
    }

    /// Returns the application's id.
    pub fn app_id(&self) -> &str {
        &self.app_id
    }

    /// Returns the application's cloud.
    pub fn cloud(&self) -> CommunicationCloudEnvironment {
        self.cloud
    }

    /// Returns the raw id.
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
    /// Creates an identifier from the user's object id in Entra, the tenant and the ACS resource.
    /// Nothing is checked.
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

    /// Returns the same identifier with this raw id instead of its own.
    #[must_use]
    pub fn with_raw_id(self, raw_id: impl Into<String>) -> Self {
        Self {
            raw_id: raw_id.into(),
            ..self
        }
    }

    /// Returns the user's object id.
    pub fn user_id(&self) -> &str {
        &self.user_id
    }

    /// Returns the user's tenant.
    pub fn tenant_id(&self) -> &str {
        &self.tenant_id
    }

    /// Returns the ACS resource.
    pub fn resource_id(&self) -> &str {
        &self.resource_id
    }

    /// Returns the cloud of user and resource.
    pub fn cloud(&self) -> CommunicationCloudEnvironment {
        self.cloud
    }

    /// Returns the raw id.
    pub fn raw_id(&self) -> &str {
        &self.raw_id
    }
}

/// An identifier of an unknown kind.
#[derive(Debug, Clone)]
pub struct UnknownIdentifier {
    raw_id: String,
}

impl UnknownIdentifier {
    /// Creates an identifier from a raw id.
    pub fn new(raw_id: impl Into<String>) -> Self {
        Self {
            raw_id: raw_id.into(),
        }
    }

    /// Returns the raw id.
    pub fn raw_id(&self) -> &str {
        &self.raw_id
    }
}

/// Implements equality and hashing by raw id.
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
