//! A TCP forwarder between a caller and a peer, which can misbehave in each way of the table.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::authority::Authority;
use crate::http2;

/// A way to misbehave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Nothing listens.
    Refuses,
    /// Resets the connection when a request arrives.
    ResetsBefore,
    /// Resets it within the response's headers.
    ResetsWithinHeaders,
    /// Resets it within the response's body.
    ResetsWithinBody,
    /// The kernel completes the connection, but it is never accepted.
    SilentBeforeAccept,
    /// Reads the request and doesn't respond; with TLS, the handshake stops.
    SilentAfterAccept,
    /// Stops within the response's body.
    SilentWithinBody,
    /// Sends its response a byte at a time.
    Drips,
    /// Sends interim responses and no final one.
    Informational,
    /// Sends less than it announced, and closes.
    WrongLength,
    /// Closes connections that are idle, and serves new ones.
    ClosesIdle,
    /// HTTP/2: closes the connection and names no request as processed.
    GoesAway,
    /// HTTP/2: resets each request's stream.
    ResetsStreams,
}

/// The protocol at the gate, which decides what a partial response looks like.
#[derive(Clone)]
pub(crate) enum Speech {
    Http1,
    /// Over TLS. Requests are forwarded with HTTP/1.1.
    Http2(tokio_rustls::TlsAcceptor),
    Redis,
}

impl Speech {
    pub(crate) fn http2(authority: &Authority) -> Self {
        Self::Http2(authority.acceptor(&[b"h2"]))
    }

    /// A response that breaks off within its head, and the head of one with the first byte of its body.
    fn parts(&self) -> (&'static [u8], &'static [u8]) {
        match self {
            Self::Redis => (b"$1", b"$100\r\n{"),
            Self::Http1 | Self::Http2(_) => (
                b"HTTP/1.1 200 OK\r\ncontent-",
                b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{",
            ),
        }
    }
}

const DRIP: Duration = Duration::from_millis(100);

pub(crate) struct Gate {
    pub(crate) address: SocketAddr,
    way: watch::Sender<Option<Way>>,
}

impl Gate {
    pub(crate) async fn before(peer: SocketAddr, speech: Speech) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (way, seen) = watch::channel(None);
        tokio::spawn(listen(listener, address, Behind { peer, speech }, seen));
        Self { address, way }
    }

    pub(crate) fn misbehave(&self, way: Way) {
        self.way.send_replace(Some(way));
    }

    pub(crate) fn heal(&self) {
        self.way.send_replace(None);
    }
}

#[derive(Clone)]
struct Behind {
    peer: SocketAddr,
    speech: Speech,
}

async fn listen(
    listener: TcpListener,
    address: SocketAddr,
    behind: Behind,
    mut way: watch::Receiver<Option<Way>>,
) {
    let mut listener = Some(listener);
    loop {
        let now = *way.borrow_and_update();
        match now {
            Some(Way::Refuses) => listener = None,
            _ if listener.is_none() => listener = Some(TcpListener::bind(address).await.unwrap()),
            _ => {}
        }
        let takes = !matches!(now, Some(Way::Refuses | Way::SilentBeforeAccept));
        tokio::select! {
            changed = way.changed() => if changed.is_err() { return },
            accepted = accept(listener.as_ref()), if takes => {
                let (behind, way) = (behind.clone(), way.clone());
                tokio::spawn(async move {
                    match behind.speech {
                        Speech::Http2(acceptor) => http2::serve(accepted, acceptor, behind.peer, way).await,
                        Speech::Http1 | Speech::Redis => serve(accepted, behind, way).await,
                    }
                });
            }
        }
    }
}

async fn accept(listener: Option<&TcpListener>) -> TcpStream {
    match listener {
        Some(listener) => listener.accept().await.unwrap().0,
        None => std::future::pending().await,
    }
}

async fn serve(mut stream: TcpStream, behind: Behind, mut way: watch::Receiver<Option<Way>>) {
    let made_in = *way.borrow_and_update();
    if made_in.is_none() || made_in == Some(Way::ClosesIdle) {
        let Ok(mut upstream) = TcpStream::connect(behind.peer).await else {
            return;
        };
        tokio::select! {
            _ = copy_bidirectional(&mut stream, &mut upstream) => return,
            _ = way.wait_for(|now| now.is_some() && *now != made_in) => {}
        }
    }
    let now = *way.borrow();
    if let Some(now) = now {
        // The connection misbehaves until the fault ends, and is then dropped.
        tokio::select! {
            () = fail(&mut stream, &behind.speech, now) => {}
            _ = way.wait_for(Option::is_none) => {}
        }
    }
}

async fn fail(stream: &mut TcpStream, speech: &Speech, way: Way) {
    match way {
        Way::Refuses | Way::ClosesIdle => return,
        Way::SilentBeforeAccept => std::future::pending().await,
        _ => {}
    }
    if !matches!(stream.read(&mut [0; 16 * 1024]).await, Ok(length) if length > 0) {
        return;
    }
    let (within_head, head) = speech.parts();
    match way {
        Way::ResetsBefore => reset(stream),
        Way::ResetsWithinHeaders => {
            let _ = stream.write_all(within_head).await;
            reset(stream);
        }
        Way::ResetsWithinBody => {
            let _ = stream.write_all(head).await;
            reset(stream);
        }
        Way::SilentWithinBody => {
            let _ = stream.write_all(head).await;
            std::future::pending().await
        }
        Way::Drips => {
            for byte in head.iter().copied().chain(std::iter::repeat(b'x')) {
                if stream.write_all(&[byte]).await.is_err() {
                    return;
                }
                tokio::time::sleep(DRIP).await;
            }
        }
        Way::Informational => {
            while stream
                .write_all(b"HTTP/1.1 103 Early Hints\r\n\r\n")
                .await
                .is_ok()
            {
                tokio::time::sleep(DRIP).await;
            }
        }
        Way::WrongLength => {
            let _ = stream.write_all(head).await;
        }
        _ => std::future::pending().await,
    }
}

fn reset(stream: &TcpStream) {
    let _ = stream.set_zero_linger();
}
