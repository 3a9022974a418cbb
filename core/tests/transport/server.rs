//! A server on raw sockets, which misbehaves as scripted: one step for each request, in order.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use acs_auth::{CommunicationIdentityClient, CommunicationIdentityClientBuilder, RetryPolicy};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

pub(crate) const CREATED: &str = r#"{"identity":{"id":"8:acs:a_b"}}"#;
pub(crate) const KEY: &str = "c2VjcmV0LWtleS1vZi10aGUtdGVzdA==";

/// The variable that marks a test's second run, in a process with its own environment.
pub(crate) const CHILD: &str = "ACS_TEST_CHILD";

/// What the server does with one request.
pub(crate) enum Step {
    /// Writes these bytes and keeps the connection.
    Write(Vec<u8>),
    /// Writes these bytes and closes the connection.
    WriteAndClose(Vec<u8>),
    /// Closes the connection (FIN).
    Close,
    /// Resets the connection (RST).
    Reset,
    /// Never answers.
    Silence,
    /// Writes one byte of this at each interval.
    Drip(Vec<u8>, Duration),
}

/// A request as received.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    /// The request line and the headers, as sent.
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            line.split_once(": ")
                .filter(|(n, _)| n.eq_ignore_ascii_case(name))
                .map(|(_, v)| v)
        })
    }

    pub(crate) fn request_line(&self) -> &str {
        self.head.lines().next().unwrap_or_default()
    }
}

#[derive(Default)]
struct Script {
    steps: Mutex<std::vec::IntoIter<Step>>,
    received: Mutex<Vec<Received>>,
    connections: Mutex<usize>,
}

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    script: Arc<Script>,
}

impl Server {
    pub(crate) async fn start(steps: Vec<Step>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let script = Arc::new(Script {
            steps: Mutex::new(steps.into_iter()),
            ..Script::default()
        });
        let shared = Arc::clone(&script);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                *shared.connections.lock().unwrap() += 1;
                tokio::spawn(serve(stream, Arc::clone(&shared)));
            }
        });
        Self { address, script }
    }

    /// Returns the requests in the order of their arrival. Panics if there were fewer than steps.
    pub(crate) fn requests(&self) -> Vec<Received> {
        assert_eq!(
            self.script.steps.lock().unwrap().len(),
            0,
            "the client sent fewer requests than expected"
        );
        self.received()
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.script.received.lock().unwrap().clone()
    }

    pub(crate) fn connections(&self) -> usize {
        *self.script.connections.lock().unwrap()
    }

    pub(crate) fn builder(&self) -> CommunicationIdentityClientBuilder {
        CommunicationIdentityClient::builder()
            .connection_string(&format!("endpoint=http://{};accesskey={KEY}", self.address))
            .retry_policy(quick())
    }

    pub(crate) fn client(&self) -> CommunicationIdentityClient {
        self.builder().build().unwrap()
    }
}

/// The default policy with short waits.
pub(crate) fn quick() -> RetryPolicy {
    let short = Duration::from_millis(5);
    RetryPolicy {
        base_delay: short,
        throttled_delay: short,
        ..RetryPolicy::default()
    }
}

pub(crate) async fn one(step: Step) -> Server {
    Server::start(vec![step]).await
}

/// A complete response.
pub(crate) fn answer(status: u16, headers: &str, body: &str) -> Step {
    Step::Write(
        format!(
            "HTTP/1.1 {status} X\r\ncontent-length: {}\r\n{headers}\r\n{body}",
            body.len()
        )
        .into_bytes(),
    )
}

pub(crate) fn created() -> Step {
    answer(201, "content-type: application/json\r\n", CREATED)
}

pub(crate) fn failing(status: u16) -> Step {
    answer(status, "", "")
}

async fn serve(mut stream: TcpStream, script: Arc<Script>) {
    loop {
        let Some(request) = read_request(&mut stream).await else {
            return;
        };
        script.received.lock().unwrap().push(request);
        let step = script.steps.lock().unwrap().next();
        // A surplus request is recorded in `received`; no test expects its response.
        let step = step.unwrap_or_else(|| answer(418, "", ""));
        match step {
            Step::Write(bytes) => {
                if stream.write_all(&bytes).await.is_err() {
                    return;
                }
            }
            Step::WriteAndClose(bytes) => {
                let _ = stream.write_all(&bytes).await;
                let _ = stream.shutdown().await;
                return;
            }
            Step::Close => return,
            Step::Reset => {
                let _ = stream.set_zero_linger();
                return;
            }
            Step::Silence => {
                let _ = stream.read(&mut [0; 1]).await;
                return;
            }
            Step::Drip(bytes, every) => {
                for byte in bytes {
                    if stream.write_all(&[byte]).await.is_err() {
                        return;
                    }
                    tokio::time::sleep(every).await;
                }
            }
        }
    }
}

/// Reads one request with a `content-length` body.
pub(crate) async fn read_request(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> Option<Received> {
    let mut bytes = Vec::new();
    let head_ends = loop {
        if let Some(at) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..head_ends].to_vec()).unwrap();
    let mut request = Received {
        head,
        body: bytes[head_ends..].to_vec(),
    };
    let length = request
        .header("content-length")
        .map_or(0, |length| length.parse().unwrap());
    while request.body.len() < length {
        if stream.read_buf(&mut request.body).await.ok()? == 0 {
            return None;
        }
    }
    Some(request)
}
