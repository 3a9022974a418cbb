//! The attempts of a client, shown to a host that fetches its calls: it may add headers, look at the response, or send the
//! request itself.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use core_auth::transport::{BoxFuture, FailureKind, Transport, TransportFailure};
use http::{HeaderName, HeaderValue, Request, Response};
use tokio::sync::mpsc;

use crate::host_calls::{HostCall, HostCalls};
use crate::message::Header;
use crate::transport::{TransportAnswer, TransportRequest};

type Outcome = Result<Response<Bytes>, TransportFailure>;

/// Marks the attempts of a call that the host wants to see, by the host's number for it. It is not sent.
const MARK: HeaderName = HeaderName::from_static("x-acs-auth-call");

/// What the host wants done with an attempt.
pub(crate) enum Step {
    /// Send it by the library's transport, with these headers in place of its own.
    Forward(Vec<Header>),
    /// This came of it: the host sent it itself, or has seen what the library's transport brought.
    Complete(TransportAnswer),
    /// What the library's transport brought stands.
    Keep,
}

/// Shows attempts of one client to the host: all of them, or those of marked calls.
#[derive(uniffi::Object)]
pub struct AttemptObserver {
    calls: Arc<HostCalls>,
    object: u64,
    sees_all: AtomicBool,
}

impl AttemptObserver {
    pub(crate) fn new(calls: Arc<HostCalls>, object: u64) -> Self {
        Self {
            calls,
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
        self.calls.show(HostCall::Released { object: self.object });
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
        let object = self.observer.object;
        let (shown, progress) = TransportRequest::of(request.clone());
        progress.connecting();
        let mut attempt = self.observer.calls.begin_attempt(|number| HostCall::Send {
            number,
            object,
            call,
            request: shown,
        })?;
        match attempt.next().await? {
            Step::Complete(answer) => {
                attempt.complete();
                answer.into_core()
            }
            Step::Forward(headers) => {
                set(&mut request, &headers)?;
                let outcome = self.inner.send(request).await;
                let answer = of_outcome(&outcome);
                attempt.show(|number| HostCall::Sent { number, answer });
                let step = attempt.next().await?;
                attempt.complete();
                match step {
                    Step::Complete(other) => other.into_core(),
                    Step::Keep | Step::Forward(_) => outcome,
                }
            }
            Step::Keep => Err(refused("The host's transport gave no response.")),
        }
    }
}

/// An attempt that the host was shown.
pub(crate) struct Attempt {
    calls: Arc<HostCalls>,
    number: u64,
    steps: mpsc::UnboundedReceiver<Step>,
    is_complete: bool,
}

impl Attempt {
    pub(crate) fn new(calls: Arc<HostCalls>, number: u64, steps: mpsc::UnboundedReceiver<Step>) -> Self {
        Self {
            calls,
            number,
            steps,
            is_complete: false,
        }
    }

    async fn next(&mut self) -> Result<Step, TransportFailure> {
        self.steps.recv().await.ok_or_else(ending)
    }

    fn show(&self, call: impl FnOnce(u64) -> HostCall) {
        self.calls.show(call(self.number));
    }

    fn complete(&mut self) {
        self.is_complete = true;
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        self.calls.end_attempt(self.number, !self.is_complete);
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

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::thread;

    use super::*;
    use crate::transport::FailureKind as Kind;

    const LATE: Option<u64> = Some(30_000);

    /// Keeps the requests that it is given, and answers 201.
    #[derive(Debug, Default)]
    struct Kept(Mutex<Vec<Request<Bytes>>>);

    impl Transport for Kept {
        fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Outcome> {
            self.0.lock().unwrap().push(request);
            Box::pin(async {
                Ok(Response::builder()
                    .status(201)
                    .body(Bytes::from_static(b"{}"))
                    .unwrap())
            })
        }
    }

    struct Made {
        calls: Arc<HostCalls>,
        observer: Arc<AttemptObserver>,
        kept: Arc<Kept>,
        transport: Arc<dyn Transport>,
    }

    fn made() -> Made {
        let calls = HostCalls::new();
        let observer = Arc::clone(&calls).attempt_observer(7);
        let kept = Arc::new(Kept::default());
        let transport = observer.wrap(Arc::clone(&kept) as Arc<dyn Transport>);
        Made {
            calls,
            observer,
            kept,
            transport,
        }
    }

    fn sent(made: &Made, mark: Option<&str>) -> thread::JoinHandle<Outcome> {
        let transport = Arc::clone(&made.transport);
        let mut request = Request::builder().uri("https://a.example/x").header("x-own", "1");
        if let Some(mark) = mark {
            request = request.header(MARK, mark);
        }
        let request = request.body(Bytes::new()).unwrap();
        thread::spawn(move || acs_runtime::block_on(async move { transport.send(request).await }).unwrap())
    }

    fn shown(made: &Made) -> (u64, Option<u64>, TransportRequest) {
        match made.calls.next(LATE) {
            Some(HostCall::Send {
                number,
                object: 7,
                call,
                request,
            }) => (number, call, request),
            other => panic!("{other:?}"),
        }
    }

    fn header(name: &str, value: &str) -> Header {
        Header {
            name: name.to_owned(),
            value: value.to_owned(),
        }
    }

    #[test]
    fn an_attempt_that_is_not_marked_is_sent_at_once() {
        let made = made();
        assert_eq!(sent(&made, None).join().unwrap().unwrap().status(), 201);
        made.observer.see_all(true);
        let sending = sent(&made, None);
        let (number, call, _) = shown(&made);
        assert_eq!(call, None);
        made.calls.forward(number, vec![]);
        assert!(matches!(made.calls.next(LATE), Some(HostCall::Sent { .. })));
        made.calls.keep(number);
        assert!(sending.join().unwrap().is_ok());
    }

    #[test]
    fn a_marked_attempt_is_forwarded_without_its_mark_and_with_the_hosts_headers() {
        let made = made();
        let sending = sent(&made, Some("5"));
        let (number, call, request) = shown(&made);
        assert_eq!(call, Some(5));
        assert!(request.headers == [header("x-own", "1")]);
        made.calls
            .forward(number, vec![header("x-own", "2"), header("traceparent", "t")]);
        let Some(HostCall::Sent { number: of, answer }) = made.calls.next(LATE) else {
            panic!("not shown");
        };
        assert_eq!(of, number);
        assert!(matches!(answer, TransportAnswer::Response { status: 201, .. }));
        made.calls.keep(number);
        assert_eq!(sending.join().unwrap().unwrap().status(), 201);
        let kept = made.kept.0.lock().unwrap();
        let headers: Vec<_> = kept[0].headers().iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(headers, ["x-own", "traceparent"]);
    }

    #[test]
    fn the_host_may_answer_itself_or_replace_an_answer() {
        let made = made();
        let failure = |kind| TransportAnswer::Failure {
            kind,
            reason: "mine".to_owned(),
        };
        let sending = sent(&made, Some("5"));
        let (number, ..) = shown(&made);
        made.calls.complete(number, failure(Kind::NotSent));
        assert_eq!(sending.join().unwrap().unwrap_err().kind, FailureKind::NotSent);
        assert!(made.kept.0.lock().unwrap().is_empty());

        let sending = sent(&made, Some("6"));
        let (number, ..) = shown(&made);
        made.calls.forward(number, vec![]);
        assert!(matches!(made.calls.next(LATE), Some(HostCall::Sent { .. })));
        made.calls.complete(number, failure(Kind::Refused));
        assert_eq!(sending.join().unwrap().unwrap_err().kind, FailureKind::Refused);
    }

    #[test]
    fn an_attempt_fails_when_the_host_closes_or_names_a_header_that_cannot_be_sent() {
        let made = made();
        let sending = sent(&made, Some("5"));
        let (number, ..) = shown(&made);
        made.calls.forward(number, vec![header("a b", "")]);
        assert_eq!(sending.join().unwrap().unwrap_err().kind, FailureKind::Refused);
        assert!(matches!(made.calls.next(LATE), Some(HostCall::Abandoned { .. })));
        let sending = sent(&made, Some("5"));
        let _ = shown(&made);
        made.calls.close();
        assert!(sending.join().unwrap().is_err());
        assert!(sent(&made, Some("5")).join().unwrap().is_err());
    }
}
