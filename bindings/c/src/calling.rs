//! A call of a client's operation: its future, its options, and the place for its response.

use std::future::Future;
use std::sync::Arc;

use core_auth::{CallOptions, CommunicationIdentityClient, Result};

use crate::call_response::{ResponseSlot, acs_call_response};
use crate::client::acs_client;
use crate::client_options::acs_call_options;
use crate::completion::{Outcome, acs_call, acs_delivery};
use crate::ffi::{Out, count, flag, header_list, invalid, millis, owned, read_optional, reference};
use crate::process::PerProcess;
use crate::submit::{Begin, Work, submit};

/// The client of this process with the options of one call.
pub(crate) struct Client {
    clients: Arc<PerProcess<CommunicationIdentityClient>>,
    options: Option<CallOptions>,
    slot: Option<ResponseSlot>,
}

impl Client {
    /// Must be called within the call's future: the client then belongs to the runtime that runs the future,
    /// and shutting that down ends both.
    pub(crate) fn get(self) -> Result<CommunicationIdentityClient> {
        let client = self.clients.get()?;
        let client = match self.options {
            None => (*client).clone(),
            Some(options) => client.with_options(options),
        };
        Ok(match self.slot {
            None => client,
            Some(slot) => client.with_response_hook(move |response| slot.fill(response)),
        })
    }
}

/// A call whose client and options have been read; its future is still to be set.
pub(crate) struct Calling {
    client: Client,
    place: Option<Out<*mut acs_call_response>>,
}

/// Reads the arguments that every call has: the client and the options.
pub(crate) unsafe fn calling(client: *const acs_client, options: *const acs_call_options) -> Result<Calling> {
    let clients = unsafe { reference(client, "client") }?.each();
    let Some(given) = (unsafe { read_optional(options) })? else {
        let client = Client {
            clients,
            options: None,
            slot: None,
        };
        return Ok(Calling { client, place: None });
    };
    let headers = unsafe { header_list(given.headers, given.header_count) }?;
    let options = CallOptions {
        timeout: millis(given.timeout_ms, "timeout_ms")?,
        client_request_id: unsafe { owned(given.client_request_id, "client_request_id") }?,
        headers: headers
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        user_agent: unsafe { owned(given.user_agent, "user_agent") }?,
        max_attempts: count(given.max_attempts, "max_attempts")?,
        attempt_timeout: millis(given.attempt_timeout_ms, "attempt_timeout_ms")?,
    };
    let is_kept = flag(given.keep_response, "keep_response")?.unwrap_or(false);
    let place = Out::new(given.response, "response").ok();
    let slot = (is_kept || place.is_some()).then(ResponseSlot::default);
    let client = Client {
        clients,
        options: Some(options),
        slot,
    };
    Ok(Calling { client, place })
}

impl Calling {
    /// Completes the call with the future that `work` makes for its client.
    pub(crate) fn call<W>(self, work: impl FnOnce(Client) -> W) -> Call<W> {
        let Self { client, place } = self;
        Call {
            slot: client.slot.clone(),
            work: work(client),
            place,
        }
    }
}

/// A call that hasn't been started.
pub(crate) struct Call<W> {
    work: W,
    slot: Option<ResponseSlot>,
    place: Option<Out<*mut acs_call_response>>,
}

impl<T, W> Work<T> for Call<W>
where
    W: Future<Output = Result<T>> + Send + 'static,
{
    /// Also writes the response to the option `response`.
    fn wait(self) -> Result<T>
    where
        T: Send + 'static,
    {
        let outcome = self.work.wait();
        let response = self.slot.and_then(|slot| slot.take());
        if let (Some(place), Some(response)) = (self.place, response) {
            place.give(response);
        }
        outcome
    }

    /// The completion also holds the response if the option `keep_response` is set.
    unsafe fn submit(self, delivery: *const acs_delivery, call: *mut *mut acs_call) -> Result<()>
    where
        T: Into<Outcome>,
    {
        if self.place.is_some() {
            return Err(invalid(
                "response",
                "It is for functions that wait: set keep_response, and read it from the completion.",
            ));
        }
        unsafe { submit(Begin::Spawn, self.work, self.slot, delivery, call) }
    }
}
