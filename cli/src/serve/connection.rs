//! One connection, from the TLS handshake to its last request.

use std::pin::{Pin, pin};
use std::sync::Arc;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use rustls::ServerConfig;
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
    pub(super) protocols: Protocols,
    pub(super) unreadable: Arc<Unreadable>,
}

/// The HTTP servers of all connections.
pub(super) struct Protocols {
    http1: http1::Builder,
    /// Serves HTTP/1.1 or HTTP/2, depending on the first bytes. It needs more memory: the bytes are put back,
    /// and hyper then uses twice the buffer.
    either: auto::Builder<TokioExecutor>,
}

impl Protocols {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            http1: limits.http1(),
            either: limits.either(),
        }
    }
}

/// Serves a connection to its end.
pub(super) async fn serve(stream: TcpStream, place: Place, shared: Arc<Shared>) {
    // Responses are short and written at once.
    let _ = stream.set_nodelay(true);
    let stream = Noted::socket(stream, place.activity.clone());
    match shared.live.tls() {
        // Boxed, so that a connection without TLS needs no memory for it.
        Some(config) => Box::pin(serve_tls(stream, config, &place, &shared)).await,
        None => {
            let is_http1 = tokio::select! {
                is_http1 = stream.begins_as_http1() => is_http1,
                () = place.close.notified() => return,
            };
            requests(stream, is_http1, &place, &shared).await;
        }
    }
}

async fn serve_tls(stream: Noted<TcpStream>, config: Arc<ServerConfig>, place: &Place, shared: &Arc<Shared>) {
    let handshake = TlsAcceptor::from(config).accept(stream);
    let shaken = tokio::select! {
        shaken = tokio::time::timeout(shared.limits.handshake, handshake) => shaken,
        () = place.close.notified() => return,
    };
    match shaken {
        Ok(Ok(stream)) => {
            let is_http1 = stream.get_ref().1.alpn_protocol() == Some(b"http/1.1");
            requests(stream, is_http1, place, shared).await;
        }
        Ok(Err(error)) => debug!(event = "handshake_failed", %error, "the TLS handshake failed"),
        Err(_) => debug!(
            event = "handshake_failed",
            "the TLS handshake did not end in time"
        ),
    }
}

async fn requests<S>(stream: S, is_http1: bool, place: &Place, shared: &Arc<Shared>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let stream = TokioIo::new(Noted::http(stream, place.activity.clone()));
    let service = service_fn(|request| {
        let turn = Turn::begin(place.activity.clone(), request.version());
        // Boxed, so that an idle connection needs no memory for it.
        Box::pin(http::answer(
            shared.live.clone(),
            shared.limits.body,
            turn,
            place.is_crowded(),
            request,
        ))
    });
    let protocols = &shared.protocols;
    let outcome = if is_http1 {
        let connection = protocols.http1.serve_connection(stream, service);
        drive(connection, http1::Connection::graceful_shutdown, place)
            .await
            .map_err(Into::into)
    } else {
        let connection = protocols.either.serve_connection(stream, service);
        Box::pin(drive(connection, auto::Connection::graceful_shutdown, place)).await
    };
    if let Err(error) = outcome {
        report(&*error, place, shared);
    }
}

/// Serves a connection until it ends. A notification of `place.close` starts its graceful shutdown.
async fn drive<C, E>(connection: C, shut_down: fn(Pin<&mut C>), place: &Place) -> Result<(), E>
where
    C: Future<Output = Result<(), E>>,
{
    let mut connection = pin!(connection);
    loop {
        tokio::select! {
            outcome = connection.as_mut() => return outcome,
            () = place.close.notified() => shut_down(connection.as_mut()),
        }
    }
}

/// Logs requests that hyper itself rejects, without a body, because it cannot parse them.
fn report(error: &(dyn std::error::Error + Send + Sync + 'static), place: &Place, shared: &Shared) {
    match error.downcast_ref::<hyper::Error>() {
        Some(error) if error.is_parse() => {
            // hyper distinguishes a URI that is too long from headers that are too large only in the error's
            // text.
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
