//! Shows a client's attempts to a host that fetches its calls. The host may add headers, see the response, or
//! send the request itself.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use core_auth::transport::{Attempt, BoxFuture, FailureKind, Transport, TransportFailure};
use http::{HeaderName, HeaderValue, Request, Response};
use tokio::sync::mpsc;

use crate::message::Header;
use crate::transport::{TransportAnswer, TransportRequest};

type Outcome = Result<Response<Bytes>, TransportFailure>;

/// The header that marks the attempts of a call that the host wants to see, with the host's number of the
/// call. It is not sent.
pub(crate) const MARK: HeaderName = HeaderName::from_static("x-acs-auth-call");

/// Why an attempt waits until the host forwards or sends it.
const WITH_THE_HOST: &str = "the program's hooks or transport were busy";

/// What the host decided about an attempt.
pub(crate) enum Step {
    /// Send it through the library's transport, with these headers instead of its own, and fail unless it is
    /// connected within this time.
    Forward(Vec<Header>, Option<Duration>),
    /// Use this answer: the host sent the request itself, or replaces the answer of the library's transport.
    Complete(TransportAnswer),
    /// Use the answer of the library's transport.
    Keep,
}

/// The host to which attempts are shown.
pub(crate) trait Host: Send + Sync {
    /// Shows an attempt, whose progress the host reports if it sends it itself. Returns its number, and the receiver
    /// of the host's steps.
    fn begin(
        &self,
        object: u64,
        call: Option<u64>,
        request: TransportRequest,
        progress: Attempt,
    ) -> Result<(u64, mpsc::UnboundedReceiver<Step>), TransportFailure>;

    /// Shows the answer of the library's transport.
    fn show(&self, number: u64, answer: TransportAnswer);

    /// Forgets an attempt. Notifies the host if it was abandoned.
    fn end(&self, number: u64, is_abandoned: bool);

    /// Notifies the host that an observer is no longer needed.
    fn release(&self, object: u64);
}

/// Shows the attempts of one client to the host: all of them, or those of marked calls.
#[derive(uniffi::Object)]
pub struct AttemptObserver {
    host: Arc<dyn Host>,
    object: u64,
    sees_all: AtomicBool,
}

impl AttemptObserver {
    pub(crate) fn new(host: Arc<dyn Host>, object: u64) -> Self {
        Self {
            host,
            object,
            sees_all: AtomicBool::new(false),
        }
    }

    /// Wraps a transport: requests are shown to the host before `inner` sends them.
    pub(crate) fn wrap(self: &Arc<Self>, inner: Arc<dyn Transport>) -> Arc<dyn Transport> {
        Arc::new(Shown {
            observer: Arc::clone(self),
            inner,
        })
    }
}

#[uniffi::export]
impl AttemptObserver {
    /// Shows the attempts of all calls from now on, or only those of marked calls.
    pub fn see_all(&self, all: bool) {
        self.sees_all.store(all, Ordering::Relaxed);
    }
}

impl Drop for AttemptObserver {
    fn drop(&mut self) {
        self.host.release(self.object);
    }
}

impl fmt::Debug for AttemptObserver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AttemptObserver")
    }
}

struct Shown {
    observer: Arc<AttemptObserver>,
    inner: Arc<dyn Transport>,
}

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl Transport for Shown {
    fn send(&self, mut request: Request<Bytes>) -> BoxFuture<'_, Outcome> {
        let mark = request.headers_mut().remove(MARK);
        if mark.is_none() && !self.observer.sees_all.load(Ordering::Relaxed) {
            return self.inner.send(request);
        }
        let call = mark.and_then(|mark| mark.to_str().ok()?.parse().ok());
        Box::pin(self.show(request, call))
    }
}

impl Shown {
    /// Lets the host decide about the attempt. Dropping the future notifies the host that nobody waits for it
    /// any more.
    async fn show(&self, mut request: Request<Bytes>, call: Option<u64>) -> Outcome {
        let AttemptObserver { host, object, .. } = &*self.observer;
        let (shown, progress) = TransportRequest::of(request.clone());
        progress.waiting(WITH_THE_HOST);
        let mut attempt = ShownAttempt::new(host, *object, call, shown, &progress)?;
        match attempt.next().await? {
            Step::Complete(answer) => {
                attempt.complete();
                answer.into_core()
            }
            Step::Forward(headers, connect_timeout) => {
                set(&mut request, &headers)?;
                let sending = self.inner.send(request);
                let outcome = match connect_timeout {
                    Some(time) => connected_within(time, &progress, sending).await,
                    None => sending.await,
                };
                if outcome.is_ok() {
                    progress.answered();
                }
                let answer = of_outcome(&outcome);
                host.show(attempt.number, answer);
                let step = attempt.next().await?;
                attempt.complete();
                match step {
                    Step::Complete(other) => other.into_core(),
                    Step::Keep | Step::Forward(..) => outcome,
                }
            }
            Step::Keep => Err(refused("The host's transport gave no response.")),
        }
    }
}

/// Fails an attempt that isn't connected within this time.
async fn connected_within(
    time: Duration,
    progress: &Attempt,
    mut sending: BoxFuture<'_, Outcome>,
) -> Outcome {
    if let Ok(outcome) = tokio::time::timeout(time, &mut sending).await {
        return outcome;
    }
    if progress.may_be_written() {
        return sending.await;
    }
    Err(TransportFailure::new(
        FailureKind::NotSent,
        format!("no connection within {} ms", time.as_millis()),
    ))
}

/// An attempt that the host was shown.
struct ShownAttempt {
    host: Arc<dyn Host>,
    number: u64,
    steps: mpsc::UnboundedReceiver<Step>,
    is_complete: bool,
}

impl ShownAttempt {
    fn new(
        host: &Arc<dyn Host>,
        object: u64,
        call: Option<u64>,
        request: TransportRequest,
        progress: &Attempt,
    ) -> Result<Self, TransportFailure> {
        let (number, steps) = host.begin(object, call, request, progress.clone())?;
        Ok(Self {
            host: Arc::clone(host),
            number,
            steps,
            is_complete: false,
        })
    }

    async fn next(&mut self) -> Result<Step, TransportFailure> {
        self.steps.recv().await.ok_or_else(ending)
    }

    fn complete(&mut self) {
        self.is_complete = true;
    }
}

impl Drop for ShownAttempt {
    fn drop(&mut self) {
        self.host.end(self.number, !self.is_complete);
    }
}

pub(crate) fn ending() -> TransportFailure {
    refused("The process is ending: its transports are no longer called.")
}

fn refused(reason: impl Into<String>) -> TransportFailure {
    TransportFailure::new(FailureKind::Refused, reason)
}

/// Header values that are not UTF-8 are shown with replacement characters.
fn of_headers(headers: &http::HeaderMap) -> Vec<Header> {
    headers
        .iter()
        .map(|(name, value)| Header {
            name: name.as_str().to_owned(),
            value: String::from_utf8_lossy(value.as_bytes()).into_owned(),
        })
        .collect()
}

fn of_outcome(outcome: &Outcome) -> TransportAnswer {
    match outcome {
        Ok(response) => TransportAnswer::Response {
            status: response.status().as_u16(),
            headers: of_headers(response.headers()),
            body: response.body().to_vec(),
        },
        Err(failure) => TransportAnswer::Failure {
            kind: failure.kind.into(),
            reason: failure.reason.clone(),
        },
    }
}

/// Replaces the headers of the request. A header that cannot be sent fails the attempt.
fn set(request: &mut Request<Bytes>, headers: &[Header]) -> Result<(), TransportFailure> {
    request.headers_mut().clear();
    for Header { name, value } in headers {
        let unusable = || refused(format!("The header {name:?} cannot be sent."));
        let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| unusable())?;
        let value = HeaderValue::from_str(value).map_err(|_| unusable())?;
        request.headers_mut().append(key, value);
    }
    Ok(())
}
