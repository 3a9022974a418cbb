//! Calls that don't block. A function whose name ends in _submit starts a call and returns at once.
//! Its arguments are copied: they need not live longer than the function runs.
//!
//! Each submission that returned ACS_STATUS_OK completes exactly once, whatever happens: success,
//! failure, cancellation, acs_queue_shutdown, acs_shutdown. Its completion goes to a callback or
//! into a queue. A submission belongs to the process that made it: a forked child gets no
//! completions of its parent's submissions.

use std::ffi::c_void;
use std::ptr;
use std::sync::Arc;

use acs_runtime::{PerFork, Task};
use core_auth::{Error, ErrorKind, Result};

use crate::call_response::acs_call_response;
use crate::completion_queue::CompletionQueue;
use crate::data::ACS_NOT_APPLICABLE;
use crate::error::acs_error;
use crate::ffi::{Versioned, freed, guarded, init, part};
use crate::message::acs_response;
use crate::results::{acs_teams_extension_assignment, acs_token, acs_user, acs_user_detail, acs_user_token};
use crate::status::acs_status;
use crate::verified_token::acs_verified_token;

/// The outcome of a submission. Freed with acs_completion_free.
pub struct acs_completion {
    user_data: *mut c_void,
    status: acs_status,
    error: Option<Box<acs_error>>,
    outcome: Outcome,
    response: Option<Box<acs_call_response>>,
}

/// A queue of completions: see acs_queue_new. Any threads may use it at once. Freed with
/// acs_queue_free.
pub struct acs_queue {
    pub(crate) queue: PerFork<Queue>,
}

/// Receives a completion and owns it. The callback, or whoever it passes the completion to, frees
/// it with acs_completion_free.
///
/// It runs on a thread of the library, with no lock held, possibly before the submitting function
/// has returned. After acs_call_cancel or acs_shutdown it may run on the thread that called that
/// function. It may call any function of the library except acs_shutdown. While acs_shutdown ends
/// the threads, functions that need them fail with ACS_STATUS_CANCELLED.
///
/// A callback that blocks delays other calls by about 20 ms, however long it blocks. Up to 16
/// callbacks may block at the same time. While more do, other callbacks wait, but blocking
/// functions and queues continue. acs_shutdown waits for running callbacks, at most for its
/// timeout_ms.
pub type acs_completion_callback =
    Option<unsafe extern "C-unwind" fn(user_data: *mut c_void, completion: *mut acs_completion)>;

/// Where the completion of a submission goes: to a queue or to a callback, but not both.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct acs_delivery {
    /// sizeof(acs_delivery).
    pub struct_size: usize,
    /// The queue that the completion is added to; or NULL.
    pub queue: *mut acs_queue,
    /// The callback that receives the completion; or NULL.
    pub callback: acs_completion_callback,
    /// Passed to the callback, and available from the completion.
    pub user_data: *mut c_void,
}

unsafe impl Versioned for acs_delivery {
    const FIRST_SIZE: usize = size_of::<Self>();
    const NAME: &'static str = "delivery";

    fn defaults() -> Self {
        Self {
            struct_size: size_of::<Self>(),
            queue: ptr::null_mut(),
            callback: None,
            user_data: ptr::null_mut(),
        }
    }
}

/// A handle for cancelling a submission. Freed with acs_call_free.
pub struct acs_call {
    pub(crate) task: Task,
}

// SAFETY: `user_data` is only passed back to the host, which knows that callbacks run on threads of
// the library.
unsafe impl Send for acs_completion {}

/// The queue inside an `acs_queue`, one for each process.
pub(crate) type Queue = CompletionQueue<acs_completion>;

impl acs_queue {
    /// The queue of this process: a forked child begins with an empty one of its own.
    pub(crate) fn here(&self) -> Result<Arc<Queue>> {
        self.queue
            .get()
            .map_err(|error: std::io::Error| no_descriptor(&error))
    }
}

pub(crate) fn no_descriptor(error: &std::io::Error) -> Error {
    Error::new(
        ErrorKind::Internal,
        format!("The system provides no descriptor for a queue: {error}."),
    )
}

/// The result of an operation.
pub(crate) enum Outcome {
    Nothing,
    User(Box<acs_user>),
    Token(Box<acs_token>),
    UserToken(Box<acs_user_token>),
    UserDetail(Box<acs_user_detail>),
    TeamsExtensionAssignment(Box<acs_teams_extension_assignment>),
    VerifiedToken(Box<acs_verified_token>),
    Response(Box<acs_response>),
    Reachable(i32),
}

macro_rules! outcomes {
    ($($variant:ident($type:ty),)+) => {
        $(impl From<$type> for Outcome {
            fn from(value: $type) -> Self {
                Self::$variant(value.into())
            }
        })+
    };
}

outcomes! {
    User(acs_user),
    Token(acs_token),
    UserToken(acs_user_token),
    UserDetail(acs_user_detail),
    TeamsExtensionAssignment(acs_teams_extension_assignment),
    VerifiedToken(acs_verified_token),
    Response(acs_response),
    Reachable(i32),
}

impl From<()> for Outcome {
    fn from((): ()) -> Self {
        Self::Nothing
    }
}

impl acs_completion {
    pub(crate) fn new(
        user_data: *mut c_void,
        result: Result<Outcome>,
        response: Option<acs_call_response>,
    ) -> Self {
        let (status, error, outcome) = match result {
            Ok(outcome) => (acs_status::Ok, None, outcome),
            Err(error) => {
                let error = acs_error::from(error);
                (error.kind(), Some(Box::new(error)), Outcome::Nothing)
            }
        };
        Self {
            user_data,
            status,
            error,
            outcome,
            response: response.map(Box::new),
        }
    }
}

/// Takes the outcome if `take` accepts its kind. Otherwise leaves it in the completion and returns
/// NULL.
unsafe fn taken<T>(
    completion: *mut acs_completion,
    take: impl FnOnce(Outcome) -> std::result::Result<Box<T>, Outcome>,
) -> *mut T {
    guarded(ptr::null_mut(), || {
        let Some(completion) = (unsafe { completion.as_mut() }) else {
            return ptr::null_mut();
        };
        match take(std::mem::replace(&mut completion.outcome, Outcome::Nothing)) {
            Ok(value) => Box::into_raw(value),
            Err(other) => {
                completion.outcome = other;
                ptr::null_mut()
            }
        }
    })
}

/// Fills the delivery with its defaults, which are NULL. struct_size is sizeof(acs_delivery).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_delivery_init(delivery: *mut acs_delivery, struct_size: usize) {
    guarded((), || unsafe { init(delivery, struct_size) });
}

/// Cancels a submission: it completes with ACS_STATUS_CANCELLED, unless it has already completed.
/// May be called from any thread and repeatedly. NULL is ignored. What the service has started by
/// then is not undone.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_call_cancel(call: *const acs_call) {
    unsafe { part(call, (), |call| call.task.cancel()) }
}

/// Frees the handle for cancelling; the submission continues. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_call_free(call: *mut acs_call) {
    unsafe { freed(call) }
}

/// Returns the outcome of the submission; ACS_STATUS_INVALID_ARGUMENT for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_completion_status(completion: *const acs_completion) -> acs_status {
    unsafe {
        part(completion, acs_status::InvalidArgument, |completion| {
            completion.status
        })
    }
}

/// Returns the error, borrowed from the completion; NULL for success, and once it was taken.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_completion_error(completion: *const acs_completion) -> *const acs_error {
    unsafe {
        part(completion, ptr::null(), |completion| {
            completion.error.as_deref().map_or(ptr::null(), ptr::from_ref)
        })
    }
}

/// Returns the user_data of the delivery.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_completion_user_data(completion: *const acs_completion) -> *mut c_void {
    unsafe { part(completion, ptr::null_mut(), |completion| completion.user_data) }
}

/// Returns the response of a client's call, for successes and failures, borrowed from the
/// completion. NULL if the last attempt got no response, if the option keep_response was not set,
/// and for submissions that aren't a client's call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_completion_call_response(
    completion: *const acs_completion,
) -> *const acs_call_response {
    unsafe {
        part(completion, ptr::null(), |completion| {
            completion.response.as_deref().map_or(ptr::null(), ptr::from_ref)
        })
    }
}

/// Takes the error, which the caller frees with acs_error_free; NULL for success, and once it was
/// taken.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_completion_take_error(completion: *mut acs_completion) -> *mut acs_error {
    guarded(ptr::null_mut(), || {
        let taken = unsafe { completion.as_mut() }.and_then(|completion| completion.error.take());
        taken.map_or(ptr::null_mut(), Box::into_raw)
    })
}

/// Takes the identity, which the caller frees; NULL if the operation has no such result, if it
/// failed, or if it was already taken.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_completion_take_user(completion: *mut acs_completion) -> *mut acs_user {
    unsafe {
        taken(completion, |outcome| match outcome {
            Outcome::User(value) => Ok(value),
            other => Err(other),
        })
    }
}

/// Takes the token, which the caller frees; NULL if the operation has no such result, if it failed,
/// or if it was already taken.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_completion_take_token(completion: *mut acs_completion) -> *mut acs_token {
    unsafe {
        taken(completion, |outcome| match outcome {
            Outcome::Token(value) => Ok(value),
            other => Err(other),
        })
    }
}

/// Takes the identity with its token, which the caller frees; NULL if the operation has no such
/// result, if it failed, or if it was already taken.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_completion_take_user_token(
    completion: *mut acs_completion,
) -> *mut acs_user_token {
    unsafe {
        taken(completion, |outcome| match outcome {
            Outcome::UserToken(value) => Ok(value),
            other => Err(other),
        })
    }
}

/// Takes the identity's details, which the caller frees; NULL if the operation has no such result,
/// if it failed, or if they were already taken.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_completion_take_user_detail(
    completion: *mut acs_completion,
) -> *mut acs_user_detail {
    unsafe {
        taken(completion, |outcome| match outcome {
            Outcome::UserDetail(value) => Ok(value),
            other => Err(other),
        })
    }
}

/// Takes the assignment, which the caller frees; NULL if the operation has no such result, if it
/// failed, or if it was already taken.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_completion_take_teams_extension_assignment(
    completion: *mut acs_completion,
) -> *mut acs_teams_extension_assignment {
    unsafe {
        taken(completion, |outcome| match outcome {
            Outcome::TeamsExtensionAssignment(value) => Ok(value),
            other => Err(other),
        })
    }
}

/// Takes the verified token, which the caller frees; NULL if the operation has no such result, if
/// it failed, or if it was already taken.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_completion_take_verified_token(
    completion: *mut acs_completion,
) -> *mut acs_verified_token {
    unsafe {
        taken(completion, |outcome| match outcome {
            Outcome::VerifiedToken(value) => Ok(value),
            other => Err(other),
        })
    }
}

/// Takes the response, which the caller frees; NULL if the operation has no such result, if it
/// failed, or if it was already taken.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_completion_take_response(completion: *mut acs_completion) -> *mut acs_response {
    unsafe {
        taken(completion, |outcome| match outcome {
            Outcome::Response(value) => Ok(value),
            other => Err(other),
        })
    }
}

/// Returns the result of acs_verifier_keys_reachable_submit or
/// acs_exchanger_is_cache_reachable_submit: 1 or 0; ACS_NOT_APPLICABLE if there is no shared cache,
/// for other operations, and if the operation failed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_completion_reachable(completion: *const acs_completion) -> i32 {
    unsafe {
        part(completion, ACS_NOT_APPLICABLE, |completion| {
            match completion.outcome {
                Outcome::Reachable(answer) => answer,
                _ => ACS_NOT_APPLICABLE,
            }
        })
    }
}

/// Frees a completion and everything that was not taken from it. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_completion_free(completion: *mut acs_completion) {
    unsafe { freed(completion) }
}
