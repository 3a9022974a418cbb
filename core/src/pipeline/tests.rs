//! Calls that wait for something that never happens.
#![allow(clippy::unwrap_used, reason = "a failed test is meant to panic")]

use std::future::pending;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::HeaderValue;

use super::{CallRules, Gate, Pipeline};
use crate::endpoint::Endpoint;
use crate::error::ErrorKind;
use crate::protocol::{DEFAULT_API_VERSION, prepare_create_user};
use crate::transport::{BoxFuture, Transport, TransportFailure};

const TIMEOUT: Duration = Duration::from_secs(30);

/// A service that never answers, or always with a status that is retried.
#[derive(Debug)]
struct Service {
    answers: bool,
}

impl Transport for Service {
    fn send(
        &self,
        _: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportFailure>> {
        Box::pin(async {
            if !self.answers {
                pending::<()>().await;
            }
            let mut response = http::Response::new(Bytes::new());
            *response.status_mut() = http::StatusCode::SERVICE_UNAVAILABLE;
            Ok(response)
        })
    }
}

#[derive(Debug)]
struct ClosedGate;

impl Gate for ClosedGate {
    fn is_worthwhile(&self, _: Duration) -> bool {
        true
    }

    fn admit_again(&self) -> BoxFuture<'_, bool> {
        Box::pin(pending())
    }
}

/// Makes a call with a gate that never admits a retry. Returns the kind of the error, the number of attempts
/// and the time it took.
async fn call(service: Service) -> (ErrorKind, u32, Duration) {
    let user_agent = HeaderValue::from_static("test");
    let pipeline = Pipeline::new(
        Arc::new(service),
        None,
        user_agent.clone(),
        Arc::new(SystemTime::now),
    );
    let rules = CallRules {
        timeout: Some(TIMEOUT),
        max_attempts: None,
        attempt_timeout: None,
        user_agent,
        headers: None,
        gate: Some(&ClosedGate),
    };
    let endpoint = Endpoint::parse("https://contoso.communication.azure.com").unwrap();
    let request = prepare_create_user(&endpoint, DEFAULT_API_VERSION).unwrap();
    let began = tokio::time::Instant::now();
    let outcome = pipeline.send(request, rules, "id").await;
    let kind = outcome.result.err().unwrap().kind;
    (kind, outcome.attempts, began.elapsed())
}

// The paused clock jumps to the next timer, so times are exact up to the timer's resolution of a millisecond.
fn is_the_deadline(time: Duration) -> bool {
    (TIMEOUT..TIMEOUT + Duration::from_millis(10)).contains(&time)
}

#[tokio::test(start_paused = true)]
async fn a_gate_that_never_opens_ends_the_call_at_its_deadline() {
    let (kind, attempts, time) = call(Service { answers: true }).await;
    assert_eq!((kind, attempts), (ErrorKind::Timeout, 1));
    assert!(is_the_deadline(time), "{time:?}");
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_may_not_be_repeated_ends_with_the_call() {
    let (kind, attempts, time) = call(Service { answers: false }).await;
    assert_eq!((kind, attempts), (ErrorKind::Timeout, 1));
    assert!(is_the_deadline(time), "{time:?}");
}
