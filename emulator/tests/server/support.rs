//! An emulator, and a client that sends exactly the given bytes.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use acs_emulator::entra::{EntraOptions, MintKind, MintRequest};
use acs_emulator::{Emulator, Filter, Options, Record};
use aws_lc_rs::{digest, hmac};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tokio::runtime::Runtime;

pub(crate) const EXCHANGE: &str = "/teamsUser/:exchangeAccessToken?api-version=2023-10-01";
pub(crate) const CREATE: &str = "/identities?api-version=2023-10-01";

/// An emulator on its own runtime, so that a test can block.
pub(crate) struct World {
    // Dropped before its runtime.
    pub(crate) emulator: Emulator,
    _runtime: Runtime,
}

pub(crate) fn world() -> World {
    world_with(Options::default())
}

pub(crate) fn world_with(options: Options) -> World {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let entra = EntraOptions {
        spare_key: false,
        ..options.entra.clone()
    };
    let emulator = runtime
        .block_on(Emulator::start(Options { entra, ..options }))
        .unwrap();
    World {
        emulator,
        _runtime: runtime,
    }
}

/// A request to be signed; every part of it can be changed first.
#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) host: String,
    pub(crate) date: String,
    pub(crate) hash: String,
    pub(crate) body: String,
    pub(crate) key: Vec<u8>,
    pub(crate) more: Vec<(String, String)>,
}

impl Draft {
    pub(crate) fn text(&self) -> String {
        format!(
            "{}\n{}\n{};{};{}",
            self.method, self.target, self.date, self.host, self.hash
        )
    }

    pub(crate) fn signature(&self, text: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.key);
        STANDARD.encode(hmac::sign(&key, text.as_bytes()))
    }

    /// The request with a signature of this text.
    pub(crate) fn signed(&self, text: &str) -> Vec<u8> {
        let signed = "SignedHeaders=x-ms-date;host;x-ms-content-sha256";
        self.authorized(&format!(
            "HMAC-SHA256 {signed}&Signature={}",
            self.signature(text)
        ))
    }

    /// The request with this `Authorization`.
    pub(crate) fn authorized(&self, authorization: &str) -> Vec<u8> {
        let mut head = format!(
            "{} {} HTTP/1.1\r\nHost: {}\r\n",
            self.method, self.target, self.host
        );
        for (name, value) in [
            ("x-ms-date", &self.date),
            ("x-ms-content-sha256", &self.hash),
            ("Authorization", &authorization.to_owned()),
            ("Content-Length", &self.body.len().to_string()),
        ] {
            if !value.is_empty() {
                head.push_str(&format!("{name}: {value}\r\n"));
            }
        }
        for (name, value) in &self.more {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        format!("{head}\r\n{}", self.body).into_bytes()
    }
}

/// A response as it arrived.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// Whether the body had the length that was announced, or its last chunk.
    pub(crate) complete: bool,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {:?}", self.text()))
    }

    /// Status, code, message and target of an error.
    pub(crate) fn error(&self) -> (u16, String, String, Option<String>) {
        let error = &self.json()["error"];
        let text = |name: &str| error[name].as_str().map(str::to_owned);
        (
            self.status,
            text("code").unwrap_or_default(),
            text("message").unwrap_or_default(),
            text("target"),
        )
    }

    pub(crate) fn code(&self) -> (u16, String) {
        let (status, code, ..) = self.error();
        (status, code)
    }
}

impl World {
    pub(crate) fn host(&self) -> &str {
        self.emulator.info().http_url.trim_start_matches("http://")
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.host()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    }

    pub(crate) fn draft(&self, method: &str, target: &str, body: &str) -> Draft {
        let (_, key) = self
            .emulator
            .info()
            .connection_string
            .0
            .split_once("accesskey=")
            .unwrap();
        Draft {
            method: method.into(),
            target: target.into(),
            host: self.host().into(),
            date: httpdate::fmt_http_date(self.emulator.clock().now()),
            hash: STANDARD.encode(digest::digest(&digest::SHA256, body.as_bytes())),
            body: body.into(),
            key: STANDARD.decode(key).unwrap(),
            more: Vec::new(),
        }
    }

    /// Sends bytes on a new connection.
    pub(crate) fn send(&self, request: &[u8]) -> io::Result<Answer> {
        let mut stream = self.connect();
        stream.write_all(request)?;
        read(&mut BufReader::new(stream))
    }

    /// Sends a correctly signed request.
    pub(crate) fn call(&self, method: &str, target: &str, body: &str) -> Answer {
        let draft = self.draft(method, target, body);
        self.send(&draft.signed(&draft.text())).unwrap()
    }

    /// Sends a request without a signature.
    pub(crate) fn plain(&self, method: &str, target: &str, body: &str) -> Answer {
        let draft = Draft {
            date: String::new(),
            hash: String::new(),
            ..self.draft(method, target, body)
        };
        self.send(&draft.authorized("")).unwrap()
    }

    pub(crate) fn user(&self, at: usize) -> &str {
        &self.emulator.info().users[at].object_id
    }

    pub(crate) fn spa(&self) -> &str {
        &self.emulator.info().spa.as_ref().unwrap().client_id
    }

    /// Mints a token for a user (by index), issued to the `spa`.
    pub(crate) fn mint(&self, user: usize, kind: MintKind) -> String {
        let request = MintRequest {
            user: Some(self.user(user).into()),
            kind,
            ..MintRequest::default()
        };
        self.emulator.mint(&request).unwrap()
    }

    pub(crate) fn exchange_body(&self, user: usize) -> String {
        let token = self.mint(user, MintKind::Teams);
        serde_json::json!({"token": token, "appId": self.spa(), "userId": self.user(user)}).to_string()
    }

    pub(crate) fn last(&self) -> Arc<Record> {
        self.emulator
            .requests(&Filter::default())
            .pop()
            .expect("a request")
    }

    /// The names of the failed checks of the last request.
    pub(crate) fn failed(&self) -> Vec<&'static str> {
        self.last()
            .checks
            .0
            .iter()
            .filter(|check| !check.ok)
            .map(|check| check.name)
            .collect()
    }
}

/// Reads one response. An error means that the connection ended before its head was complete.
pub(crate) fn read(stream: &mut impl BufRead) -> io::Result<Answer> {
    let mut line = String::new();
    let mut next = |stream: &mut dyn BufRead| {
        line.clear();
        match stream.read_line(&mut line)? {
            0 => Err(io::Error::from(io::ErrorKind::UnexpectedEof)),
            _ => Ok(line.trim_end_matches("\r\n").to_owned()),
        }
    };
    let status = next(stream)?.split(' ').nth(1).unwrap().parse().unwrap();
    let mut headers = Vec::new();
    loop {
        let line = next(stream)?;
        if line.is_empty() {
            break;
        }
        let (name, value) = line
            .split_once(": ")
            .unwrap_or_else(|| (line.trim_end_matches(':'), ""));
        headers.push((name.to_ascii_lowercase(), value.to_owned()));
    }
    let mut answer = Answer {
        status,
        headers,
        body: Vec::new(),
        complete: true,
    };
    if answer.header("transfer-encoding") == Some("chunked") {
        answer.complete = loop {
            let Ok(size) = next(stream) else { break false };
            let size = u64::from_str_radix(&size, 16).unwrap();
            let read = stream
                .take(size)
                .read_to_end(&mut answer.body)
                .unwrap_or_default();
            if next(stream).is_err() || read as u64 != size {
                break false;
            }
            if size == 0 {
                break true;
            }
        };
    } else if let Some(length) = answer.header("content-length") {
        let length: u64 = length.parse().unwrap();
        let _ = stream.take(length).read_to_end(&mut answer.body);
        answer.complete = answer.body.len() as u64 == length;
    }
    Ok(answer)
}
