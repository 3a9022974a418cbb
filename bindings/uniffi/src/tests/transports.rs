//! Transports that find no free thread.

use std::future::poll_fn;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::Poll;
use std::thread;
use std::time::{Duration, Instant};

use acs_runtime::{HOST_THREADS, block_on, run_on_host_thread, unpoisoned};
use core_auth::{CommunicationIdentityClient, CommunicationUserIdentifier, ErrorKind, RetryPolicy};

use crate::error::Result;
use crate::transport::{Transport, TransportAnswer, TransportRequest, by_host};

/// Keeps the time that each request had left, and answers 204.
#[derive(Default)]
struct Kept(Mutex<Vec<u64>>);

impl Transport for Kept {
    fn send(&self, request: TransportRequest) -> Result<TransportAnswer> {
        self.0.lock().unwrap().push(request.timeout_ms);
        Ok(TransportAnswer::Response {
            status: 204,
            headers: Vec::new(),
            body: Vec::new(),
        })
    }
}

/// Occupies all threads for callbacks until it is dropped.
struct AllBusy {
    _release: Sender<()>,
    _alone: MutexGuard<'static, ()>,
}

fn all_busy() -> AllBusy {
    // Two tests that each have some of the threads would wait for the others forever.
    static ALONE: Mutex<()> = Mutex::new(());
    let alone = unpoisoned(ALONE.lock());
    let (release, released) = channel::<()>();
    let released = Arc::new(Mutex::new(released));
    for _ in 0..HOST_THREADS {
        let released = Arc::clone(&released);
        let started = run_on_host_thread(move || {
            let _ = unpoisoned(released.lock()).recv();
        });
        block_on(started).unwrap().unwrap();
    }
    AllBusy {
        _release: release,
        _alone: alone,
    }
}

fn client(transport: &Arc<Kept>, timeout: Duration) -> CommunicationIdentityClient {
    let policy = RetryPolicy {
        max_attempts: 1,
        ..RetryPolicy::default()
    };
    CommunicationIdentityClient::builder()
        .connection_string("endpoint=https://contoso.example;accesskey=c2VjcmV0")
        .transport(by_host(Arc::clone(transport) as Arc<dyn Transport>))
        .retry_policy(policy)
        .timeout(timeout)
        .build()
        .unwrap()
}

#[test]
fn an_attempt_that_gets_no_thread_says_that_all_were_busy() {
    let transport = Arc::new(Kept::default());
    let client = client(&transport, Duration::from_millis(200));
    let busy = all_busy();
    let error = block_on(client.create_user()).unwrap().unwrap_err();
    drop(busy);
    assert_eq!(error.kind, ErrorKind::Timeout, "{error}");
    let why = "all 16 threads that run transports and token credentials were busy for ";
    assert!(error.reason.contains(why), "{error}");
    assert!(!error.reason.contains("connection"), "{error}");
    assert!(!error.reason.contains("may have been created"), "{error}");
    assert!(transport.0.lock().unwrap().is_empty());
}

#[test]
fn the_time_left_excludes_the_wait_for_a_thread() {
    const TIMEOUT: Duration = Duration::from_secs(60);
    let transport = Arc::new(Kept::default());
    let client = client(&transport, TIMEOUT);
    let busy = all_busy();
    let user = CommunicationUserIdentifier::new("8:acs:a_b");
    let mut call = Box::pin(async move { client.delete_user(&user).await });
    let waits = poll_fn(|context| Poll::Ready(call.as_mut().poll(context).is_pending()));
    assert!(block_on(waits).unwrap());
    let waiting = Instant::now();
    thread::sleep(Duration::from_millis(100));
    let waited = waiting.elapsed();
    drop(busy);
    block_on(call).unwrap().unwrap();
    let left = transport.0.lock().unwrap()[0];
    assert!(
        Duration::from_millis(left) <= TIMEOUT - waited,
        "{left} ms after {waited:?}"
    );
}
