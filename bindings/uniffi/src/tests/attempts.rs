//! Attempts that are shown to a host that fetches its calls.

use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use core_auth::transport::{Attempt, BoxFuture, FailureKind, Transport, TransportFailure};
use http::{Request, Response};

use crate::attempts::{AttemptObserver, MARK};
use crate::host_calls::{HostCall, HostCalls};
use crate::message::Header;
use crate::transport::{FailureKind as Kind, TransportAnswer, TransportRequest};

type Outcome = Result<Response<Bytes>, TransportFailure>;

const LATE: Option<u64> = Some(30_000);

/// Keeps the requests that it receives, and answers 201.
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
    sent_with(made, mark, Attempt::default())
}

fn sent_with(made: &Made, mark: Option<&str>, progress: Attempt) -> thread::JoinHandle<Outcome> {
    let transport = Arc::clone(&made.transport);
    let mut request = Request::builder().uri("https://a.example/x").header("x-own", "1");
    if let Some(mark) = mark {
        request = request.header(MARK, mark);
    }
    let request = request.extension(progress).body(Bytes::new()).unwrap();
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
    made.calls.forward(number, vec![], None);
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
    made.calls.forward(
        number,
        vec![header("x-own", "2"), header("traceparent", "t")],
        None,
    );
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
    made.calls.forward(number, vec![], None);
    assert!(matches!(made.calls.next(LATE), Some(HostCall::Sent { .. })));
    made.calls.complete(number, failure(Kind::Refused));
    assert_eq!(sending.join().unwrap().unwrap_err().kind, FailureKind::Refused);
}

#[test]
fn an_attempt_may_have_reached_the_service_once_the_host_sends_it() {
    let made = made();
    let progress = Attempt::default();
    let sending = sent_with(&made, Some("5"), progress.clone());
    let (number, ..) = shown(&made);
    assert!(!progress.may_be_written(), "the host may be calling hooks");
    assert!(made.calls.sending(number));
    assert!(progress.may_be_written());
    let answer = TransportAnswer::Response {
        status: 201,
        headers: vec![],
        body: vec![],
    };
    assert!(made.calls.complete(number, answer.clone()));
    assert_eq!(sending.join().unwrap().unwrap().status(), 201);
    assert!(!made.calls.sending(number), "it has ended");
    assert!(!made.calls.complete(number, answer), "it has ended");
}

#[test]
fn an_attempt_that_ends_while_the_host_has_it_names_the_host() {
    let made = made();
    made.observer.see_all(true);
    let client = core_auth::CommunicationIdentityClient::builder()
        .connection_string("endpoint=https://contoso.example;accesskey=c2VjcmV0")
        .transport(Arc::clone(&made.transport))
        .timeout(Duration::from_millis(100))
        .build()
        .unwrap();
    let error = acs_runtime::block_on(client.create_user()).unwrap().unwrap_err();
    assert!(
        error
            .reason
            .contains("the program's hooks or transport were busy for "),
        "{error}"
    );
}

#[test]
fn an_attempt_that_has_ended_is_not_sent() {
    let made = made();
    let transport = Arc::clone(&made.transport);
    let request = Request::builder().uri("https://a.example/x").header(MARK, "5");
    let mut sending = transport.send(request.body(Bytes::new()).unwrap());
    let mut context = Context::from_waker(Waker::noop());
    assert!(sending.as_mut().poll(&mut context).is_pending());
    let (number, ..) = shown(&made);
    drop(sending);
    assert!(!made.calls.sending(number));
    assert!(matches!(made.calls.next(LATE), Some(HostCall::Abandoned { .. })));
}

#[test]
fn an_attempt_fails_when_the_host_closes_or_names_a_header_that_cannot_be_sent() {
    let made = made();
    let sending = sent(&made, Some("5"));
    let (number, ..) = shown(&made);
    made.calls.forward(number, vec![header("a b", "")], None);
    assert_eq!(sending.join().unwrap().unwrap_err().kind, FailureKind::Refused);
    assert!(matches!(made.calls.next(LATE), Some(HostCall::Abandoned { .. })));
    let sending = sent(&made, Some("5"));
    let _ = shown(&made);
    made.calls.close();
    assert!(sending.join().unwrap().is_err());
    assert!(sent(&made, Some("5")).join().unwrap().is_err());
}
