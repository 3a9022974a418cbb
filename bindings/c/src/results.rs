//! What operations give: an identity, an access token, or both.

use std::ffi::c_char;

use core_auth::{AccessToken, CommunicationUserIdentifier, CommunicationUserToken, Result};

use crate::ffi::{SecretText, Text, borrowed, c_text, freed, part, unix};

/// An ACS identity. Freed with acs_user_free.
pub struct acs_user {
    id: Text,
}

/// An access token and when it stops working. Freed with acs_token_free, which wipes it.
pub struct acs_token {
    text: SecretText,
    expires_on: i64,
}

/// An identity with an access token for it. Freed with acs_user_token_free, which wipes it.
pub struct acs_user_token {
    user: acs_user,
    token: acs_token,
}

/// What a handle is made of; it fails for a text that C cannot hold.
pub(crate) trait Given: Sized {
    /// Core's form of it.
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

/// The identity's raw id, such as "8:acs:…".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_user_id(user: *const acs_user) -> *const c_char {
    unsafe { borrowed(user, |user| Some(&user.id)) }
}

/// Frees an identity's handle; nothing for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_user_free(user: *mut acs_user) {
    unsafe { freed(user) }
}

/// The token itself. Its format is not promised by the service. Do not log it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_token_text(token: *const acs_token) -> *const c_char {
    unsafe { part(token, std::ptr::null(), |token| token.text.as_ptr()) }
}

/// When the token stops working, in seconds since 1970, rounded down; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_token_expires_on(token: *const acs_token) -> i64 {
    unsafe { part(token, 0, |token| token.expires_on) }
}

/// Wipes and frees a token; nothing for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_token_free(token: *mut acs_token) {
    unsafe { freed(token) }
}

/// The identity's raw id, such as "8:acs:…".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_user_token_user_id(user_token: *const acs_user_token) -> *const c_char {
    unsafe { borrowed(user_token, |user_token| Some(&user_token.user.id)) }
}

/// The token itself. Its format is not promised by the service. Do not log it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_user_token_text(user_token: *const acs_user_token) -> *const c_char {
    unsafe {
        part(user_token, std::ptr::null(), |user_token| {
            user_token.token.text.as_ptr()
        })
    }
}

/// When the token stops working, in seconds since 1970, rounded down; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_user_token_expires_on(user_token: *const acs_user_token) -> i64 {
    unsafe { part(user_token, 0, |user_token| user_token.token.expires_on) }
}

/// Wipes and frees an identity with its token; nothing for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_user_token_free(user_token: *mut acs_user_token) {
    unsafe { freed(user_token) }
}
