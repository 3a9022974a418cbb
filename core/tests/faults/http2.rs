//! A gate that speaks HTTP/2.

use std::net::SocketAddr;

use bytes::Bytes;
use h2::server::SendResponse;
use h2::{Reason, RecvStream};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use crate::gate::Way;
use crate::http2_server::{go_away, read_to_headers};

/// Serves a connection, or misbehaves in the way that the gate is set to.
pub(crate) async fn serve(
    stream: TcpStream,
    acceptor: TlsAcceptor,
    peer: SocketAddr,
    mut way: watch::Receiver<Option<Way>>,
) {
    let Ok(mut stream) = acceptor.accept(stream).await else {
        return;
    };
    let now = *way.borrow_and_update();
    if now == Some(Way::GoesAway) {
        if read_to_headers(&mut stream).await.is_ok() {
            go_away(&mut stream, Reason::INTERNAL_ERROR).await;
        }
        return;
    }
    let Ok(mut connection) = h2::server::handshake(stream).await else {
        return;
    };
    loop {
        let goes_away = async {
            let _ = way.wait_for(|now| *now == Some(Way::GoesAway)).await;
        };
        let accepted = tokio::select! {
            accepted = connection.accept() => Some(accepted),
            () = goes_away => None,
        };
        let Some(accepted) = accepted else {
            connection.abrupt_shutdown(Reason::INTERNAL_ERROR);
            while connection.accept().await.is_some() {}
            return;
        };
        let Some(Ok((request, mut respond))) = accepted else {
            return;
        };
        if *way.borrow() == Some(Way::ResetsStreams) {
            respond.send_reset(Reason::INTERNAL_ERROR);
        } else {
            tokio::spawn(forward(request, respond, peer));
        }
    }
}

/// Forwards a request to the peer with HTTP/1.1, and returns the response.
async fn forward(request: http::Request<RecvStream>, mut respond: SendResponse<Bytes>, peer: SocketAddr) {
    let (parts, mut incoming) = request.into_parts();
    let mut body = Vec::new();
    while let Some(Ok(chunk)) = incoming.data().await {
        let _ = incoming.flow_control().release_capacity(chunk.len());
        body.extend_from_slice(&chunk);
    }
    let path = parts.uri.path_and_query().unwrap().as_str();
    let mut request = http::Request::builder()
        .method(parts.method)
        .uri(format!("http://{peer}{path}"))
        .body(Full::new(Bytes::from(body)))
        .unwrap();
    *request.headers_mut() = parts.headers;
    let host = parts.uri.authority().unwrap().as_str();
    request.headers_mut().insert("host", host.parse().unwrap());
    let client = Client::builder(TokioExecutor::new()).build_http();
    let (parts, body) = client.request(request).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let mut response = http::Response::builder().status(parts.status);
    for (name, value) in &parts.headers {
        // HTTP/2 has no headers about the connection.
        if !["connection", "transfer-encoding", "keep-alive"].contains(&name.as_str()) {
            response = response.header(name, value);
        }
    }
    let sent = respond.send_response(response.body(()).unwrap(), false);
    if let Ok(mut sending) = sent {
        let _ = sending.send_data(body, true);
    }
}
