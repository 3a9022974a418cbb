//! One attempt: its progress and its timeout.

use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

use super::{FailureKind, Transport, TransportFailure};

/// The default limit of a response's body. ACS's responses are far smaller: a token has 3 KiB.
const MAX_RESPONSE: usize = 64 * 1024;
/// The values of `progress`; 0 means that nothing was reported.
const CONNECTING: u8 = 1;
const WRITTEN: u8 = 2;
const NOT_SENT: u8 = 3;
const WAITING: u8 = 4;
const ANSWERED: u8 = 5;

/// The progress of one attempt. Each request carries it in its extensions.
///
/// A [`Transport`] should report here when it waits ([`Self::waiting`]), when it connects
/// ([`Self::connecting`]), when it writes ([`Self::written`]) and, if it then runs code of the
/// program, when it has the response ([`Self::answered`]). Without a report, a request counts as
/// written: if it is not idempotent, it is then not retried, and the error states that the service
/// may have processed it.
#[derive(Debug, Clone, Default)]
pub struct Attempt(Arc<State>);

#[derive(Debug, Default)]
struct State {
    retryable: bool,
    max_response: Option<usize>,
    progress: AtomicU8,
    /// Whether it was written before the connection that is being made now.
    written_before: AtomicBool,
    waits: OnceLock<&'static str>,
    timed_out: AtomicBool,
    ends: OnceLock<Instant>,
}

impl Attempt {
    pub(crate) fn new(retryable: bool) -> Self {
        Self(Arc::new(State {
            retryable,
            ..State::default()
        }))
    }

    /// Expects a response of up to this many bytes.
    #[cfg(feature = "verify")]
    pub(crate) fn expecting(retryable: bool, max_response: usize) -> Self {
        Self(Arc::new(State {
            retryable,
            max_response: Some(max_response),
            ..State::default()
        }))
    }

    /// Returns the maximum size of the response's body in bytes; beyond it a transport should fail
    /// with [`FailureKind::Unexpected`]. 64 KiB for ACS, more for Entra's key documents.
    pub fn max_response_bytes(&self) -> usize {
        self.0.max_response.unwrap_or(MAX_RESPONSE)
    }

    /// Returns whether the request may be sent again even if it was processed the first time.
    pub fn is_retryable(&self) -> bool {
        self.0.retryable
    }

    /// Reports that the request waits for something other than a connection. If the attempt ends meanwhile, `why`
    /// is the reason of its failure: "all threads were busy" becomes "all threads were busy for 3.0 s". The first
    /// reason is kept.
    pub fn waiting(&self, why: &'static str) {
        let _ = self.0.waits.set(why);
        self.not_written_yet(WAITING);
    }

    /// Reports that there is no connection for the request yet. If it was written to another one before, the
    /// service may have processed it there.
    pub fn connecting(&self) {
        self.not_written_yet(CONNECTING);
    }

    fn not_written_yet(&self, to: u8) {
        // First, so that an attempt that ends meanwhile doesn't count as not sent.
        if self.0.progress.load(Ordering::Acquire) == WRITTEN {
            self.0.written_before.store(true, Ordering::Release);
        }
        self.proceed(to);
    }

    /// Sets the progress. Returns false if the attempt has ended as not sent.
    fn proceed(&self, to: u8) -> bool {
        let proceeds = |progress| (progress != NOT_SENT).then_some(to);
        let progress = &self.0.progress;
        progress
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, proceeds)
            .is_ok()
    }

    /// Reports that the service has not processed what was written.
    pub(super) fn not_processed(&self) {
        self.0.progress.store(CONNECTING, Ordering::Release);
    }

    /// Returns whether the service may have processed the request before the transport sent it again in this
    /// attempt.
    pub(crate) fn was_written_before(&self) -> bool {
        self.0.written_before.load(Ordering::Acquire)
    }

    /// Reports that the request is being written to a connection from now on. Returns false if the attempt has
    /// already ended as not sent: then the request must not be written, because it may be sent again.
    pub fn written(&self) -> bool {
        self.proceed(WRITTEN)
    }

    /// Reports that the response has arrived, for a transport that then runs code of the program. From now on
    /// the attempt may use all the time left: it is not repeated because that code takes long.
    pub fn answered(&self) {
        self.proceed(ANSWERED);
    }

    /// Ends the attempt after this time. If the service cannot have seen the request, it must not be written from
    /// now on.
    fn end(&self, time: Duration) -> TransportFailure {
        self.0.timed_out.store(true, Ordering::Release);
        let time = shown(time);
        let ended = |progress| is_unsent(progress).then_some(NOT_SENT);
        let progress = &self.0.progress;
        let before = progress.fetch_update(Ordering::AcqRel, Ordering::Acquire, ended);
        let (kind, reason) = match before {
            Ok(WAITING) if !self.was_written_before() => {
                let why = self.0.waits.get().copied().unwrap_or("it was not sent");
                (FailureKind::NotSent, format!("{why} for {time}"))
            }
            Ok(_) if !self.was_written_before() => {
                (FailureKind::NotSent, format!("no connection within {time}"))
            }
            _ => (
                FailureKind::TimedOut,
                format!("no complete response within {time}"),
            ),
        };
        TransportFailure::new(kind, reason)
    }

    /// Returns whether the attempt timed out. It is set before the future of [`Transport::send`] is
    /// dropped: the connection must not be reused then.
    pub fn timed_out(&self) -> bool {
        self.0.timed_out.load(Ordering::Acquire)
    }

    /// Returns how long the attempt may still take, for a transport whose HTTP stack needs a
    /// timeout. The library ends the attempt then in any case. `None` outside a call.
    pub fn time_left(&self) -> Option<Duration> {
        let ends = self.0.ends.get()?;
        Some(ends.saturating_duration_since(Instant::now()))
    }

    /// Returns whether the service may have seen the request: it is written to a connection, or
    /// nothing was reported.
    pub fn may_be_written(&self) -> bool {
        self.was_written_before() || !is_unsent(self.0.progress.load(Ordering::Acquire))
    }

    /// Returns whether the attempt may use all the time left, because it must not be repeated.
    fn may_go_on(&self) -> bool {
        let is_answered = self.0.progress.load(Ordering::Acquire) == ANSWERED;
        is_answered || (!self.0.retryable && self.may_be_written())
    }

    /// Sends the request within the limits.
    pub(crate) async fn send(
        &self,
        transport: &dyn Transport,
        mut request: http::Request<Bytes>,
        limits: Limits,
    ) -> Result<http::Response<Bytes>, TransportFailure> {
        let _ = self.0.ends.set(if self.0.retryable {
            limits.attempt
        } else {
            limits.deadline
        });
        request.extensions_mut().insert(self.clone());
        let outcome = self.sent(transport, request, limits).await?;
        // A custom transport may ignore the limit.
        let most = self.max_response_bytes();
        if outcome.body().len() > most {
            return Err(TransportFailure::too_large(most));
        }
        Ok(outcome)
    }

    async fn sent(
        &self,
        transport: &dyn Transport,
        request: http::Request<Bytes>,
        limits: Limits,
    ) -> Result<http::Response<Bytes>, TransportFailure> {
        let began = Instant::now();
        let mut sending = transport.send(request);
        if let Ok(outcome) = tokio::time::timeout_at(limits.attempt, &mut sending).await {
            return outcome;
        }
        if self.may_go_on() && limits.attempt < limits.deadline {
            if let Ok(outcome) = tokio::time::timeout_at(limits.deadline, &mut sending).await {
                return outcome;
            }
        }
        let failure = self.end(began.elapsed());
        drop(sending);
        Err(failure)
    }
}

/// Whether the request is certainly not written.
fn is_unsent(progress: u8) -> bool {
    matches!(progress, WAITING | CONNECTING | NOT_SENT)
}

/// When an attempt ends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) attempt: Instant,
    /// The end of an attempt that is answered, or that is not idempotent and has been written: since it must
    /// not be retried, it may use all the time left.
    pub(crate) deadline: Instant,
}

/// A duration for an error's reason.
fn shown(time: Duration) -> String {
    let millis = time.as_millis();
    if millis < 1000 {
        format!("{millis} ms")
    } else {
        format!("{:.1} s", time.as_secs_f64())
    }
}
