//! The options of a handler.

use std::ptr;

use core_auth::Result;

use crate::cloud::acs_cloud;
use crate::config::HandlerConfig;
use crate::credential::{acs_token_credential, credential};
use crate::ffi::{Versioned, guarded, init};
use crate::observer::{acs_observer, observer};
use crate::settings::acs_handler_settings;
use crate::userdata::Transfer;

/// The options of a handler: its settings, which are plain values, and the options that aren't.
#[repr(C)]
pub struct acs_handler_options {
    /// sizeof(acs_handler_options).
    pub struct_size: usize,
    /// Settings from a file or the environment, or set by name; they may be freed once the handler
    /// is created. NULL for none.
    pub settings: *const acs_handler_settings,
    /// A token credential instead of an access key; needs an endpoint.
    pub token_credential: *const acs_token_credential,
    /// The cloud, overriding the settings cloud and authority; or NULL.
    pub cloud: *const acs_cloud,
    /// The observer, which receives events; or NULL.
    pub observer: *const acs_observer,
}

unsafe impl Versioned for acs_handler_options {
    const FIRST_SIZE: usize = size_of::<Self>();
    const NAME: &'static str = "options";

    fn defaults() -> Self {
        Self {
            struct_size: size_of::<Self>(),
            settings: ptr::null(),
            token_credential: ptr::null(),
            cloud: ptr::null(),
            observer: ptr::null(),
        }
    }
}

impl HandlerConfig {
    pub(crate) unsafe fn of(options: &acs_handler_options, transfer: &mut Transfer) -> Result<Self> {
        let settings = unsafe { options.settings.as_ref() };
        Ok(Self {
            settings: settings.map(|given| given.settings.clone()).unwrap_or_default(),
            token_credential: unsafe { credential(options.token_credential, transfer) }?,
            cloud: unsafe { options.cloud.as_ref() }.map(|cloud| cloud.cloud.clone()),
            observer: unsafe { observer(options.observer, transfer) }?,
            access_key: None,
        })
    }
}

/// Fills the options with their defaults. struct_size is sizeof(acs_handler_options).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_handler_options_init(options: *mut acs_handler_options, struct_size: usize) {
    guarded((), || unsafe { init(options, struct_size) });
}
