//! The lower bound: a request's bytes on reused TLS connections, and a response of which only status and length are parsed. HTTP/1.1 only.

use std::sync::{Arc, Mutex};

use rustls::pki_types::ServerName;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::signed::Signed;

#[derive(Clone)]
pub(crate) struct Socket(Arc<Shared>);

struct Shared {
    tls: TlsConnector,
    address: String,
    request: Vec<u8>,
    idle: Mutex<Vec<Connection>>,
}

struct Connection {
    stream: TlsStream<TcpStream>,
    response: Vec<u8>,
}

impl Socket {
    pub(crate) fn new(tls: rustls::ClientConfig, signed: &Signed) -> Self {
        let (address, target) = signed
            .url
            .strip_prefix("https://")
            .unwrap()
            .split_once('/')
            .unwrap();
        let mut head = format!("POST /{target} HTTP/1.1\r\nhost: {address}\r\n");
        for (name, value) in &signed.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("content-length: {}\r\n\r\n", signed.body.len()));
        let mut request = head.into_bytes();
        request.extend_from_slice(&signed.body);
        Self(Arc::new(Shared {
            tls: TlsConnector::from(Arc::new(tls)),
            address: address.to_owned(),
            request,
            idle: Mutex::default(),
        }))
    }

    pub(crate) async fn post(&self) {
        let idle = self.0.idle.lock().unwrap().pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => self.connect().await,
        };
        connection.stream.write_all(&self.0.request).await.unwrap();
        connection.read_response().await;
        self.0.idle.lock().unwrap().push(connection);
    }

    async fn connect(&self) -> Connection {
        let stream = TcpStream::connect(&self.0.address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let host = self.0.address.split(':').next().unwrap().to_owned();
        let name = ServerName::try_from(host).unwrap();
        Connection {
            stream: self.0.tls.connect(name, stream).await.unwrap(),
            response: Vec::with_capacity(8192),
        }
    }
}

impl Connection {
    async fn read_response(&mut self) {
        self.response.clear();
        let mut length = None;
        while length.is_none_or(|length| self.response.len() < length) {
            let read = self.stream.read_buf(&mut self.response).await.unwrap();
            assert!(read > 0, "the service closed the connection");
            if length.is_none() {
                length = whole_length(&self.response);
            }
        }
    }
}

/// The length of a response including its head, once the whole head has arrived.
fn whole_length(response: &[u8]) -> Option<usize> {
    let head = response.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(&response[..head]).unwrap();
    assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    let is_length = |line: &&str| {
        line.get(..15)
            .is_some_and(|name| name.eq_ignore_ascii_case("content-length:"))
    };
    let line = text.lines().find(is_length).unwrap();
    Some(head + line[15..].trim().parse::<usize>().unwrap())
}
