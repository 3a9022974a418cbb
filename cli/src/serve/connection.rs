//! One connection, from the TLS handshake to its last request.

use std::pin::pin;
use std::sync::Arc;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tracing::debug;

use super::activity::{Noted, Turn};
use super::connections::Place;
use super::http;
use super::limits::Limits;
use super::live::Live;
use super::unreadable::Unreadable;

/// What all connections share.
pub(super) struct Shared {
    pub(super) live: Arc<Live>,
    pub(super) limits: Limits,
    pub(super) protocol: auto::Builder<TokioExecutor>,
    pub(super) unreadable: Arc<Unreadable>,
}

/// Serves a connection to its end.
pub(super) async fn serve(stream: TcpStream, place: Place, shared: Arc<Shared>) {
    // Answers are short and written whole.
    let _ = stream.set_nodelay(true);
    let stream = Noted::socket(stream, place.activity.clone());
    let Some(config) = shared.live.tls() else {
        return requests(stream, &place, &shared).await;
    };
    let handshake = TlsAcceptor::from(config).accept(stream);
    let shaken = tokio::select! {
        shaken = tokio::time::timeout(shared.limits.handshake, handshake) => shaken,
        () = place.close.notified() => return,
    };
    match shaken {
        Ok(Ok(stream)) => requests(stream, &place, &shared).await,
        Ok(Err(error)) => debug!(event = "handshake_failed", %error, "the TLS handshake failed"),
        Err(_) => debug!(
            event = "handshake_failed",
            "the TLS handshake did not end in time"
        ),
    }
}

async fn requests<S>(stream: S, place: &Place, shared: &Arc<Shared>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let stream = TokioIo::new(Noted::http(stream, place.activity.clone()));
    let service = service_fn(|request| {
        let turn = Turn::begin(place.activity.clone(), request.version());
        http::answer(
            shared.live.clone(),
            shared.limits.body,
            turn,
            place.is_crowded(),
            request,
        )
    });
    let mut connection = pin!(shared.protocol.serve_connection(stream, service));
    let outcome = loop {
        tokio::select! {
            outcome = connection.as_mut() => break outcome,
            () = place.close.notified() => connection.as_mut().graceful_shutdown(),
        }
    };
    if let Err(error) = outcome {
        report(&*error, place, shared);
    }
}

/// Logs what hyper itself refused: it answers without a body, since the request could not be read.
fn report(error: &(dyn std::error::Error + Send + Sync + 'static), place: &Place, shared: &Shared) {
    match error.downcast_ref::<hyper::Error>() {
        Some(error) if error.is_parse() => {
            // Of the two that are too large, hyper shows the difference in its words only.
            let status = match error.is_parse_too_large() {
                true if error.to_string().contains("URI") => 414,
                true => 431,
                false => 400,
            };
            shared.unreadable.log(place.peer, status, error);
        }
        _ => debug!(
            event = "connection_lost",
            error, "the connection ended with an error"
        ),
    }
}
