//! An HTTP/2 server over TLS, with one scripted step for each stream.

use std::sync::{Arc, Mutex};

use acs_auth::{CommunicationIdentityClient, CommunicationIdentityClientBuilder};
use h2::Reason;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::server::TlsStream;

use crate::authority::Authority;
use crate::server::{CREATED, KEY, quick};

/// What the server does with one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Does {
    /// Answers with this status.
    Answers(u16),
    /// Answers with a new identity.
    Creates,
    /// Never answers this request; it answers others on the connection.
    NeverAnswers,
    /// Sends nothing more on this connection: no response, no answer to a `PING`, no end.
    Freezes,
    /// Resets the stream.
    Resets(Reason),
    /// Sends a GOAWAY that names no stream as processed, and closes. Must be the first step of a connection.
    GoesAway(Reason),
}

#[derive(Default)]
struct Seen {
    steps: Mutex<std::vec::IntoIter<Does>>,
    /// The connection of each request, in the order of their arrival.
    requests: Mutex<Vec<usize>>,
    /// The protocol that was negotiated for each connection.
    protocols: Mutex<Vec<Vec<u8>>>,
}

pub(crate) struct Http2Server {
    pub(crate) port: u16,
    authority: Authority,
    seen: Arc<Seen>,
}

impl Http2Server {
    /// Starts a server that takes these steps and then answers every request with 204.
    pub(crate) async fn start(steps: Vec<Does>) -> Self {
        Self::speaking(steps, &[b"h2"]).await
    }

    pub(crate) async fn speaking(steps: Vec<Does>, alpn: &[&[u8]]) -> Self {
        let authority = Authority::new();
        let acceptor = authority.acceptor(alpn);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Seen {
            steps: Mutex::new(steps.into_iter()),
            ..Seen::default()
        });
        let shared = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, seen) = (acceptor.clone(), Arc::clone(&shared));
                tokio::spawn(async move {
                    let Ok(stream) = acceptor.accept(stream).await else {
                        return;
                    };
                    let protocol = stream.get_ref().1.alpn_protocol().unwrap_or_default().to_vec();
                    let is_http2 = protocol == b"h2";
                    let number = {
                        let mut protocols = seen.protocols.lock().unwrap();
                        protocols.push(protocol);
                        protocols.len()
                    };
                    if is_http2 {
                        serve(stream, number, seen).await;
                    } else {
                        serve_http1(stream, number, seen).await;
                    }
                });
            }
        });
        Self {
            port,
            authority,
            seen,
        }
    }

    pub(crate) fn builder(&self) -> CommunicationIdentityClientBuilder {
        CommunicationIdentityClient::builder()
            .connection_string(&format!(
                "endpoint=https://localhost:{};accesskey={KEY}",
                self.port
            ))
            .root_certificates_pem(self.authority.pem())
            .http2(true)
            .retry_policy(quick())
    }

    /// For each request, the number of its connection, beginning with 1.
    pub(crate) fn requests(&self) -> Vec<usize> {
        self.seen.requests.lock().unwrap().clone()
    }

    /// The protocol of each connection, in the order in which they were opened.
    pub(crate) fn protocols(&self) -> Vec<Vec<u8>> {
        self.seen.protocols.lock().unwrap().clone()
    }
}

async fn serve(mut stream: TlsStream<TcpStream>, number: usize, seen: Arc<Seen>) {
    let goes_away = {
        let mut steps = seen.steps.lock().unwrap();
        match steps.as_slice().first() {
            Some(Does::GoesAway(reason)) => {
                let reason = *reason;
                steps.next();
                Some(reason)
            }
            _ => None,
        }
    };
    if let Some(reason) = goes_away {
        if read_to_headers(&mut stream).await.is_err() {
            return;
        }
        seen.requests.lock().unwrap().push(number);
        return go_away(&mut stream, reason).await;
    }
    // Clients race for connections and close those that they do not need.
    let Ok(mut connection) = h2::server::handshake(stream).await else {
        return;
    };
    let mut held = Vec::new();
    while let Some(Ok((_, mut respond))) = connection.accept().await {
        seen.requests.lock().unwrap().push(number);
        let step = seen.steps.lock().unwrap().next().unwrap_or(Does::Answers(204));
        match step {
            Does::Answers(status) => {
                let response = http::Response::builder().status(status).body(()).unwrap();
                respond.send_response(response, true).unwrap();
            }
            Does::Creates => {
                let response = http::Response::builder().status(201).body(()).unwrap();
                let mut body = respond.send_response(response, false).unwrap();
                body.send_data(CREATED.into(), true).unwrap();
            }
            Does::NeverAnswers => held.push(respond),
            // Not polled any more: it answers no ping, and the socket stays open.
            Does::Freezes => std::future::pending().await,
            Does::Resets(reason) => respond.send_reset(reason),
            Does::GoesAway(_) => unreachable!("it must be the first step of a connection"),
        }
    }
}

/// Reads the client's preface and its frames up to the first request.
pub(crate) async fn read_to_headers(stream: &mut TlsStream<TcpStream>) -> std::io::Result<()> {
    stream.read_exact(&mut [0; 24]).await?;
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).await?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; length as usize];
        stream.read_exact(&mut payload).await?;
        const HEADERS: u8 = 1;
        if head[3] == HEADERS {
            return Ok(());
        }
    }
}

/// Writes the server's settings and a GOAWAY that names no stream as processed, and closes.
pub(crate) async fn go_away(stream: &mut TlsStream<TcpStream>, reason: Reason) {
    let settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    let go_away = [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let bytes = [&settings[..], &go_away, &u32::from(reason).to_be_bytes()].concat();
    let _ = stream.write_all(&bytes).await;
    let _ = stream.shutdown().await;
    // Reads what the client still sends, so that closing doesn't reset the connection.
    let _ = stream.read_to_end(&mut Vec::new()).await;
}

async fn serve_http1(mut stream: TlsStream<TcpStream>, number: usize, seen: Arc<Seen>) {
    while crate::server::read_request(&mut stream).await.is_some() {
        seen.requests.lock().unwrap().push(number);
        let step = seen.steps.lock().unwrap().next().unwrap_or(Does::Answers(204));
        let (status, body) = match step {
            Does::Answers(status) => (status, ""),
            Does::Creates => (201, CREATED),
            _ => std::future::pending().await,
        };
        let answer = format!(
            "HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}
