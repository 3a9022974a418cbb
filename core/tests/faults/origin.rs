//! The server behind the gates.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

use crate::authority::Authority;

/// Starts a server that answers every request: with Entra's discovery and key documents, whose URLs have this
/// scheme, or with 204.
pub(crate) async fn origin(scheme: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, scheme));
        }
    });
    address
}

async fn serve(mut stream: TcpStream, scheme: &'static str) {
    let mut request = Vec::new();
    while stream.read_buf(&mut request).await.is_ok_and(|length| length > 0) {
        let text = String::from_utf8_lossy(&request).into_owned();
        if !text.contains("\r\n\r\n") {
            continue;
        }
        let host = text
            .lines()
            .find_map(|line| line.strip_prefix("host: "))
            .unwrap_or_default();
        let answer = if text.contains("openid-configuration") {
            ok(&format!(
                r#"{{"issuer":"{scheme}://{host}/{{tenantid}}/v2.0","jwks_uri":"{scheme}://{host}/keys"}}"#
            ))
        } else if text.starts_with("GET /keys") {
            ok(&format!(
                r#"{{"keys":[{{"kty":"RSA","use":"sig","kid":"k","n":"{}w","e":"AQAB"}}]}}"#,
                "u".repeat(341)
            ))
        } else {
            "HTTP/1.1 204 No Content\r\n\r\n".to_owned()
        };
        request.clear();
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

/// Starts a TLS server in front of the peer, with a certificate for `localhost`.
pub(crate) async fn by_tls(peer: SocketAddr, authority: &Authority) -> SocketAddr {
    let acceptor = authority.acceptor(&[b"http/1.1"]);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else {
                    return;
                };
                if let Ok(mut upstream) = TcpStream::connect(peer).await {
                    let _ = copy_bidirectional(&mut stream, &mut upstream).await;
                }
            });
        }
    });
    address
}
