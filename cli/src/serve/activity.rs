//! Tracks what a connection is doing: whether this server waits for the peer, or the peer for this server.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use parking_lot::{Mutex, MutexGuard};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::limits::Limits;

/// The activity of a connection, as its readers and writers report it.
#[derive(Debug)]
pub(super) struct Activity(Mutex<State>);

#[derive(Debug)]
struct State {
    opened: Instant,
    /// When the last request was answered; `None` before the first.
    answered: Option<Instant>,
    /// Since when a request is arriving on an HTTP/1.1 connection that is otherwise idle.
    arriving: Option<Instant>,
    /// Whether the connection is HTTP/2, where bytes may be something other than a request.
    multiplexed: bool,
    /// Requests whose headers have arrived.
    requests: usize,
    /// Requests of which the body has arrived, too.
    whole: usize,
    /// Whether the last read and the last write had to wait for the peer; indexed by [`Direction`].
    pending: [bool; 2],
    /// Whether a response was passed to hyper and nothing has been written since.
    unwritten: bool,
    /// Since when this server has been waiting for the peer; `None` while it is this server's turn.
    peers_move: Option<Instant>,
    /// How long this server has waited for the peer in total, since the connection was opened or the last
    /// request answered, before the current wait.
    waited: Duration,
}

/// The state of a connection without a complete request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Waiting {
    /// When it was opened, or when its last request was answered.
    pub(super) since: Instant,
    /// How long the server has waited for the peer since then. `None` while it is the server's turn: it may
    /// have bytes to read, or a response to write.
    pub(super) for_peer: Option<Duration>,
}

/// Why a connection has expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expired {
    /// No request has arrived, or only a part of one.
    Unfinished,
    /// It was idle for too long after its last request.
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
            pending: [false; 2],
            unwritten: false,
            peers_move: None,
            waited: Duration::ZERO,
        }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock()
    }

    /// The state of a connection without a complete request; `None` while one is being handled.
    pub(super) fn waiting(&self) -> Option<Waiting> {
        let state = self.state();
        (state.whole == 0).then(|| Waiting {
            since: state.answered.unwrap_or(state.opened),
            for_peer: state.peers_move.map(|since| state.waited + since.elapsed()),
        })
    }

    /// Whether and why the connection has expired. Bodies have a separate timeout.
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

    /// Notes whether a read or a write of the socket has to wait for the peer.
    fn polled(&self, direction: Direction, is_pending: bool) {
        let mut state = self.state();
        state.pending[direction as usize] = is_pending;
        if direction == Direction::Write && !is_pending {
            state.unwritten = false;
        }
        state.update();
    }
}

/// An index into [`State::pending`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Read,
    Write,
}

impl State {
    /// Determines whether the server waits for the peer, and adds up the time.
    fn update(&mut self) {
        let [reads, writes] = self.pending;
        let is_peers = writes || (reads && !self.unwritten);
        match (is_peers, self.peers_move) {
            (true, None) => self.peers_move = Some(Instant::now()),
            (false, Some(since)) => {
                // The time adds up, so a peer can't prolong a connection with a byte now and then.
                self.waited += since.elapsed();
                self.peers_move = None;
            }
            (true, Some(_)) | (false, None) => {}
        }
    }
}

/// A request, from the end of its headers until it is answered.
#[derive(Debug)]
pub(super) struct Turn {
    activity: Arc<Activity>,
    whole: bool,
}

impl Turn {
    /// Called when the headers have arrived.
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

    /// Called when the body has arrived, too.
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
        // The response has yet to be written.
        state.unwritten = true;
        state.peers_move = None;
        state.waited = Duration::ZERO;
        state.update();
    }
}

/// What is tracked of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    /// Whether reads and writes wait for the peer.
    Socket,
    /// When a request begins to arrive.
    Http,
}

/// A stream whose use is tracked.
pub(super) struct Noted<S> {
    stream: S,
    activity: Arc<Activity>,
    level: Level,
}

impl<S> Noted<S> {
    /// Tracks a socket, below TLS if there is TLS.
    pub(super) fn socket(stream: S, activity: Arc<Activity>) -> Self {
        Self {
            stream,
            activity,
            level: Level::Socket,
        }
    }

    /// Tracks the stream from which HTTP is read.
    pub(super) fn http(stream: S, activity: Arc<Activity>) -> Self {
        Self {
            stream,
            activity,
            level: Level::Http,
        }
    }

    fn note<T>(&self, direction: Direction, outcome: Poll<T>) -> Poll<T> {
        if self.level == Level::Socket {
            self.activity.polled(direction, outcome.is_pending());
        }
        outcome
    }
}

impl Noted<TcpStream> {
    /// Waits for the first bytes, without consuming them. Returns whether they can't be the preface of
    /// HTTP/2, which begins with `PRI`.
    pub(super) async fn begins_as_http1(&self) -> bool {
        let mut bytes = [0; 3];
        let mut buffer = ReadBuf::new(&mut bytes);
        let peeked = poll_fn(|context| {
            let outcome = self.stream.poll_peek(context, &mut buffer);
            self.note(Direction::Read, outcome)
        });
        peeked.await.is_ok() && !b"PRI".starts_with(buffer.filled())
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
        if self.level == Level::Http && buffer.filled().len() > before {
            self.activity.read();
        }
        self.note(Direction::Read, outcome)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Noted<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.note(Direction::Write, outcome)
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
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.note(Direction::Write, outcome)
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
        assert!(activity.waiting().is_some(), "the body may never end");
        turn.whole();
        assert!(activity.waiting().is_none());
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

    #[test]
    fn only_the_peers_time_counts_as_waiting() {
        let activity = Arc::new(Activity::new());
        let for_peer = || activity.waiting().unwrap().for_peer;
        let (read, write) = (
            |is_pending| activity.polled(Direction::Read, is_pending),
            |is_pending| activity.polled(Direction::Write, is_pending),
        );
        assert_eq!(for_peer(), None, "nothing has been read yet");
        read(true);
        std::thread::sleep(Duration::from_millis(20));
        let waited = for_peer().unwrap();
        assert!(waited >= Duration::from_millis(20), "{waited:?}");
        read(false);
        assert_eq!(for_peer(), None, "bytes have arrived");
        read(true);
        assert!(for_peer().unwrap() >= waited, "a byte makes it no younger");
        // As when hyper answers HTTP/2 settings.
        write(false);
        assert!(for_peer().is_some(), "a write changes nothing of the read");
        drop(Turn::begin(activity.clone(), http::Version::HTTP_11));
        assert_eq!(for_peer(), None, "the answer is not written yet");
        // hyper does not read again while a read is pending.
        write(false);
        assert!(for_peer().is_some());
        drop(Turn::begin(activity.clone(), http::Version::HTTP_11));
        read(false);
        write(true);
        assert!(for_peer().is_some(), "the peer does not read");
    }
}
