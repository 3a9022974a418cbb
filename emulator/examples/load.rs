//! Measures how many verified exchanges a second an emulator handles.
//!
//! It reads the start line of a running emulator on standard input. Pin each program to its own core:
//!
//! ```text
//! mkfifo line; taskset -c 0 acs-emulator > line & taskset -c 1 load < line
//! ```
//!
//! Each exchange is signed and sent on one of 16 open connections; every response is read and must be a
//! success. After one second of warm-up, responses are counted for a number of seconds (the first argument,
//! by default 5), over plain HTTP, or over TLS with `--tls`.

use std::error::Error;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use aws_lc_rs::{digest, hmac};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

const CONNECTIONS: usize = 16;
const WARM_UP: Duration = Duration::from_secs(1);
const TARGET: &str = "/teamsUser/:exchangeAccessToken?api-version=2023-10-01";

type Failure = Box<dyn Error + Send + Sync>;

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// What all connections share.
struct Plan {
    host: String,
    key: hmac::Key,
    body: String,
    answered: AtomicU64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let tls = arguments.iter().any(|argument| argument == "--tls");
    let seconds = arguments
        .iter()
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(5);
    let mut line = String::new();
    io::stdin().read_line(&mut line)?;
    let info: Value = serde_json::from_str(&line)?;
    let text = |pointer: &str| {
        info.pointer(pointer)
            .and_then(Value::as_str)
            .ok_or_else(|| format!("the start line has no {pointer}"))
    };

    let http = text("/http_url")?.trim_start_matches("http://").to_owned();
    let host = if tls {
        text("/https_url")?.trim_start_matches("https://").to_owned()
    } else {
        http.clone()
    };
    let (_, key) = text("/connection_string")?
        .split_once("accesskey=")
        .ok_or("no access key")?;
    let (client_id, user_id) = (text("/spa/client_id")?, text("/users/0/object_id")?);
    let token = mint(&http, text("/users/0/username")?, client_id).await?;
    let plan = Arc::new(Plan {
        body: serde_json::json!({"token": token, "appId": client_id, "userId": user_id}).to_string(),
        key: hmac::Key::new(hmac::HMAC_SHA256, &STANDARD.decode(key)?),
        answered: AtomicU64::new(0),
        host,
    });
    let connector = if tls {
        Some(connector(text("/ca_file")?)?)
    } else {
        None
    };

    let mut connections = tokio::task::JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (plan, connector) = (plan.clone(), connector.clone());
        connections.spawn(async move { exchange(&plan, connector).await });
    }
    tokio::time::sleep(WARM_UP).await;
    let (before, started) = (plan.answered.load(Ordering::Relaxed), Instant::now());
    tokio::select! {
        () = tokio::time::sleep(Duration::from_secs(seconds)) => {}
        Some(ended) = connections.join_next() => return Err(ended?.err().unwrap_or_else(|| "ended".into())),
    }
    let answered = plan.answered.load(Ordering::Relaxed) - before;
    let rate = answered as f64 / started.elapsed().as_secs_f64();
    let over = if tls { "TLS" } else { "plain HTTP" };
    writeln!(
        io::stdout(),
        "{rate:.0} verified exchanges a second over {over}, {CONNECTIONS} connections"
    )?;
    Ok(())
}

async fn mint(host: &str, user: &str, client_id: &str) -> Result<String, Failure> {
    let mut stream = TcpStream::connect(host).await?;
    let target = format!("/_emulator/mint?user={user}&client_id={client_id}&kind=teams");
    let request = format!("GET {target} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let (_, body) = answer.split_once("\r\n\r\n").ok_or("no body")?;
    let body: Value = serde_json::from_str(body)?;
    Ok(body["token"].as_str().ok_or("no token was minted")?.to_owned())
}

fn connector(ca_file: &str) -> Result<tokio_rustls::TlsConnector, Failure> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(ca_file)?)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config).into())
}

/// Exchanges repeatedly on one connection.
async fn exchange(plan: &Plan, connector: Option<tokio_rustls::TlsConnector>) -> Result<(), Failure> {
    let stream = TcpStream::connect(&plan.host).await?;
    stream.set_nodelay(true)?;
    let stream: Box<dyn Stream> = match connector {
        Some(connector) => Box::new(
            connector
                .connect(ServerName::try_from("localhost")?, stream)
                .await?,
        ),
        None => Box::new(stream),
    };
    let mut stream = BufReader::new(stream);
    loop {
        stream.write_all(signed(plan).as_bytes()).await?;
        stream.flush().await?;
        success(&mut stream).await?;
        plan.answered.fetch_add(1, Ordering::Relaxed);
    }
}

fn signed(plan: &Plan) -> String {
    let Plan { host, body, .. } = plan;
    let hash = STANDARD.encode(digest::digest(&digest::SHA256, body.as_bytes()));
    let date = httpdate::fmt_http_date(SystemTime::now());
    let text = format!("POST\n{TARGET}\n{date};{host};{hash}");
    let signature = STANDARD.encode(hmac::sign(&plan.key, text.as_bytes()));
    format!(
        "POST {TARGET} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\nx-ms-date: {date}\r\n\
         x-ms-content-sha256: {hash}\r\ncontent-length: {}\r\nauthorization: HMAC-SHA256 \
         SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature={signature}\r\n\r\n{body}",
        body.len(),
    )
}

/// Reads one response to its end, and returns an error unless it is a 200.
async fn success(stream: &mut BufReader<Box<dyn Stream>>) -> Result<(), Failure> {
    use tokio::io::AsyncBufReadExt;
    let (mut line, mut length, mut first) = (String::new(), 0, true);
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Err("the connection ended".into());
        }
        if first && !line.starts_with("HTTP/1.1 200 ") {
            return Err(format!("not a success: {line}").into());
        }
        first = false;
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.trim().parse()?;
        }
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    Ok(())
}
