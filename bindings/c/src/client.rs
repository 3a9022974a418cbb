//! The client, with the operations and names of the official SDKs.
//!
//! Every call ends within its deadline (10 s by default). It is retried if that can help, follows
//! no redirect, and its error explains the cause. Create one client per resource and keep it. Any
//! threads may use it at once, before and after a fork, in the parent and in the child.

use std::ffi::c_char;
use std::sync::Arc;

use core_auth::{CommunicationIdentityClient, Result};

use crate::access_key_updates::{AccessKeyUpdates, update};
use crate::client_options::acs_client_options;
use crate::config::ClientConfig;
use crate::error::acs_error;
use crate::ffi::{
    Out, Text, Versioned as _, borrowed, c_text, freed, invalid, part, read, reference, status,
};
use crate::process::PerProcess;
use crate::status::acs_status;
use crate::userdata::Transfer;

/// A client of the ACS Identity service. Freed with acs_client_free.
pub struct acs_client {
    pub(crate) keys: AccessKeyUpdates<CommunicationIdentityClient>,
    endpoint: Text,
}

impl acs_client {
    /// Creates a client; each process makes its own instance from this configuration.
    pub fn of(config: ClientConfig) -> Result<Self> {
        let keys = AccessKeyUpdates::new(move || config.make())?;
        let endpoint = c_text(keys.each().get()?.endpoint().url());
        Ok(Self { keys, endpoint })
    }

    /// The instance of each process. A call gets that of its own process when it runs.
    pub fn each(&self) -> Arc<PerProcess<CommunicationIdentityClient>> {
        Arc::clone(self.keys.each())
    }

    /// Replaces the access keys that are `Some`, in this process and in children forked later.
    pub fn update_access_keys(&self, primary: Option<&str>, secondary: Option<&str>) -> Result<()> {
        self.keys.update(primary, secondary)
    }
}

unsafe fn made(options: &acs_client_options, client: *mut *mut acs_client) -> Result<()> {
    let client = Out::new(client, "client")?;
    let mut transfer = Transfer::default();
    let config = unsafe { ClientConfig::of(options, &mut transfer) }?;
    let made = acs_client::of(config)?;
    transfer.commit();
    client.give(made);
    Ok(())
}

/// Creates a client. It doesn't connect yet.
///
/// Errors: ACS_STATUS_INVALID_CONNECTION_STRING or ACS_STATUS_INVALID_ARGUMENT, target naming the
/// part or option.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_client_new(
    options: *const acs_client_options,
    client: *mut *mut acs_client,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe { status(error, || made(&read(options)?, client)) }
}

/// Creates a client from a connection string, with every option at its default.
///
/// Errors: as acs_client_new.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_client_from_connection_string(
    connection_string: *const c_char,
    client: *mut *mut acs_client,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            if connection_string.is_null() {
                return Err(invalid("connection_string", "It is NULL."));
            }
            let options = acs_client_options {
                connection_string,
                ..acs_client_options::defaults()
            };
            made(&options, client)
        })
    }
}

/// Returns the endpoint that requests are sent to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_client_endpoint(client: *const acs_client) -> *const c_char {
    unsafe { borrowed(client, |client| Some(&client.endpoint)) }
}

/// Returns how many seconds the service's clock is ahead of this machine's (negative: behind), as
/// learned from a rejected signature; 0 if there was none. Requests are signed with the corrected
/// time, but correct the machine's clock anyway.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_client_clock_skew_seconds(client: *const acs_client) -> i64 {
    unsafe {
        part(client, 0, |client| {
            let each = client.keys.each();
            each.get().map_or(0, |client| client.clock_skew_seconds())
        })
    }
}

/// Replaces the access key of a client and of the exchangers created with it, and their secondary
/// access key unless secondary_access_key is NULL. The next signature uses the new key, and tokens
/// cached for the former key are no longer returned. A forked child, and the library after
/// acs_shutdown, use the new keys too.
///
/// Errors: ACS_STATUS_INVALID_CONNECTION_STRING with the target "access_key" or
/// "secondary_access_key"; ACS_STATUS_INVALID_ARGUMENT if a token credential is used. No key is
/// replaced then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_client_update_access_key(
    client: *const acs_client,
    access_key: *const c_char,
    secondary_access_key: *const c_char,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let keys = &reference(client, "client")?.keys;
            update(keys, access_key, secondary_access_key)
        })
    }
}

/// Frees a client. Calls in progress continue, and so do the exchangers created with it. NULL is
/// ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_client_free(client: *mut acs_client) {
    unsafe { freed(client) }
}
