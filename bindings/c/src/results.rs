//! The results of operations: an identity, an access token, or both; the details of an identity;
//! assignments of Teams Phone extensibility.

use std::ffi::c_char;

use core_auth::{
    AccessToken, CommunicationUserDetail, CommunicationUserIdentifier, CommunicationUserToken, Result,
    TeamsExtensionAssignment,
};

use crate::ffi::{SecretText, Text, borrowed, c_text, freed, part, unix};

/// An ACS identity. Freed with acs_user_free.
pub struct acs_user {
    id: Text,
}

/// An access token and its expiry. Freed with acs_token_free, which wipes it.
pub struct acs_token {
    text: SecretText,
    expires_on: i64,
}

/// An identity with an access token for it. Freed with acs_user_token_free, which wipes it.
pub struct acs_user_token {
    user: acs_user,
    token: acs_token,
}

/// The service's details of an identity. Freed with acs_user_detail_free.
pub struct acs_user_detail {
    user: acs_user,
    custom_id: Option<Text>,
    last_token_issued_at: Option<i64>,
}

/// A principal that may use the resource's Teams Phone extensibility. Freed with
/// acs_teams_extension_assignment_free.
pub struct acs_teams_extension_assignment {
    tenant_id: Text,
    object_id: Text,
    principal_type: Text,
    client_ids: Vec<Text>,
}

/// Makes a handle from core's value. Fails for a token that contains a NUL.
pub(crate) trait Given: Sized {
    /// Core's type of the value.
    type Core;

    fn given(core: Self::Core) -> Result<Self>;
}

impl Given for acs_user {
    type Core = CommunicationUserIdentifier;

    fn given(core: Self::Core) -> Result<Self> {
        let CommunicationUserIdentifier { id } = core;
        Ok(Self { id: c_text(&id) })
    }
}

impl Given for acs_token {
    type Core = AccessToken;

    fn given(core: Self::Core) -> Result<Self> {
        let AccessToken { token, expires_on } = core;
        Ok(Self {
            text: SecretText::new(token.expose())?,
            expires_on: unix(expires_on),
        })
    }
}

impl Given for acs_user_token {
    type Core = CommunicationUserToken;

    fn given(core: Self::Core) -> Result<Self> {
        let CommunicationUserToken { user, token } = core;
        Ok(Self {
            user: acs_user::given(user)?,
            token: acs_token::given(token)?,
        })
    }
}

impl Given for acs_user_detail {
    type Core = CommunicationUserDetail;

    fn given(core: Self::Core) -> Result<Self> {
        let CommunicationUserDetail {
            user,
            custom_id,
            last_token_issued_at,
        } = core;
        Ok(Self {
            user: acs_user::given(user)?,
            custom_id: custom_id.map(|id| c_text(&id)),
            last_token_issued_at: last_token_issued_at.map(unix),
        })
    }
}

impl Given for acs_teams_extension_assignment {
    type Core = TeamsExtensionAssignment;

    fn given(core: Self::Core) -> Result<Self> {
        let TeamsExtensionAssignment {
            tenant_id,
            object_id,
            principal_type,
            client_ids,
        } = core;
        Ok(Self {
            tenant_id: c_text(&tenant_id),
            object_id: c_text(&object_id),
            principal_type: c_text(principal_type.as_str()),
            client_ids: client_ids.iter().map(|id| c_text(id)).collect(),
        })
    }
}

/// Returns the identity's raw id, such as "8:acs:…".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_user_id(user: *const acs_user) -> *const c_char {
    unsafe { borrowed(user, |user| Some(&user.id)) }
}

/// Frees an identity's handle. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_user_free(user: *mut acs_user) {
    unsafe { freed(user) }
}

/// Returns the token itself. The service doesn't guarantee its format. Don't log it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_token_text(token: *const acs_token) -> *const c_char {
    unsafe { part(token, std::ptr::null(), |token| token.text.as_ptr()) }
}

/// Returns when the token expires, in seconds since 1970, rounded down; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_token_expires_on(token: *const acs_token) -> i64 {
    unsafe { part(token, 0, |token| token.expires_on) }
}

/// Wipes and frees a token. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_token_free(token: *mut acs_token) {
    unsafe { freed(token) }
}

/// Returns the identity's raw id, such as "8:acs:…".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_user_token_user_id(user_token: *const acs_user_token) -> *const c_char {
    unsafe { borrowed(user_token, |user_token| Some(&user_token.user.id)) }
}

/// Returns the token itself. The service doesn't guarantee its format. Don't log it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_user_token_text(user_token: *const acs_user_token) -> *const c_char {
    unsafe {
        part(user_token, std::ptr::null(), |user_token| {
            user_token.token.text.as_ptr()
        })
    }
}

/// Returns when the token expires, in seconds since 1970, rounded down; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_user_token_expires_on(user_token: *const acs_user_token) -> i64 {
    unsafe { part(user_token, 0, |user_token| user_token.token.expires_on) }
}

/// Wipes and frees an identity with its token. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_user_token_free(user_token: *mut acs_user_token) {
    unsafe { freed(user_token) }
}

/// Returns the identity's raw id, such as "8:acs:…".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_user_detail_user_id(detail: *const acs_user_detail) -> *const c_char {
    unsafe { borrowed(detail, |detail| Some(&detail.user.id)) }
}

/// Returns the custom id that the back end assigned to the identity; NULL if there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_user_detail_custom_id(detail: *const acs_user_detail) -> *const c_char {
    unsafe { borrowed(detail, |detail| detail.custom_id.as_ref()) }
}

/// Returns when the identity's latest token was issued, in seconds since 1970, rounded down; 0 if
/// none was, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_user_detail_last_token_issued_at(detail: *const acs_user_detail) -> i64 {
    unsafe { part(detail, 0, |detail| detail.last_token_issued_at.unwrap_or(0)) }
}

/// Frees an identity's details. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_user_detail_free(detail: *mut acs_user_detail) {
    unsafe { freed(detail) }
}

/// Returns the principal's tenant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_teams_extension_assignment_tenant_id(
    assignment: *const acs_teams_extension_assignment,
) -> *const c_char {
    unsafe { borrowed(assignment, |assignment| Some(&assignment.tenant_id)) }
}

/// Returns the principal's object id.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_teams_extension_assignment_object_id(
    assignment: *const acs_teams_extension_assignment,
) -> *const c_char {
    unsafe { borrowed(assignment, |assignment| Some(&assignment.object_id)) }
}

/// Returns the type of the principal: ACS_PRINCIPAL_TYPE_… or another type that the service knows.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_teams_extension_assignment_principal_type(
    assignment: *const acs_teams_extension_assignment,
) -> *const c_char {
    unsafe { borrowed(assignment, |assignment| Some(&assignment.principal_type)) }
}

/// Returns the number of applications that a user may sign in to; 0 for a resource account, and for
/// NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_teams_extension_assignment_client_id_count(
    assignment: *const acs_teams_extension_assignment,
) -> usize {
    unsafe { part(assignment, 0, |assignment| assignment.client_ids.len()) }
}

/// Returns the client id of an application that a user may sign in to; NULL out of range.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_teams_extension_assignment_client_id(
    assignment: *const acs_teams_extension_assignment,
    index: usize,
) -> *const c_char {
    unsafe { borrowed(assignment, |assignment| assignment.client_ids.get(index)) }
}

/// Frees an assignment. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_teams_extension_assignment_free(
    assignment: *mut acs_teams_extension_assignment,
) {
    unsafe { freed(assignment) }
}
