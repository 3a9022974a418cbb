//! Callbacks that the host fetches, instead of callbacks on threads of the library.
//!
//! A host whose threads end by unwinding, as CPython's do when it exits, must not run on a stack with Rust
//! frames. It fetches the calls on its own threads and answers each by its number. The library's thread
//! blocks meanwhile.

mod queue;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use acs_runtime::PerFork;
use core_auth::ErrorKind;
use core_auth::transport::{Attempt, TransportFailure};
use tokio::sync::mpsc;

use self::queue::{Answer, Calls};
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
    /// An attempt to send. Answer with `forward`, or with `complete` if the host sends it itself, which it
    /// reports by `sending` and `answered` first.
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

fn internal(reason: &str) -> AcsAuthError {
    core_auth::Error::new(ErrorKind::Internal, reason).into()
}

#[uniffi::export]
impl HostCalls {
    /// Creates an empty queue of calls.
    #[uniffi::constructor]
    pub fn new() -> Arc<Self> {
        Arc::new(Self(PerFork::lazy(|| Ok(Calls::default()))))
    }

    /// Takes the next call, in order. timeout_ms: how long to wait for one; without it, there is no limit.
    /// `None` means that there was none in this time, or that the queue is closed. Any number of threads may
    /// wait.
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

    /// Reports that the host sends an attempt itself from now on: the service may process it. False if the attempt
    /// has ended: then it must not be sent, because the call may have sent the request again.
    pub fn sending(&self, number: u64) -> bool {
        self.0.get().is_ok_and(|calls| calls.sending(number))
    }

    /// Reports that the response to an attempt that the host sends itself has arrived. From now on the attempt
    /// may use all the time left, so that the host can show the response to the program before `complete`.
    pub fn answered(&self, number: u64) {
        if let Ok(calls) = self.0.get() {
            calls.answered(number);
        }
    }

    /// Accepts the answer of the library's transport.
    pub fn keep(&self, number: u64) {
        self.step(number, Step::Keep);
    }

    /// Sets the answer to an attempt. False if the attempt has ended: then the answer is ignored.
    pub fn complete(&self, number: u64, answer: TransportAnswer) -> bool {
        self.step(number, Step::Complete(answer))
    }

    /// Closes the queue: waiting threads return, calls in progress fail, and later calls fail at once.
    pub fn close(&self) {
        if let Ok(calls) = self.0.get() {
            calls.close();
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

    fn step(&self, number: u64, step: Step) -> bool {
        self.0.get().is_ok_and(|calls| calls.step(number, step))
    }
}

impl Host for HostCalls {
    fn begin(
        &self,
        object: u64,
        call: Option<u64>,
        request: TransportRequest,
        progress: Attempt,
    ) -> std::result::Result<(u64, mpsc::UnboundedReceiver<Step>), TransportFailure> {
        let calls = self.0.get().map_err(|_| ending())?;
        calls.begin(progress, |number| HostCall::Send {
            number,
            object,
            call,
            request,
        })
    }

    fn show(&self, number: u64, answer: TransportAnswer) {
        if let Ok(calls) = self.0.get() {
            calls.show(HostCall::Sent { number, answer });
        }
    }

    fn end(&self, number: u64, is_abandoned: bool) {
        if let Ok(calls) = self.0.get() {
            calls.end(number);
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
        self.calls.release(self.object);
    }
}

impl fmt::Debug for HostCalls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HostCalls")
    }
}

#[cfg(test)]
mod tests;
