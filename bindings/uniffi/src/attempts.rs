//! The attempts of a client, shown to a host that fetches its calls: it may add headers, look at the response, or send the
//! request itself.

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

/// Marks the attempts of a call that the host wants to see, by the host's number for it. It is not sent.
pub(crate) const MARK: HeaderName = HeaderName::from_static("x-acs-auth-call");

/// What the host wants done with an attempt.
pub(crate) enum Step {
    /// Send it by the library's transport, with these headers in place of its own, and a connection within this time.
    Forward(Vec<Header>, Option<Duration>),
    /// This came of it: the host sent it itself, or has seen what the library's transport brought.
    Complete(TransportAnswer),
    /// What the library's transport brought stands.
    Keep,
}

/// The host, as attempts are shown to it.
pub(crate) trait Host: Send + Sync {
    /// Shows an attempt: its number, and where the host's steps arrive.
    fn begin(
        &self,
        object: u64,
        call: Option<u64>,
        request: TransportRequest,
    ) -> Result<(u64, mpsc::UnboundedReceiver<Step>), TransportFailure>;

    /// Shows what the library's transport brought.
    fn show(&self, number: u64, answer: TransportAnswer);

    /// Forgets an attempt, and says so if it was abandoned.
    fn end(&self, number: u64, is_abandoned: bool);

    /// Says that an observer is needed no more.
    fn release(&self, object: u64);
}

/// Shows attempts of one client to the host: all of them, or those of marked calls.
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

    /// The transport that shows what goes through it and sends it by another one.
    pub(crate) fn wrap(self: &Arc<Self>, inner: Arc<dyn Transport>) -> Arc<dyn Transport> {
        Arc::new(Shown {
            observer: Arc::clone(self),
            inner,
        })
    }
}

#[uniffi::export]
impl AttemptObserver {
    /// Shows the attempts of all calls from now on, or those of marked calls alone.
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
    /// Has the host decide what becomes of the attempt. Dropping the future tells the host that nobody waits for it any more.
    async fn show(&self, mut request: Request<Bytes>, call: Option<u64>) -> Outcome {
        let AttemptObserver { host, object, .. } = &*self.observer;
        let (shown, progress) = TransportRequest::of(request.clone());
        progress.connecting();
        let mut attempt = ShownAttempt::new(host, *object, call, shown)?;
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

/// Gives an attempt up that has no connection after this time.
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
    ) -> Result<Self, TransportFailure> {
        let (number, steps) = host.begin(object, call, request)?;
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
    refused("The process is ending: its transports are not called any more.")
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

/// Gives the request these headers in place of its own. What cannot be sent fails the attempt.
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
