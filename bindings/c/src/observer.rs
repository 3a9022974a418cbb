//! Events to count and time: a callback that receives the events of an exchanger or handler.

use std::ffi::{CString, c_char, c_void};
use std::ptr;
use std::sync::Arc;
use std::time::Duration;

use acs_runtime::{Delivery, Mailbox};
use core_auth::observe::Event;
use core_auth::{ErrorKind, Observer, Result};

use crate::ffi::{Versioned, c_text, guarded, host, init, invalid, read_optional};
use crate::userdata::Transfer;

/// A token was found in this process's cache.
pub const ACS_EVENT_CACHE_HIT: i32 = 0;
/// A token was found in the cache that processes share.
pub const ACS_EVENT_SHARED_CACHE_HIT: i32 = 1;
/// A caller got the result of another caller's exchange.
pub const ACS_EVENT_COALESCED: i32 = 2;
/// A cached rejection was returned.
pub const ACS_EVENT_NEGATIVE_CACHE_HIT: i32 = 3;
/// An exchange waited for the limit, or was rejected because of it.
pub const ACS_EVENT_LIMITED: i32 = 4;
/// The service returned 429: all exchanges pause.
pub const ACS_EVENT_PAUSED: i32 = 5;
/// A token was exchanged, or the exchange failed.
pub const ACS_EVENT_EXCHANGED: i32 = 6;
/// A user was signed out.
pub const ACS_EVENT_SIGNED_OUT: i32 = 7;
/// The handler answered a request.
pub const ACS_EVENT_REQUEST_COMPLETED: i32 = 8;
/// Events were dropped here because the observer was too slow.
pub const ACS_EVENT_DROPPED: i32 = 9;

/// An event. Members that don't belong to its kind are 0 or NULL. More kinds may be added.
#[repr(C)]
pub struct acs_event {
    /// The size of the struct as the library knows it.
    pub struct_size: usize,
    /// ACS_EVENT_….
    pub kind: i32,
    /// For ACS_EVENT_EXCHANGED: an acs_status, ACS_STATUS_OK for success.
    pub error: i32,
    /// For ACS_EVENT_LIMITED: 1 if it was rejected, because its slot is too late for its deadline
    /// or the user's share is used up.
    pub rejected: i32,
    /// For ACS_EVENT_REQUEST_COMPLETED: the HTTP status of the response.
    pub status: i32,
    /// For ACS_EVENT_LIMITED and ACS_EVENT_PAUSED: the wait, in microseconds.
    pub wait_us: i64,
    /// For ACS_EVENT_EXCHANGED, including retries, and ACS_EVENT_REQUEST_COMPLETED: the duration,
    /// in microseconds.
    pub took_us: i64,
    /// For ACS_EVENT_REQUEST_COMPLETED: the route, such as "/api/token/teams"; "other" for an
    /// unknown path.
    pub route: *const c_char,
    /// For ACS_EVENT_DROPPED: the number of dropped events.
    pub count: i64,
}

/// A receiver of events. The struct is copied when it is passed to an exchanger or handler.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct acs_observer {
    /// sizeof(acs_observer).
    pub struct_size: usize,
    /// Receives an event, which is borrowed. Called on a library thread of its own, one event at a
    /// time and in order; a slow observer delays no call. Up to 4096 events are queued. Further
    /// ones are dropped and replaced by an ACS_EVENT_DROPPED with their count. Freeing the
    /// exchanger or handler doesn't drop queued events: they are still delivered, and so are those
    /// of exchanges that are still running. user_data must therefore be valid until release is
    /// called. acs_shutdown delivers the queued events.
    pub on_event: Option<unsafe extern "C-unwind" fn(user_data: *mut c_void, event: *const acs_event)>,
    /// Passed to on_event.
    pub user_data: *mut c_void,
    /// Called once, after the last call of on_event, possibly on the library's thread; or NULL.
    /// When acs_shutdown succeeds, it has been called for everything freed before. Not called if
    /// the function that receives the observer fails, nor in a forked child for anything its parent
    /// created.
    pub release: Option<unsafe extern "C-unwind" fn(user_data: *mut c_void)>,
}

unsafe impl Versioned for acs_observer {
    const FIRST_SIZE: usize = size_of::<Self>();
    const NAME: &'static str = "observer";

    fn defaults() -> Self {
        Self {
            struct_size: size_of::<Self>(),
            on_event: None,
            user_data: ptr::null_mut(),
            release: None,
        }
    }
}

/// The maximum number of events that are queued for an observer.
const MOST_EVENTS: usize = 4096;

/// An observer that is called on a thread of its own, through a bounded queue.
#[derive(Debug)]
struct Queued(Mailbox<Event>);

/// Makes an observer that passes events to `tell` one at a time, on a thread of its own.
pub fn queued(tell: impl Fn(Event) + Send + Sync + 'static) -> Arc<dyn Observer> {
    let mailbox = Mailbox::new(MOST_EVENTS, usize::MAX, move |delivery| {
        tell(match delivery {
            Delivery::Item(event) => event,
            Delivery::Dropped(count) => Event::Dropped { count },
        });
    });
    Arc::new(Queued(mailbox))
}

impl Observer for Queued {
    fn on_event(&self, event: Event) {
        self.0.push(event, 0);
    }
}

/// The observer that a struct describes; `None` for NULL.
pub(crate) unsafe fn observer(
    given: *const acs_observer,
    transfer: &mut Transfer,
) -> Result<Option<Arc<dyn Observer>>> {
    let Some(given) = unsafe { read_optional(given) }? else {
        return Ok(None);
    };
    let Some(on_event) = given.on_event else {
        return Err(invalid("observer", "Its on_event is NULL."));
    };
    let user_data = transfer.add(given.user_data, given.release);
    let tell = move |event| {
        if let Some((event, _route)) = told(event) {
            // SAFETY: the host vouches for its callback.
            host("on_event", || unsafe {
                on_event(user_data.pointer(), &raw const event)
            });
        }
    };
    Ok(Some(queued(tell)))
}

fn micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}

/// Converts an event for C. The second value is the text that `route` points to. `None` for events
/// that the header doesn't have.
fn told(event: Event) -> Option<(acs_event, CString)> {
    let mut told = acs_event {
        struct_size: size_of::<acs_event>(),
        kind: 0,
        error: 0,
        rejected: 0,
        status: 0,
        wait_us: 0,
        took_us: 0,
        route: ptr::null(),
        count: 0,
    };
    let mut named = CString::default();
    told.kind = match event {
        Event::CacheHit => ACS_EVENT_CACHE_HIT,
        Event::SharedCacheHit => ACS_EVENT_SHARED_CACHE_HIT,
        Event::Coalesced => ACS_EVENT_COALESCED,
        Event::NegativeCacheHit => ACS_EVENT_NEGATIVE_CACHE_HIT,
        Event::Limited { wait, rejected } => {
            told.wait_us = micros(wait);
            told.rejected = i32::from(rejected);
            ACS_EVENT_LIMITED
        }
        Event::Paused { wait } => {
            told.wait_us = micros(wait);
            ACS_EVENT_PAUSED
        }
        Event::Exchanged { error, took } => {
            told.error = error.map_or(0, ErrorKind::value);
            told.took_us = micros(took);
            ACS_EVENT_EXCHANGED
        }
        Event::SignedOut => ACS_EVENT_SIGNED_OUT,
        Event::RequestCompleted { route, status, took } => {
            named = c_text(route);
            told.route = named.as_ptr();
            told.status = i32::from(status);
            told.took_us = micros(took);
            ACS_EVENT_REQUEST_COMPLETED
        }
        Event::Dropped { count } => {
            told.count = i64::try_from(count).unwrap_or(i64::MAX);
            ACS_EVENT_DROPPED
        }
        _ => return None,
    };
    Some((told, named))
}

/// Fills the observer with its defaults, which are NULL. struct_size is sizeof(acs_observer).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_observer_init(observer: *mut acs_observer, struct_size: usize) {
    guarded((), || unsafe { init(observer, struct_size) });
}
