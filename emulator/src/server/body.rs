//! The body of a response as it is sent: whole, chunked, or cut off.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::Sleep;

/// Ends the connection on purpose.
#[derive(Debug)]
pub(crate) struct Spoiled;

impl fmt::Display for Spoiled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection was ended on purpose")
    }
}

impl std::error::Error for Spoiled {}

/// The body of a response.
pub(crate) enum ReplyBody {
    /// With a `Content-Length`.
    Whole(Option<Bytes>),
    /// Without an announced length.
    Chunked(Option<Bytes>),
    /// Announced in full, but the connection ends before the last byte.
    Truncated {
        sent: Option<Bytes>,
        announced: u64,
        chunked: bool,
        pause: Pin<Box<Sleep>>,
    },
}

impl ReplyBody {
    /// A body of which only the first `keep` bytes are sent.
    pub(crate) fn truncated(body: &Bytes, keep: usize, chunked: bool) -> Self {
        // hyper sends what it has when it waits for more; the pause makes it wait once.
        let pause = Box::pin(tokio::time::sleep(Duration::from_millis(5)));
        let announced = body.len().max(keep + 1) as u64;
        let sent = Some(body.slice(..keep.min(body.len()))).filter(|b| !b.is_empty());
        Self::Truncated {
            sent,
            announced,
            chunked,
            pause,
        }
    }
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = Spoiled;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Spoiled>>> {
        match self.get_mut() {
            Self::Whole(body) | Self::Chunked(body) => Poll::Ready(body.take().map(|b| Ok(Frame::data(b)))),
            Self::Truncated { sent, pause, .. } => match sent.take() {
                Some(sent) => Poll::Ready(Some(Ok(Frame::data(sent)))),
                None => pause.as_mut().poll(cx).map(|()| Some(Err(Spoiled))),
            },
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(None) | Self::Chunked(None))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(body) => SizeHint::with_exact(body.as_ref().map_or(0, |b| b.len() as u64)),
            Self::Truncated {
                announced,
                chunked: false,
                ..
            } => SizeHint::with_exact(*announced),
            Self::Chunked(_) | Self::Truncated { .. } => SizeHint::default(),
        }
    }
}
