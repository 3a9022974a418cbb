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

/// The progress of one attempt. Each request carries it in its extensions.
///
/// A [`Transport`] should report here when it connects ([`Self::connecting`]) and when it writes
/// ([`Self::written`]). Without a report, a request counts as written: if it is not idempotent, it
/// is then not retried, and the error states that the service may have processed it.
#[derive(Debug, Clone, Default)]
pub struct Attempt(Arc<State>);

#[derive(Debug, Default)]
struct State {
    retryable: bool,
    max_response: Option<usize>,
    progress: AtomicU8,
    /// Whether it was written before the connection that is being made now.
    written_before: AtomicBool,
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

    /// Reports that there is no connection for the request yet. If it was written to another one before, the
    /// service may have processed it there.
    pub fn connecting(&self) {
        let progress = &self.0.progress;
        if progress.load(Ordering::Acquire) == WRITTEN {
            self.0.written_before.store(true, Ordering::Release);
        }
        let connecting = |progress| (progress != NOT_SENT).then_some(CONNECTING);
        let _ = progress.fetch_update(Ordering::AcqRel, Ordering::Acquire, connecting);
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
        let written = |progress| (progress != NOT_SENT).then_some(WRITTEN);
        let progress = &self.0.progress;
        progress
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, written)
            .is_ok()
    }

    /// Ends the attempt. Returns whether the service may have seen the request; if not, it must not be written
    /// from now on.
    fn end(&self) -> bool {
        self.0.timed_out.store(true, Ordering::Release);
        let progress = &self.0.progress;
        progress
            .compare_exchange(CONNECTING, NOT_SENT, Ordering::AcqRel, Ordering::Acquire)
            .is_err()
            || self.was_written_before()
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
        self.was_written_before() || !matches!(self.0.progress.load(Ordering::Acquire), CONNECTING | NOT_SENT)
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
        let may_go_on = !self.0.retryable && self.may_be_written() && limits.attempt < limits.deadline;
        if may_go_on {
            if let Ok(outcome) = tokio::time::timeout_at(limits.deadline, &mut sending).await {
                return outcome;
            }
        }
        let may_be_written = self.end();
        drop(sending);
        let time = shown(began.elapsed());
        Err(if may_be_written {
            TransportFailure::new(
                FailureKind::TimedOut,
                format!("no complete response within {time}"),
            )
        } else {
            TransportFailure::new(FailureKind::NotSent, format!("no connection within {time}"))
        })
    }
}

/// When an attempt ends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) attempt: Instant,
    /// The end of an attempt that is not idempotent and has been written: since it must not be retried, it
    /// may use all the time left.
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
