//! Load for an endpoint, over plain HTTP/1.1 and from one thread. Each line of input is a command in JSON, each line of output its result:
//!
//! - `{"open": "127.0.0.1:80", "connections": 64, "pairs": "file"}` opens connections and makes a request on each with the file's first line. Each
//!   line has a bearer token and a Teams token.
//! - `{"run": 1000, "first": 0}` makes this many requests on the open connections, with the tokens from this line of the file on. It returns the
//!   seconds that they took in all, and the median and the 99th percentile of the latencies in microseconds.
//! - `{"close": true}` closes the connections.
//!
//! Each response must be a 201.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench that cannot run is meant to stop, and its figures are its output"
)]

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::task::{JoinSet, LocalSet};

/// How long a response may take.
const TIMEOUT: Duration = Duration::from_secs(60);
/// Connections that are opened at once.
const OPENED_AT_ONCE: usize = 64;

#[derive(Deserialize)]
#[serde(untagged)]
enum Command {
    Open {
        open: String,
        connections: usize,
        pairs: String,
    },
    Run {
        run: usize,
        first: usize,
    },
    Close {
        #[expect(dead_code, reason = "it only names the command")]
        close: bool,
    },
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    LocalSet::new().run_until(serve()).await;
}

async fn serve() {
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    let mut load = Load::default();
    while let Some(line) = lines.next_line().await.unwrap() {
        let result = match serde_json::from_str(&line).unwrap() {
            Command::Open {
                open,
                connections,
                pairs,
            } => {
                load.requests = requests(&open, &pairs);
                load.open(&open, connections).await;
                json!({"open": connections})
            }
            Command::Run { run, first } => load.run(run, first).await,
            Command::Close { .. } => {
                load.connections.clear();
                json!({"open": 0})
            }
        };
        println!("{result}");
    }
}

/// The bytes of each request.
fn requests(address: &str, pairs: &str) -> Rc<[String]> {
    let text = std::fs::read_to_string(pairs).unwrap();
    let request = |line: &str| {
        let (bearer, teams) = line.split_once(' ').unwrap();
        format!(
            "POST /api/token/teams HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {bearer}\r\n\
             teams-user-aad-token: {teams}\r\ncontent-length: 0\r\n\r\n"
        )
    };
    text.lines().map(request).collect()
}

struct Load {
    requests: Rc<[String]>,
    connections: Vec<Connection>,
}

impl Default for Load {
    fn default() -> Self {
        Self {
            requests: Rc::new([]),
            connections: Vec::new(),
        }
    }
}

impl Load {
    async fn open(&mut self, address: &str, connections: usize) {
        let mut left = connections;
        while left > 0 {
            let mut opening = JoinSet::new();
            for _ in 0..left.min(OPENED_AT_ONCE) {
                let (address, requests) = (address.to_owned(), Rc::clone(&self.requests));
                opening.spawn_local(async move {
                    let mut connection = Connection::open(&address).await;
                    connection.request(&requests[0]).await;
                    connection
                });
            }
            left -= opening.len();
            self.connections.extend(opening.join_all().await);
        }
    }

    async fn run(&mut self, count: usize, first: usize) -> Value {
        let (next, begun) = (Rc::new(RefCell::new(0)), Instant::now());
        let mut running = JoinSet::new();
        for mut connection in self.connections.drain(..) {
            let (next, requests) = (Rc::clone(&next), Rc::clone(&self.requests));
            running.spawn_local(async move {
                let mut latencies = Vec::new();
                loop {
                    let number = next.replace_with(|number| *number + 1);
                    if number >= count {
                        return (connection, latencies);
                    }
                    let sent = Instant::now();
                    connection
                        .request(&requests[(first + number) % requests.len()])
                        .await;
                    latencies.push(sent.elapsed());
                }
            });
        }
        let mut latencies = Vec::new();
        while let Some(ended) = running.join_next().await {
            let (connection, its) = ended.unwrap();
            self.connections.push(connection);
            latencies.extend(its);
        }
        let seconds = begun.elapsed().as_secs_f64();
        latencies.sort_unstable();
        let at = |part: f64| latencies[((count - 1) as f64 * part) as usize].as_secs_f64() * 1e6;
        json!({"seconds": seconds, "p50": at(0.5), "p99": at(0.99)})
    }
}

struct Connection {
    stream: BufReader<TcpStream>,
    line: String,
    body: Vec<u8>,
}

impl Connection {
    async fn open(address: &str) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream: BufReader::with_capacity(4096, stream),
            line: String::new(),
            body: Vec::new(),
        }
    }

    async fn request(&mut self, request: &str) {
        self.stream.write_all(request.as_bytes()).await.unwrap();
        tokio::time::timeout(TIMEOUT, self.response()).await.unwrap();
    }

    /// Reads one response to its end.
    async fn response(&mut self) {
        let (mut length, mut status) = (0, String::new());
        loop {
            self.line.clear();
            let read = self.stream.read_line(&mut self.line).await.unwrap();
            assert!(read > 0, "the server closed the connection");
            let line = self.line.trim_end();
            if status.is_empty() {
                status = line.to_owned();
            } else if line.is_empty() {
                break;
            } else if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().unwrap();
            } else if line.eq_ignore_ascii_case("transfer-encoding: chunked") {
                panic!("the length of a response must be known");
            }
        }
        self.body.resize(length, 0);
        self.stream.read_exact(&mut self.body).await.unwrap();
        assert!(
            status.starts_with("HTTP/1.1 201"),
            "{status}: {}",
            String::from_utf8_lossy(&self.body)
        );
    }
}
