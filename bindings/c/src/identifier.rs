//! Identifiers of participants in chats and calls, and their raw ids. No I/O.

use std::ffi::c_char;

use core_auth::identifier::{
    CommunicationCloudEnvironment, CommunicationIdentifier, CommunicationIdentifierKind,
    MicrosoftTeamsAppIdentifier, MicrosoftTeamsUserIdentifier, PhoneNumberIdentifier,
    TeamsExtensionUserIdentifier, UnknownIdentifier,
};
use core_auth::{CommunicationUserIdentifier, Result};

use crate::error::acs_error;
use crate::ffi::{
    Out, Text, borrowed, c_text, freed, guarded, invalid, optional_c_text, owned, part, status, text,
};
use crate::status::acs_status;

/// An identifier of an unknown kind. Compare raw ids instead of relying on it: a later version may
/// name the kind.
pub const ACS_IDENTIFIER_UNKNOWN: i32 = 0;
/// A user of ACS.
pub const ACS_IDENTIFIER_COMMUNICATION_USER: i32 = 1;
/// A phone number.
pub const ACS_IDENTIFIER_PHONE_NUMBER: i32 = 2;
/// A user of Microsoft Teams, or an anonymous visitor.
pub const ACS_IDENTIFIER_MICROSOFT_TEAMS_USER: i32 = 3;
/// An application of Microsoft Teams, such as a bot.
pub const ACS_IDENTIFIER_MICROSOFT_TEAMS_APP: i32 = 4;
/// A Teams user who calls through an ACS resource (Teams Phone extensibility).
pub const ACS_IDENTIFIER_TEAMS_EXTENSION_USER: i32 = 5;

/// The public cloud.
pub const ACS_CLOUD_ENVIRONMENT_PUBLIC: i32 = 0;
/// The cloud of the US Department of Defense.
pub const ACS_CLOUD_ENVIRONMENT_DOD: i32 = 1;
/// The cloud of the US government (GCC High).
pub const ACS_CLOUD_ENVIRONMENT_GCCH: i32 = 2;

/// A participant in chats and calls. Identifiers are equal if their raw ids are equal. An
/// identifier never changes, so any threads may use it at once. Freed with acs_identifier_free.
pub struct acs_identifier {
    kind: i32,
    raw_id: Text,
    phone_number: Option<Text>,
    asserted_id: Option<Text>,
    is_anonymous: bool,
    user_id: Option<Text>,
    app_id: Option<Text>,
    tenant_id: Option<Text>,
    resource_id: Option<Text>,
    cloud: i32,
}

const fn number_of(kind: CommunicationIdentifierKind) -> i32 {
    match kind {
        CommunicationIdentifierKind::CommunicationUser => ACS_IDENTIFIER_COMMUNICATION_USER,
        CommunicationIdentifierKind::PhoneNumber => ACS_IDENTIFIER_PHONE_NUMBER,
        CommunicationIdentifierKind::MicrosoftTeamsUser => ACS_IDENTIFIER_MICROSOFT_TEAMS_USER,
        CommunicationIdentifierKind::MicrosoftTeamsApp => ACS_IDENTIFIER_MICROSOFT_TEAMS_APP,
        CommunicationIdentifierKind::TeamsExtensionUser => ACS_IDENTIFIER_TEAMS_EXTENSION_USER,
        CommunicationIdentifierKind::Unknown => ACS_IDENTIFIER_UNKNOWN,
    }
}

const fn number_of_cloud(cloud: CommunicationCloudEnvironment) -> i32 {
    match cloud {
        CommunicationCloudEnvironment::Public => ACS_CLOUD_ENVIRONMENT_PUBLIC,
        CommunicationCloudEnvironment::Dod => ACS_CLOUD_ENVIRONMENT_DOD,
        CommunicationCloudEnvironment::Gcch => ACS_CLOUD_ENVIRONMENT_GCCH,
    }
}

fn cloud_of(number: i32) -> Result<CommunicationCloudEnvironment> {
    match number {
        ACS_CLOUD_ENVIRONMENT_PUBLIC => Ok(CommunicationCloudEnvironment::Public),
        ACS_CLOUD_ENVIRONMENT_DOD => Ok(CommunicationCloudEnvironment::Dod),
        ACS_CLOUD_ENVIRONMENT_GCCH => Ok(CommunicationCloudEnvironment::Gcch),
        other => Err(invalid(
            "cloud",
            format!("{other} is no ACS_CLOUD_ENVIRONMENT_…."),
        )),
    }
}

impl From<CommunicationIdentifier> for acs_identifier {
    fn from(identifier: CommunicationIdentifier) -> Self {
        let made = Self {
            kind: number_of(identifier.kind()),
            raw_id: c_text(identifier.raw_id()),
            phone_number: None,
            asserted_id: None,
            is_anonymous: false,
            user_id: None,
            app_id: None,
            tenant_id: None,
            resource_id: None,
            cloud: -1,
        };
        match &identifier {
            CommunicationIdentifier::CommunicationUser(CommunicationUserIdentifier { id: _ })
            | CommunicationIdentifier::Unknown(_) => made,
            CommunicationIdentifier::PhoneNumber(phone) => Self {
                phone_number: Some(c_text(phone.phone_number())),
                asserted_id: optional_c_text(phone.asserted_id()),
                is_anonymous: phone.is_anonymous(),
                ..made
            },
            CommunicationIdentifier::MicrosoftTeamsUser(user) => Self {
                user_id: Some(c_text(user.user_id())),
                is_anonymous: user.is_anonymous(),
                cloud: number_of_cloud(user.cloud()),
                ..made
            },
            CommunicationIdentifier::MicrosoftTeamsApp(app) => Self {
                app_id: Some(c_text(app.app_id())),
                cloud: number_of_cloud(app.cloud()),
                ..made
            },
            CommunicationIdentifier::TeamsExtensionUser(user) => Self {
                user_id: Some(c_text(user.user_id())),
                tenant_id: Some(c_text(user.tenant_id())),
                resource_id: Some(c_text(user.resource_id())),
                cloud: number_of_cloud(user.cloud()),
                ..made
            },
        }
    }
}

/// Makes an identifier and writes it.
fn give(
    identifier: *mut *mut acs_identifier,
    make: impl FnOnce() -> Result<CommunicationIdentifier>,
) -> Result<()> {
    let identifier = Out::new(identifier, "identifier")?;
    identifier.give(make()?.into());
    Ok(())
}

/// Parses a raw id, such as "8:acs:…". Any text is accepted: one of unknown form becomes an unknown
/// identifier.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT for NULL and for text that is not UTF-8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_identifier_from_raw_id(
    raw_id: *const c_char,
    identifier: *mut *mut acs_identifier,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            give(identifier, || {
                Ok(CommunicationIdentifier::from_raw_id(text(raw_id, "raw_id")?))
            })
        })
    }
}

/// Creates an identifier from an ACS user's id.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_identifier_new_communication_user(
    id: *const c_char,
    identifier: *mut *mut acs_identifier,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            give(identifier, || {
                Ok(CommunicationUserIdentifier::new(text(id, "id")?).into())
            })
        })
    }
}

/// Creates an identifier from a phone number in E.164 form, such as "+14255550123". It is not
/// checked, and no plus is added.
///
/// raw_id: the raw id to use instead of "4:" and the number; or NULL.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_identifier_new_phone_number(
    phone_number: *const c_char,
    raw_id: *const c_char,
    identifier: *mut *mut acs_identifier,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            give(identifier, || {
                let made = PhoneNumberIdentifier::new(text(phone_number, "phone_number")?);
                Ok(match owned(raw_id, "raw_id")? {
                    Some(raw_id) => made.with_raw_id(raw_id).into(),
                    None => made.into(),
                })
            })
        })
    }
}

/// Creates an identifier from a Teams user's object id in Entra, or from the id that Teams assigned
/// to an anonymous visitor. Nothing is checked.
///
/// cloud: ACS_CLOUD_ENVIRONMENT_…; not part of a visitor's raw id. raw_id: the raw id to use
/// instead of the one built from the other arguments; or NULL.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_identifier_new_microsoft_teams_user(
    user_id: *const c_char,
    is_anonymous: bool,
    cloud: i32,
    raw_id: *const c_char,
    identifier: *mut *mut acs_identifier,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            give(identifier, || {
                let user_id = text(user_id, "user_id")?;
                let made = MicrosoftTeamsUserIdentifier::new(user_id, is_anonymous, cloud_of(cloud)?);
                Ok(match owned(raw_id, "raw_id")? {
                    Some(raw_id) => made.with_raw_id(raw_id).into(),
                    None => made.into(),
                })
            })
        })
    }
}

/// Creates an identifier from the id of a Teams application, such as a bot. Nothing is checked.
///
/// cloud: ACS_CLOUD_ENVIRONMENT_…. raw_id: the raw id to use instead of the one built from the
/// other arguments; or NULL.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_identifier_new_microsoft_teams_app(
    app_id: *const c_char,
    cloud: i32,
    raw_id: *const c_char,
    identifier: *mut *mut acs_identifier,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            give(identifier, || {
                let made = MicrosoftTeamsAppIdentifier::new(text(app_id, "app_id")?, cloud_of(cloud)?);
                Ok(match owned(raw_id, "raw_id")? {
                    Some(raw_id) => made.with_raw_id(raw_id).into(),
                    None => made.into(),
                })
            })
        })
    }
}

/// Creates an identifier of a Teams user who calls through an ACS resource, from the object id in
/// Entra, the tenant and the resource. Nothing is checked.
///
/// cloud: ACS_CLOUD_ENVIRONMENT_…. raw_id: the raw id to use instead of the one built from the
/// other arguments; or NULL.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_identifier_new_teams_extension_user(
    user_id: *const c_char,
    tenant_id: *const c_char,
    resource_id: *const c_char,
    cloud: i32,
    raw_id: *const c_char,
    identifier: *mut *mut acs_identifier,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            give(identifier, || {
                let user_id = text(user_id, "user_id")?;
                let tenant_id = text(tenant_id, "tenant_id")?;
                let resource_id = text(resource_id, "resource_id")?;
                let made =
                    TeamsExtensionUserIdentifier::new(user_id, tenant_id, resource_id, cloud_of(cloud)?);
                Ok(match owned(raw_id, "raw_id")? {
                    Some(raw_id) => made.with_raw_id(raw_id).into(),
                    None => made.into(),
                })
            })
        })
    }
}

/// Creates an identifier of an unknown kind from its raw id.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_identifier_new_unknown(
    raw_id: *const c_char,
    identifier: *mut *mut acs_identifier,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            give(identifier, || {
                Ok(UnknownIdentifier::new(text(raw_id, "raw_id")?).into())
            })
        })
    }
}

/// Returns its kind: ACS_IDENTIFIER_…; -1 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_identifier_kind(identifier: *const acs_identifier) -> i32 {
    unsafe { part(identifier, -1, |identifier| identifier.kind) }
}

/// Returns the name of a kind as in the official Python packages, such as "phone_number"; NULL for
/// an unknown number. The text is static and not freed.
#[unsafe(no_mangle)]
pub extern "C" fn acs_identifier_kind_name(kind: i32) -> *const c_char {
    guarded(std::ptr::null(), || {
        let name = match kind {
            ACS_IDENTIFIER_UNKNOWN => c"unknown",
            ACS_IDENTIFIER_COMMUNICATION_USER => c"communication_user",
            ACS_IDENTIFIER_PHONE_NUMBER => c"phone_number",
            ACS_IDENTIFIER_MICROSOFT_TEAMS_USER => c"microsoft_teams_user",
            ACS_IDENTIFIER_MICROSOFT_TEAMS_APP => c"microsoft_teams_app",
            ACS_IDENTIFIER_TEAMS_EXTENSION_USER => c"teams_extension_user",
            _ => return std::ptr::null(),
        };
        name.as_ptr()
    })
}

/// Returns the raw id, which represents the identifier in requests. Store it and parse it again
/// with acs_identifier_from_raw_id.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_identifier_raw_id(identifier: *const acs_identifier) -> *const c_char {
    unsafe { borrowed(identifier, |identifier| Some(&identifier.raw_id)) }
}

/// Returns the phone number, with the asserted id if there is one; NULL for another kind.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_identifier_phone_number(identifier: *const acs_identifier) -> *const c_char {
    unsafe { borrowed(identifier, |identifier| identifier.phone_number.as_ref()) }
}

/// Returns the asserted id, which distinguishes calls through the same phone number: the text after
/// the raw id's last underscore; NULL if there is none, and for another kind.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_identifier_asserted_id(identifier: *const acs_identifier) -> *const c_char {
    unsafe { borrowed(identifier, |identifier| identifier.asserted_id.as_ref()) }
}

/// Returns whether it is a hidden phone number, "4:anonymous", or a Teams visitor who did not sign
/// in; false for another kind and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_identifier_is_anonymous(identifier: *const acs_identifier) -> bool {
    unsafe { part(identifier, false, |identifier| identifier.is_anonymous) }
}

/// Returns the object id of a Teams user or a Teams extension user, or a visitor's id; NULL for
/// another kind.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_identifier_user_id(identifier: *const acs_identifier) -> *const c_char {
    unsafe { borrowed(identifier, |identifier| identifier.user_id.as_ref()) }
}

/// Returns the id of a Teams application; NULL for another kind.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_identifier_app_id(identifier: *const acs_identifier) -> *const c_char {
    unsafe { borrowed(identifier, |identifier| identifier.app_id.as_ref()) }
}

/// Returns the tenant of a Teams extension user; NULL for another kind.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_identifier_tenant_id(identifier: *const acs_identifier) -> *const c_char {
    unsafe { borrowed(identifier, |identifier| identifier.tenant_id.as_ref()) }
}

/// Returns the ACS resource of a Teams extension user; NULL for another kind.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_identifier_resource_id(identifier: *const acs_identifier) -> *const c_char {
    unsafe { borrowed(identifier, |identifier| identifier.resource_id.as_ref()) }
}

/// Returns the cloud of a Teams user, application or Teams extension user: ACS_CLOUD_ENVIRONMENT_…;
/// -1 for another kind and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_identifier_cloud(identifier: *const acs_identifier) -> i32 {
    unsafe { part(identifier, -1, |identifier| identifier.cloud) }
}

/// Frees an identifier. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_identifier_free(identifier: *mut acs_identifier) {
    unsafe { freed(identifier) }
}

#[cfg(test)]
mod tests {
    use std::ffi::CStr;

    use super::*;

    #[test]
    fn kinds_and_clouds_are_those_of_the_core() {
        for kind in CommunicationIdentifierKind::ALL {
            // SAFETY: the names are static.
            let name = unsafe { CStr::from_ptr(acs_identifier_kind_name(number_of(*kind))) };
            assert_eq!(name.to_str(), Ok(kind.as_str()));
        }
        for cloud in CommunicationCloudEnvironment::ALL {
            assert_eq!(cloud_of(number_of_cloud(*cloud)).unwrap(), *cloud);
        }
        assert!(cloud_of(3).is_err() && cloud_of(-1).is_err());
    }
}
