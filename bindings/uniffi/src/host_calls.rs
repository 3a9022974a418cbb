//! Callbacks that the host fetches, instead of callbacks on threads of the library.
//!
//! A host whose threads end by unwinding, as CPython's do when it exits, must not run on a stack with Rust
//! frames. It fetches the calls on its own threads and answers each by its number. The library's thread
//! blocks meanwhile.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use acs_runtime::{PerFork, unpoisoned};
use core_auth::ErrorKind;
use core_auth::transport::TransportFailure;
use tokio::sync::mpsc;

use crate::attempts::{AttemptObserver, Host, Step, ending};
use crate::client::CommunicationIdentityClient;
use crate::client_options::ClientOptions;
use crate::credential::{AccessTokenInfo, TokenCredential, TokenRequestOptions};
use crate::error::{AcsAuthError, Result};
use crate::log::{LogRecord, LogSink};
use crate::message::Header;
use crate::observer::{Event, Observer};
use crate::transport::{TransportAnswer, TransportRequest};

/// A call for the host to make.
#[derive(Debug, uniffi::Enum)]
pub enum HostCall {
    /// A credential must get a token. Answer with `give_token` or `fail`.
    GetToken {
        /// The number to answer with.
        number: u64,
        /// The number of the credential.
        object: u64,
        /// The scopes of the token.
        scopes: Vec<String>,
        /// What the token must satisfy in addition.
        options: TokenRequestOptions,
    },
    /// An event for an observer. Answer with `done`.
    Event {
        /// The number to answer with.
        number: u64,
        /// The number of the observer.
        object: u64,
        /// What happened.
        event: Event,
    },
    /// A log record. Answer with `done`.
    Record {
        /// The number to answer with.
        number: u64,
        /// The record.
        record: LogRecord,
    },
    /// An attempt to send. Answer with `forward`, or with `complete` if the host sends it itself.
    Send {
        /// The number to answer with.
        number: u64,
        /// The number of the attempt observer.
        object: u64,
        /// The host's number of the call, if the call was marked.
        call: Option<u64>,
        /// The request to send.
        request: TransportRequest,
    },
    /// The library's transport sent an attempt. Answer with `keep`, or with `complete` to replace its answer.
    Sent {
        /// The number of the attempt.
        number: u64,
        /// The transport's answer.
        answer: TransportAnswer,
    },
    /// Nobody waits for this attempt any more: it timed out, or its call was cancelled. Not answered.
    Abandoned {
        /// The number of the attempt.
        number: u64,
    },
    /// The library no longer needs this credential or observer. Not answered.
    Released {
        /// Its number.
        object: u64,
    },
}

/// Calls waiting for the host. A forked child has none of its parent's.
#[derive(uniffi::Object)]
pub struct HostCalls(PerFork<Calls>);

#[derive(Default)]
struct Calls {
    state: Mutex<State>,
    arrived: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<HostCall>,
    unanswered: HashMap<u64, SyncSender<Answer>>,
    attempts: HashMap<u64, mpsc::UnboundedSender<Step>>,
    is_closed: bool,
}

type Answer = Result<Option<AccessTokenInfo>>;

fn internal(reason: &str) -> AcsAuthError {
    core_auth::Error::new(ErrorKind::Internal, reason).into()
}

fn closed() -> AcsAuthError {
    core_auth::Error::new(
        ErrorKind::Cancelled,
        "The process is ending: its callbacks are not called any more.",
    )
    .into()
}

/// Unique across forks, so that a child answering its parent's call doesn't answer one of its own.
fn next_number() -> u64 {
    static NUMBERS: AtomicU64 = AtomicU64::new(0);
    NUMBERS.fetch_add(1, Ordering::Relaxed)
}

impl Calls {
    fn lock(&self) -> MutexGuard<'_, State> {
        unpoisoned(self.state.lock())
    }

    /// Blocks until the host has answered the call, or closes.
    fn make(&self, call: impl FnOnce(u64) -> HostCall) -> Answer {
        let number = next_number();
        let (answer, answered) = sync_channel(1);
        let mut state = self.lock();
        if state.is_closed {
            return Err(closed());
        }
        state.unanswered.insert(number, answer);
        state.waiting.push_back(call(number));
        drop(state);
        self.arrived.notify_one();
        answered.recv().unwrap_or_else(|_| Err(closed()))
    }

    fn answer(&self, number: u64, answer: Answer) {
        if let Some(waiting) = self.lock().unanswered.remove(&number) {
            let _ = waiting.send(answer);
        }
    }

    /// Queues a call that has no answer.
    fn show(&self, call: HostCall) {
        let mut state = self.lock();
        if !state.is_closed {
            state.waiting.push_back(call);
            drop(state);
            self.arrived.notify_one();
        }
    }

    fn step(&self, number: u64, step: Step) {
        if let Some(attempt) = self.lock().attempts.get(&number) {
            let _ = attempt.send(step);
        }
    }

    fn next(&self, timeout: Option<Duration>) -> Option<HostCall> {
        // A deadline that `Instant` cannot represent is no deadline.
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let mut state = self.lock();
        loop {
            if state.is_closed {
                return None;
            }
            if let Some(call) = state.waiting.pop_front() {
                return Some(call);
            }
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            state = match left {
                None => unpoisoned(self.arrived.wait(state)),
                Some(Duration::ZERO) => return None,
                Some(left) => {
                    let waited = self.arrived.wait_timeout(state, left);
                    unpoisoned(waited).0
                }
            };
        }
    }
}

#[uniffi::export]
impl HostCalls {
    /// Creates an empty queue of calls.
    #[uniffi::constructor]
    pub fn new() -> Arc<Self> {
        Arc::new(Self(PerFork::lazy(|| Ok(Calls::default()))))
    }

    /// Takes the next call, in order. timeout_ms: how long to wait for one; none has no limit. `None` means
    /// that there was none in this time, or that the queue is closed. Any number of threads may wait.
    #[uniffi::method(default(timeout_ms = None))]
    pub fn next(&self, timeout_ms: Option<u64>) -> Option<HostCall> {
        self.0.get().ok()?.next(timeout_ms.map(Duration::from_millis))
    }

    /// Answers a call that has no result. Ignored if no call waits under this number.
    pub fn done(&self, number: u64) {
        self.answer(number, Ok(None));
    }

    /// Answers a call for a token.
    pub fn give_token(&self, number: u64, token: AccessTokenInfo) {
        self.answer(number, Ok(Some(token)));
    }

    /// Answers a call that failed.
    pub fn fail(&self, number: u64, error: AcsAuthError) {
        self.answer(number, Err(error));
    }

    /// Lets the library's transport send an attempt, with these headers instead of its own.
    /// connect_timeout_ms: fails the attempt as not sent if it isn't connected within this time; the client's
    /// own timeout applies as well. Ignored if no attempt waits under this number.
    #[uniffi::method(default(connect_timeout_ms = None))]
    pub fn forward(&self, number: u64, headers: Vec<Header>, connect_timeout_ms: Option<u64>) {
        let connect_timeout = connect_timeout_ms.map(Duration::from_millis);
        self.step(number, Step::Forward(headers, connect_timeout));
    }

    /// Accepts the answer of the library's transport.
    pub fn keep(&self, number: u64) {
        self.step(number, Step::Keep);
    }

    /// Sets the answer to an attempt.
    pub fn complete(&self, number: u64, answer: TransportAnswer) {
        self.step(number, Step::Complete(answer));
    }

    /// Closes the queue: waiting threads return, calls in progress fail, and later calls fail at once.
    pub fn close(&self) {
        if let Ok(calls) = self.0.get() {
            let mut state = calls.lock();
            state.is_closed = true;
            state.waiting.clear();
            state.unanswered.clear();
            state.attempts.clear();
            drop(state);
            calls.arrived.notify_all();
        }
    }

    /// Creates a credential whose calls are queued here, under this number.
    pub fn credential(self: Arc<Self>, object: u64) -> Arc<dyn TokenCredential> {
        Arc::new(Fetched { calls: self, object })
    }

    /// Creates an observer whose calls are queued here, under this number.
    pub fn observer(self: Arc<Self>, object: u64) -> Arc<dyn Observer> {
        Arc::new(Fetched { calls: self, object })
    }

    /// Creates an observer of attempts, which are queued here under this number.
    pub fn attempt_observer(self: Arc<Self>, object: u64) -> Arc<AttemptObserver> {
        Arc::new(AttemptObserver::new(self, object))
    }

    /// Creates a client whose attempts are shown to this observer. It doesn't connect yet.
    #[uniffi::method(default(token_credential = None))]
    pub fn client(
        &self,
        options: ClientOptions,
        observer: Arc<AttemptObserver>,
        token_credential: Option<Arc<dyn TokenCredential>>,
    ) -> Result<Arc<CommunicationIdentityClient>> {
        CommunicationIdentityClient::observed(options, token_credential, observer)
    }

    /// Creates a log sink whose records are queued here.
    pub fn log_sink(self: Arc<Self>) -> Arc<dyn LogSink> {
        Arc::new(FetchedLog(self))
    }
}

impl HostCalls {
    fn make(&self, call: impl FnOnce(u64) -> HostCall) -> Answer {
        self.0.get().map_err(|_| internal("No calls."))?.make(call)
    }

    fn answer(&self, number: u64, answer: Answer) {
        if let Ok(calls) = self.0.get() {
            calls.answer(number, answer);
        }
    }

    fn step(&self, number: u64, step: Step) {
        if let Ok(calls) = self.0.get() {
            calls.step(number, step);
        }
    }
}

impl Host for HostCalls {
    fn begin(
        &self,
        object: u64,
        call: Option<u64>,
        request: TransportRequest,
    ) -> std::result::Result<(u64, mpsc::UnboundedReceiver<Step>), TransportFailure> {
        let calls = self.0.get().map_err(|_| ending())?;
        let number = next_number();
        let (step, steps) = mpsc::unbounded_channel();
        let mut state = calls.lock();
        if state.is_closed {
            return Err(ending());
        }
        state.attempts.insert(number, step);
        state.waiting.push_back(HostCall::Send {
            number,
            object,
            call,
            request,
        });
        drop(state);
        calls.arrived.notify_one();
        Ok((number, steps))
    }

    fn show(&self, number: u64, answer: TransportAnswer) {
        if let Ok(calls) = self.0.get() {
            calls.show(HostCall::Sent { number, answer });
        }
    }

    fn end(&self, number: u64, is_abandoned: bool) {
        if let Ok(calls) = self.0.get() {
            calls.lock().attempts.remove(&number);
            if is_abandoned {
                calls.show(HostCall::Abandoned { number });
            }
        }
    }

    fn release(&self, object: u64) {
        if let Ok(calls) = self.0.get() {
            calls.show(HostCall::Released { object });
        }
    }
}

/// A credential or an observer.
struct Fetched {
    calls: Arc<HostCalls>,
    object: u64,
}

struct FetchedLog(Arc<HostCalls>);

impl TokenCredential for Fetched {
    fn get_token_info(&self, scopes: Vec<String>, options: TokenRequestOptions) -> Result<AccessTokenInfo> {
        let object = self.object;
        let answer = self.calls.make(|number| HostCall::GetToken {
            number,
            object,
            scopes,
            options,
        })?;
        answer.ok_or_else(|| internal("The token credential gave no answer."))
    }
}

impl Observer for Fetched {
    fn on_event(&self, event: Event) -> Result<()> {
        let object = self.object;
        let made = self.calls.make(|number| HostCall::Event {
            number,
            object,
            event,
        });
        made.map(|_| ())
    }
}

impl LogSink for FetchedLog {
    fn on_record(&self, record: LogRecord) -> Result<()> {
        let made = self.0.make(|number| HostCall::Record { number, record });
        made.map(|_| ())
    }
}

impl Drop for Fetched {
    fn drop(&mut self) {
        if let Ok(calls) = self.calls.0.get() {
            calls
                .lock()
                .waiting
                .push_back(HostCall::Released { object: self.object });
            calls.arrived.notify_one();
        }
    }
}

impl fmt::Debug for HostCalls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HostCalls")
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    const SOON: Option<u64> = Some(20);
    const LATE: Option<u64> = Some(30_000);

    fn asked(calls: &Arc<HostCalls>) -> (u64, thread::JoinHandle<Result<AccessTokenInfo>>) {
        let credential = Arc::clone(calls).credential(7);
        let asking = thread::spawn(move || {
            credential.get_token_info(vec!["scope".to_owned()], TokenRequestOptions { claims: None })
        });
        match calls.next(LATE) {
            Some(HostCall::GetToken {
                number,
                object: 7,
                scopes,
                options: TokenRequestOptions { claims: None },
            }) if scopes == ["scope"] => (number, asking),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_call_is_answered_by_its_number() {
        let calls = HostCalls::new();
        assert!(calls.next(SOON).is_none());
        let (number, asking) = asked(&calls);
        let token = AccessTokenInfo {
            token: "text".to_owned(),
            expires_on: 9,
            refresh_on: None,
        };
        calls.give_token(number + 1000, token.clone());
        assert!(!asking.is_finished());
        calls.give_token(number, token.clone());
        assert!(asking.join().unwrap().unwrap() == token);
        assert!(matches!(calls.next(LATE), Some(HostCall::Released { object: 7 })));
        // A second answer is ignored.
        calls.done(number);
    }

    #[test]
    fn a_failure_is_what_the_host_says() {
        let calls = HostCalls::new();
        let (number, asking) = asked(&calls);
        calls.fail(
            number,
            core_auth::Error::new(ErrorKind::CredentialDenied, "No.").into(),
        );
        let AcsAuthError::Failure { reason, .. } = asking.join().unwrap().unwrap_err();
        assert_eq!(reason, "No.");
    }

    #[test]
    fn nobody_waits_after_the_close() {
        let calls = HostCalls::new();
        let (_, asking) = asked(&calls);
        let fetching = Arc::clone(&calls);
        let fetching = thread::spawn(move || {
            loop {
                // The release of the credential may come first.
                if fetching.next(None).is_none() {
                    return;
                }
            }
        });
        calls.close();
        fetching.join().unwrap();
        assert!(asking.join().unwrap().is_err());
        let sink = Arc::clone(&calls).log_sink();
        let record = LogRecord {
            level: crate::log::LogLevel::Warn,
            target: String::new(),
            text: String::new(),
            fields: Vec::new(),
            time_us: 0,
        };
        assert!(sink.on_record(record).is_err());
    }
}
