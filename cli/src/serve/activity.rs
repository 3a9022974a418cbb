//! What a connection is doing: whether its peer or this server has the next move.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Instant;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::limits::Limits;

/// What a connection is doing, told by those that read from it and answer on it.
#[derive(Debug)]
pub(super) struct Activity(Mutex<State>);

#[derive(Debug)]
struct State {
    opened: Instant,
    /// When the last request was answered; `None` before the first.
    answered: Option<Instant>,
    /// Since when a request is arriving on an HTTP/1.1 connection that is otherwise idle.
    arriving: Option<Instant>,
    /// Whether bytes may be other things than a request, as in HTTP/2.
    multiplexed: bool,
    /// Requests whose headers have arrived.
    requests: usize,
    /// Those of them that have arrived whole.
    whole: usize,
}

/// Why a connection has come to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expired {
    /// No request has arrived, or a part of one only.
    Unfinished,
    /// The last request was answered long ago.
    Idle,
}

impl Activity {
    pub(super) fn new() -> Self {
        Self(Mutex::new(State {
            opened: Instant::now(),
            answered: None,
            arriving: None,
            multiplexed: false,
            requests: 0,
            whole: 0,
        }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Since when the server has been waiting for the peer; `None` while it works on a request that has arrived whole.
    pub(super) fn waiting_since(&self) -> Option<Instant> {
        let state = self.state();
        (state.whole == 0).then(|| state.answered.unwrap_or(state.opened))
    }

    /// Whether the peer has been waited for too long. A body has a timeout of its own.
    pub(super) fn expired(&self, limits: &Limits, now: Instant) -> Option<Expired> {
        let state = self.state();
        if state.requests > 0 {
            return None;
        }
        let past = |since: Instant, limit| now.saturating_duration_since(since) >= limit;
        let unfinished = state.arriving.is_some_and(|since| past(since, limits.headers));
        match state.answered {
            None if unfinished || past(state.opened, limits.first_request) => Some(Expired::Unfinished),
            Some(_) if unfinished => Some(Expired::Unfinished),
            Some(since) if state.arriving.is_none() && past(since, limits.idle) => Some(Expired::Idle),
            _ => None,
        }
    }

    fn read(&self) {
        let mut state = self.state();
        if state.requests == 0 && !state.multiplexed && state.arriving.is_none() {
            state.arriving = Some(Instant::now());
        }
    }
}

/// A request from the end of its headers to its answer.
#[derive(Debug)]
pub(super) struct Turn {
    activity: Arc<Activity>,
    whole: bool,
}

impl Turn {
    /// Headers have arrived.
    pub(super) fn begin(activity: Arc<Activity>, version: http::Version) -> Self {
        let mut state = activity.state();
        state.multiplexed = version == http::Version::HTTP_2;
        state.requests += 1;
        state.arriving = None;
        drop(state);
        Self {
            activity,
            whole: false,
        }
    }

    /// The body has arrived too.
    pub(super) fn whole(&mut self) {
        if !std::mem::replace(&mut self.whole, true) {
            self.activity.state().whole += 1;
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut state = self.activity.state();
        state.requests -= 1;
        state.whole -= usize::from(self.whole);
        state.answered = Some(Instant::now());
    }
}

/// A stream whose reads are noted.
pub(super) struct Noted<S> {
    stream: S,
    activity: Arc<Activity>,
}

impl<S> Noted<S> {
    pub(super) fn new(stream: S, activity: Arc<Activity>) -> Self {
        Self { stream, activity }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Noted<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let before = buffer.filled().len();
        let outcome = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.activity.read();
        }
        outcome
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Noted<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[std::io::IoSlice<'_>],
    ) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const LIMITS: Limits = Limits {
        connections: 1,
        handshake: Duration::from_secs(1),
        first_request: Duration::from_secs(20),
        headers: Duration::from_secs(10),
        body: Duration::from_secs(1),
        idle: Duration::from_secs(75),
        streams: 1,
    };

    #[test]
    fn each_wait_for_the_peer_has_its_own_limit() {
        let activity = Arc::new(Activity::new());
        let after = |seconds| activity.expired(&LIMITS, Instant::now() + Duration::from_secs(seconds));
        assert_eq!((after(15), after(21)), (None, Some(Expired::Unfinished)));
        activity.read();
        assert_eq!((after(9), after(11)), (None, Some(Expired::Unfinished)));
        let mut turn = Turn::begin(activity.clone(), http::Version::HTTP_11);
        assert_eq!(after(1000), None);
        assert!(activity.waiting_since().is_some(), "the body may never end");
        turn.whole();
        assert!(activity.waiting_since().is_none());
        drop(turn);
        assert_eq!((after(74), after(76)), (None, Some(Expired::Idle)));
        activity.read();
        assert_eq!((after(9), after(11)), (None, Some(Expired::Unfinished)));
    }

    #[test]
    fn frames_of_http2_are_no_request() {
        let activity = Arc::new(Activity::new());
        drop(Turn::begin(activity.clone(), http::Version::HTTP_2));
        activity.read();
        let later = Instant::now() + Duration::from_secs(11);
        assert_eq!(activity.expired(&LIMITS, later), None);
    }
}
