//! Misbehaving peers: connections that send only what a test specifies.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use hyper::body::{Body, Frame};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The headers of a request, without the empty line at their end.
pub(crate) const HALF_HEADERS: &[u8] = b"POST /api/token/teams HTTP/1.1\r\nhost: a\r\n";
/// A request whose body never arrives completely.
pub(crate) const HALF_BODY: &[u8] =
    b"POST /api/token/teams HTTP/1.1\r\nhost: a\r\norigin: http://localhost:3000\r\ncontent-length: 9\r\n\r\n{";
/// A whole request that leaves the connection open.
pub(crate) const WHOLE: &[u8] = b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n";
/// HTTP/2: the preface and empty settings.
pub(crate) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
/// HTTP/2: headers of stream 1 whose continuation never arrives.
pub(crate) const HALF_H2_HEADERS: &[u8] =
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0\0\0\x01\x01\0\0\0\0\x01\x82";
/// The first bytes of a TLS handshake.
pub(crate) const HALF_HANDSHAKE: &[u8] = b"\x16\x03\x01\x02\0\x01\0";

/// A connection on which this was sent.
pub(crate) async fn connection(address: &str, sent: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(sent).await.unwrap();
    stream
}

/// Waits until the program that listens here has accepted this many connections and read everything they
/// sent.
pub(crate) async fn has_read(address: &str, connections: usize) {
    let (_, port) = address.rsplit_once(':').unwrap();
    let port = format!("0100007F:{:04X}", port.parse::<u16>().unwrap());
    let established = |line: &str| {
        let fields: Vec<&str> = line.split_ascii_whitespace().collect();
        // The local address, the state, the queues of unsent and unread bytes, and the inode, which is 0
        // until the connection is accepted.
        matches!(fields[..], [_, local, _, "01", queues, _, _, _, _, socket, ..]
            if local == port && queues.ends_with(":00000000") && socket != "0")
    };
    for _ in 0..1000 {
        let sockets = std::fs::read_to_string("/proc/net/tcp").unwrap();
        if sockets.lines().filter(|line| established(line)).count() == connections {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{address} has not read what was sent");
}

/// Reads until the server closes the connection; returns what it sent and how long that took.
pub(crate) async fn end_of(stream: &mut TcpStream) -> (String, Duration) {
    let begun = Instant::now();
    let mut answer = Vec::new();
    // A reset counts as the end, too.
    let read = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut answer)).await;
    assert!(read.is_ok(), "the connection stays open");
    (String::from_utf8_lossy(&answer).into_owned(), begun.elapsed())
}

/// A body that never ends.
pub(crate) struct Endless;

impl Body for Endless {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Poll::Pending
    }
}
