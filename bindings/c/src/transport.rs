//! Your own HTTP stack instead of the library's, such as your company's, or in a test a function
//! that answers in process, so that nothing reaches the network.
//!
//! The library still signs, retries, and bounds the time; a transport sends one request once. It
//! ignores the connection options (proxies, certificates, timeouts). A transport sends the URL byte
//! for byte, adds Host and Content-Length by itself, follows no redirect, decompresses the body if
//! it asked for compression, and logs neither headers nor bodies.

use std::ffi::{c_char, c_void};
use std::future::poll_fn;
use std::pin::pin;
use std::ptr;
use std::sync::Arc;
use std::task::Poll;

use bytes::Bytes;
use core_auth::Result;
use core_auth::transport::{Attempt, BoxFuture, FailureKind, Transport, TransportFailure};
use http::{HeaderName, HeaderValue, StatusCode};

use crate::data::{acs_bytes, acs_header};
use crate::error::acs_error;
use crate::ffi::{
    SecretText, Text, Versioned, borrowed, bytes, c_text, freed, guarded, host, init, invalid, optional_text,
    part, read_optional, received_header_list, reference, status,
};
use crate::reply::Reply;
use crate::status::acs_status;
use crate::userdata::{Transfer, UserData};

/// Nothing was sent: the request is retried, even a create.
pub const ACS_FAILURE_KIND_NOT_SENT: i32 = 0;
/// The connection broke after the request may have been sent: requests that aren't idempotent are
/// not retried.
pub const ACS_FAILURE_KIND_LOST: i32 = 1;
/// No response was received in time after the request may have been sent.
pub const ACS_FAILURE_KIND_TIMED_OUT: i32 = 2;
/// The server asked for fewer requests at the protocol level.
pub const ACS_FAILURE_KIND_OVERLOADED: i32 = 3;
/// A retry would fail in the same way, as for an untrusted certificate.
pub const ACS_FAILURE_KIND_REFUSED: i32 = 4;
/// The response is not HTTP.
pub const ACS_FAILURE_KIND_UNEXPECTED: i32 = 5;

/// A request for the transport to send. Answer it once, with acs_transport_request_respond or
/// acs_transport_request_fail, from any thread, and free it once with acs_transport_request_free,
/// from the same thread or another. If it is freed without an answer, the attempt fails with
/// ACS_FAILURE_KIND_LOST. Its texts and body are borrowed from it.
pub struct acs_transport_request {
    method: Text,
    url: Text,
    headers: Vec<(Text, SecretText)>,
    body: Bytes,
    attempt: Attempt,
    reply: Reply<Answer>,
}

type Answer = std::result::Result<http::Response<Bytes>, TransportFailure>;

/// A transport. The struct is copied when it is passed to a client.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct acs_transport {
    /// sizeof(acs_transport).
    pub struct_size: usize,
    /// Sends a request, which it then owns. It runs on a thread of its own, which it may block, and
    /// answers at once or later, from any thread. The attempt still times out, and the call still
    /// ends at its deadline; a later answer is dropped. At most 16 callbacks of transports and token
    /// credentials run at once in a process: when all of them block, a further attempt waits for a
    /// thread, and fails with ACS_FAILURE_KIND_NOT_SENT if it times out meanwhile.
    pub send:
        Option<unsafe extern "C-unwind" fn(user_data: *mut c_void, request: *mut acs_transport_request)>,
    /// Passed to send.
    pub user_data: *mut c_void,
    /// Called once when send will not be called again; or NULL. Not called if the function that
    /// receives the transport fails, nor in a forked child for anything its parent created.
    pub release: Option<unsafe extern "C-unwind" fn(user_data: *mut c_void)>,
}

unsafe impl Versioned for acs_transport {
    const FIRST_SIZE: usize = size_of::<Self>();
    const NAME: &'static str = "transport";

    fn defaults() -> Self {
        Self {
            struct_size: size_of::<Self>(),
            send: None,
            user_data: ptr::null_mut(),
            release: None,
        }
    }
}

#[derive(Debug)]
struct HostTransport {
    send: unsafe extern "C-unwind" fn(*mut c_void, *mut acs_transport_request),
    user_data: Arc<UserData>,
}

/// The transport that a struct describes; `None` for NULL.
pub(crate) unsafe fn transport(
    given: *const acs_transport,
    transfer: &mut Transfer,
) -> Result<Option<Arc<dyn Transport>>> {
    let Some(given) = unsafe { read_optional(given) }? else {
        return Ok(None);
    };
    let Some(send) = given.send else {
        return Err(invalid("transport", "Its send is NULL."));
    };
    Ok(Some(Arc::new(HostTransport {
        send,
        user_data: transfer.add(given.user_data, given.release),
    })))
}

impl acs_transport_request {
    fn of(request: http::Request<Bytes>, reply: Reply<Answer>) -> Result<Self> {
        let (parts, body) = request.into_parts();
        let headers = parts.headers.iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes());
            Ok((c_text(name.as_str()), SecretText::new(&value)?))
        });
        Ok(Self {
            method: c_text(parts.method.as_str()),
            url: c_text(&parts.uri.to_string()),
            headers: headers.collect::<Result<_>>()?,
            body,
            attempt: parts.extensions.get::<Attempt>().cloned().unwrap_or_default(),
            reply,
        })
    }
}

impl Transport for HostTransport {
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Answer> {
        let (reply, answered) = Reply::new();
        let request = acs_transport_request::of(request, reply);
        let (send, user_data) = (self.send, Arc::clone(&self.user_data));
        Box::pin(async move {
            let request =
                Box::new(request.map_err(|error| {
                    TransportFailure::new(FailureKind::Refused, error.into_details().reason)
                })?);
            let attempt = request.attempt.clone();
            let called = call_transport(attempt, move || {
                // SAFETY: the host vouches for its callback.
                host("send", || unsafe {
                    send(user_data.pointer(), Box::into_raw(request))
                });
            });
            called.await?;
            answered.await.unwrap_or_else(|_| Err(unanswered()))
        })
    }
}

/// Calls a host's transport on a thread of its own, unless the attempt ends before it has one. Returns once the call has
/// begun.
///
/// # Errors
/// [`FailureKind::NotSent`] if the system provides no thread.
pub async fn call_transport(
    attempt: Attempt,
    call: impl FnOnce() + Send + 'static,
) -> std::result::Result<(), TransportFailure> {
    attempt.connecting();
    let its = attempt.clone();
    let mut started = pin!(acs_runtime::run_on_host_thread(move || {
        if its.written() {
            call();
        }
    }));
    let at_once = poll_fn(|context| Poll::Ready(started.as_mut().poll(context))).await;
    let outcome = match at_once {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => {
            const { assert!(acs_runtime::HOST_THREADS == 16) };
            attempt.waiting("all 16 threads that run transports and token credentials were busy");
            started.await
        }
    };
    outcome.map_err(|error| {
        TransportFailure::new(
            FailureKind::NotSent,
            format!("the transport was not called: {error}"),
        )
    })
}

/// The failure of an attempt whose request was freed without an answer.
pub fn unanswered() -> TransportFailure {
    TransportFailure::new(FailureKind::Lost, "the transport gave no answer")
}

/// The failure of an attempt that was answered with an invalid response.
pub fn unusable(error: &core_auth::Error) -> TransportFailure {
    let target = error.target.as_deref().unwrap_or("response");
    TransportFailure::new(
        FailureKind::Unexpected,
        format!(
            "the transport's answer is unusable: {target}: {}",
            error.reason.trim_end_matches('.')
        ),
    )
}

/// The response that a host's transport returned.
///
/// # Errors
/// [`InvalidArgument`](core_auth::ErrorKind::InvalidArgument) for a status or header that HTTP
/// doesn't allow.
pub fn response<N: AsRef<[u8]>, V: AsRef<[u8]>>(
    status: i32,
    headers: impl IntoIterator<Item = (N, V)>,
    body: Bytes,
) -> Result<http::Response<Bytes>> {
    let status = u16::try_from(status).ok().filter(|status| *status >= 200);
    let status = status
        .and_then(|status| StatusCode::from_u16(status).ok())
        .ok_or_else(|| invalid("status", "It must be 200 to 999."))?;
    let mut response = http::Response::new(body);
    *response.status_mut() = status;
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_ref())
            .map_err(|_| invalid("headers", "A name is not an HTTP token."))?;
        let value = HeaderValue::from_bytes(value.as_ref())
            .map_err(|_| invalid("headers", "A value holds a control character."))?;
        response
            .headers_mut()
            .try_append(name, value)
            .map_err(|_| invalid("headers", "There are too many."))?;
    }
    Ok(response)
}

/// Answers a request, once. An invalid answer fails the attempt.
unsafe fn answered(
    request: *const acs_transport_request,
    answer: impl FnOnce() -> Result<Answer>,
) -> Result<()> {
    let request = unsafe { reference(request, "request") }?;
    if request.reply.is_over() {
        return Err(twice());
    }
    let (answer, outcome) = match answer() {
        Ok(answer) => (answer, Ok(())),
        Err(error) => (Err(unusable(&error)), Err(error)),
    };
    if request.reply.send(answer) {
        outcome
    } else {
        Err(twice())
    }
}

fn twice() -> core_auth::Error {
    invalid(
        "request",
        "It has been answered, or belongs to the process that this one was forked from.",
    )
}

fn failure_kind(kind: i32) -> Result<FailureKind> {
    match kind {
        ACS_FAILURE_KIND_NOT_SENT => Ok(FailureKind::NotSent),
        ACS_FAILURE_KIND_LOST => Ok(FailureKind::Lost),
        ACS_FAILURE_KIND_TIMED_OUT => Ok(FailureKind::TimedOut),
        ACS_FAILURE_KIND_OVERLOADED => Ok(FailureKind::Overloaded),
        ACS_FAILURE_KIND_REFUSED => Ok(FailureKind::Refused),
        ACS_FAILURE_KIND_UNEXPECTED => Ok(FailureKind::Unexpected),
        other => Err(invalid(
            "kind",
            format!("It must be one of ACS_FAILURE_KIND_…, not {other}."),
        )),
    }
}

/// Fills the transport with its defaults, which are NULL. struct_size is sizeof(acs_transport).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_transport_init(transport: *mut acs_transport, struct_size: usize) {
    guarded((), || unsafe { init(transport, struct_size) });
}

/// Returns the method: "GET", "POST", "PUT" or "DELETE".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_transport_request_method(
    request: *const acs_transport_request,
) -> *const c_char {
    unsafe { borrowed(request, |request| Some(&request.method)) }
}

/// Returns the absolute URL. Send it byte for byte: it is signed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_transport_request_url(request: *const acs_transport_request) -> *const c_char {
    unsafe { borrowed(request, |request| Some(&request.url)) }
}

/// Returns the number of headers. The HTTP stack adds Host and Content-Length; an empty POST has
/// its own content-length of 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_transport_request_header_count(request: *const acs_transport_request) -> usize {
    unsafe { part(request, 0, |request| request.headers.len()) }
}

/// Returns a header, with its name in lower case; NULLs out of range. A value may be a token or a
/// signature: don't log it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_transport_request_header(
    request: *const acs_transport_request,
    index: usize,
) -> acs_header {
    unsafe {
        part(request, acs_header::NONE, |request| {
            acs_header::at(&request.headers, index)
        })
    }
}

/// Returns the body, which may contain a token.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_transport_request_body(request: *const acs_transport_request) -> acs_bytes {
    unsafe { part(request, acs_bytes::NONE, |request| acs_bytes::of(&request.body)) }
}

/// Returns how long the attempt may still take, in milliseconds: a timeout for the HTTP stack. The
/// library then ends the attempt by itself. 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_transport_request_timeout_ms(request: *const acs_transport_request) -> i64 {
    unsafe {
        part(request, 0, |request| {
            let left = request.attempt.time_left().unwrap_or_default();
            i64::try_from(left.as_millis()).unwrap_or(i64::MAX)
        })
    }
}

/// Returns the maximum size of the response's body in bytes; a larger one fails the attempt. 0 for
/// NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_transport_request_max_response_bytes(
    request: *const acs_transport_request,
) -> usize {
    unsafe { part(request, 0, |request| request.attempt.max_response_bytes()) }
}

/// Returns whether nobody is waiting for the answer any more: the request was answered, the attempt
/// timed out, or the call was cancelled. Work in progress may then be abandoned. true for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_transport_request_is_cancelled(request: *const acs_transport_request) -> bool {
    unsafe { part(request, true, |request| !request.reply.is_awaited()) }
}

/// Answers a request with a response, whatever its status. The response is copied. status_code: 200
/// to 999. headers: as received, without Content-Encoding if the body was decompressed.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT for an invalid response, which fails the attempt, and with
/// the target "request" for a request that was already answered, which changes nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_transport_request_respond(
    request: *const acs_transport_request,
    status_code: i32,
    headers: *const acs_header,
    header_count: usize,
    body: acs_bytes,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            answered(request, || {
                let headers = received_header_list(headers, header_count)?;
                let body = Bytes::copy_from_slice(bytes(body, "body")?);
                Ok(Ok(response(status_code, headers, body)?))
            })
        })
    }
}

/// Answers a request that got no response. kind: ACS_FAILURE_KIND_…, which decides whether it is
/// retried. reason: text for a person, without any secret; or NULL.
///
/// Errors: as acs_transport_request_respond.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_transport_request_fail(
    request: *const acs_transport_request,
    kind: i32,
    reason: *const c_char,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            answered(request, || {
                let reason = optional_text(reason, "reason")?.unwrap_or("the transport failed");
                Ok(Err(TransportFailure::new(failure_kind(kind)?, reason)))
            })
        })
    }
}

/// Frees a request, which fails if it was not answered. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_transport_request_free(request: *mut acs_transport_request) {
    unsafe { freed(request) }
}
