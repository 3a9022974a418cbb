//! The open connections, and which of them may still be used.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::task::{Context, Poll};

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{CaptureConnection, Connected, Connection};
use tokio::time::Instant;

use crate::clock::after;
use crate::locking::lock;
use crate::sweeps::Sweeps;

/// The state of a connection.
#[derive(Debug)]
pub(super) struct Link {
    began: Instant,
    /// Whether it is in [`Links`] already.
    known: AtomicBool,
    answered: AtomicBool,
    /// Milliseconds from `began` to the last response.
    last_response: AtomicU64,
}

impl Link {
    /// Returns the link of a request's connection, if the request has a connection and it is still open.
    fn of(connection: &CaptureConnection) -> Option<Arc<Self>> {
        let mut extensions = http::Extensions::new();
        connection
            .connection_metadata()
            .as_ref()?
            .get_extras(&mut extensions);
        extensions.remove::<Weak<Self>>()?.upgrade()
    }

    /// Whether a response has arrived on it.
    pub(super) fn has_answered(&self) -> bool {
        self.answered.load(Ordering::Relaxed)
    }

    pub(super) fn responded(&self) {
        let after = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last_response.store(after, Ordering::Relaxed);
        self.answered.store(true, Ordering::Relaxed);
    }

    /// Whether it was opened, or a response arrived on it, at this time or later.
    fn lived(&self, since: Instant) -> bool {
        let last = std::time::Duration::from_millis(self.last_response.load(Ordering::Relaxed));
        after(self.began, last) >= since
    }
}

/// Once this many connections are remembered, those that are closed are removed, and again each time the number of
/// the others has doubled.
const MANY_LINKS: usize = 64;

/// The connections of a transport that carried requests.
#[derive(Debug, Default)]
pub(super) struct Links(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    links: Vec<(Weak<Link>, CaptureConnection)>,
    sweeps: Sweeps,
}

impl Links {
    /// Records that a request uses this connection. Returns its link while it is open.
    pub(super) fn used(&self, connection: &CaptureConnection) -> Option<Arc<Link>> {
        let link = Link::of(connection)?;
        if !link.known.swap(true, Ordering::Relaxed) {
            let Known { links, sweeps } = &mut *lock(&self.0);
            if sweeps.are_due(links.len(), MANY_LINKS) {
                links.retain(|(link, _)| link.strong_count() > 0);
                sweeps.done(links.len());
            }
            links.push((Arc::downgrade(&link), connection.clone()));
        }
        Some(link)
    }

    /// Takes a connection out of use, and all others on which nothing has arrived since `silent_since`: what
    /// broke one (a failover, a firewall that lost its state) has often broken them all. Requests in flight
    /// on them continue.
    pub(super) fn condemn(&self, failed: &CaptureConnection, silent_since: Instant) {
        poison(failed);
        let known = lock(&self.0);
        for (link, connection) in &known.links {
            if link.upgrade().is_some_and(|link| !link.lived(silent_since)) {
                poison(connection);
            }
        }
    }
}

fn poison(connection: &CaptureConnection) {
    if let Some(connected) = connection.connection_metadata().as_ref() {
        connected.poison();
    }
}

/// Any stream that can carry HTTP.
pub(super) trait Stream: Read + Write + Connection + Send + Unpin {}
impl<T: Read + Write + Connection + Send + Unpin> Stream for T {}

/// A connection with its [`Link`].
pub(super) struct Observed {
    stream: Box<dyn Stream>,
    is_proxied: bool,
    link: Arc<Link>,
}

impl Observed {
    pub(super) fn new(stream: impl Stream + 'static, is_proxied: bool) -> Self {
        Self {
            stream: Box::new(stream),
            is_proxied,
            link: Arc::new(Link {
                began: Instant::now(),
                known: AtomicBool::new(false),
                answered: AtomicBool::new(false),
                last_response: AtomicU64::new(0),
            }),
        }
    }
}

impl Connection for Observed {
    fn connected(&self) -> Connected {
        let connected = self.stream.connected().proxy(self.is_proxied);
        // Weak, so that the link ends with the connection, whoever still refers to it.
        connected.extra(Arc::downgrade(&self.link))
    }
}

impl Read for Observed {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl Write for Observed {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }
}
