//! The listeners and the connections.

mod answer;
mod body;
mod socket;
mod wire;

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::core::Core;
use socket::{ResetSwitch, Socket};

/// How many free ports are tried, since one that is free on IPv4 may be taken on IPv6.
const PORT_TRIES: usize = 16;

/// The loopback listeners of one port: IPv4, and IPv6 where the machine has it.
#[derive(Debug)]
pub(crate) struct Listeners {
    pub(crate) port: u16,
    sockets: Vec<TcpListener>,
}

impl Listeners {
    /// Binds a port, or a free one for 0.
    ///
    /// `localhost` may mean either loopback address. If another program had the port on one of them, clients
    /// might reach that program, so the port must be free on both.
    pub(crate) async fn bind(port: u16) -> io::Result<Self> {
        let mut last = None;
        for _ in 0..if port == 0 { PORT_TRIES } else { 1 } {
            let v4 = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await?;
            let port = v4.local_addr()?.port();
            match TcpListener::bind(SocketAddr::from((Ipv6Addr::LOCALHOST, port))).await {
                Ok(v6) => {
                    return Ok(Self {
                        port,
                        sockets: vec![v4, v6],
                    });
                }
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => last = Some(error),
                Err(_) => {
                    return Ok(Self {
                        port,
                        sockets: vec![v4],
                    });
                }
            }
        }
        Err(last.unwrap_or_else(|| io::ErrorKind::AddrInUse.into()))
    }

    /// Accepts connections until the set is dropped.
    pub(crate) fn serve(self, core: &Arc<Core>, tls: Option<&Arc<ServerConfig>>, tasks: &mut JoinSet<()>) {
        for socket in self.sockets {
            let tls = tls.map(|config| TlsAcceptor::from(config.clone()));
            tasks.spawn(accept(socket, core.clone(), tls));
        }
    }
}

async fn accept(listener: TcpListener, core: Arc<Core>, tls: Option<TlsAcceptor>) {
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        match listener.accept().await {
            Ok((stream, _)) if core.faults.reset_connection() => drop(stream.set_zero_linger()),
            Ok((stream, _)) => {
                connections.spawn(connection(stream, core.clone(), tls.clone()));
            }
            // Out of file descriptors, most likely: let some connections end first.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

/// Serves a connection, and closes it if its first request does not arrive within `client_timeout`. Later
/// requests have no timeout: clients keep connections idle, and not every client opens a new one if an idle
/// one was closed.
async fn connection(stream: TcpStream, core: Arc<Core>, tls: Option<TlsAcceptor>) {
    let _ = stream.set_nodelay(true);
    let client_timeout = core.client_timeout;
    let reset = ResetSwitch::default();
    let socket = Socket::new(stream, reset.clone());
    let encrypted = tls.is_some();
    let requested = Arc::new(Notify::new());
    let service = service_fn({
        let requested = Arc::clone(&requested);
        move |request| {
            requested.notify_one();
            answer::answer(core.clone(), request, encrypted, reset.clone())
        }
    });

    let mut server = auto::Builder::new(TokioExecutor::new());
    // The emulator adds the date itself, since faults may change or remove it.
    server.http1().auto_date_header(false);
    server.http2().auto_date_header(false);
    let served = async {
        // How a connection ended is not reported; its requests are in the records.
        let _ = match tls {
            None => server.serve_connection(TokioIo::new(socket), service).await,
            Some(tls) => match tls.accept(socket).await {
                Ok(stream) => server.serve_connection(TokioIo::new(stream), service).await,
                Err(_) => return,
            },
        };
    };
    tokio::pin!(served);
    tokio::select! {
        () = &mut served => return,
        asked = tokio::time::timeout(client_timeout, requested.notified()) => if asked.is_err() { return },
    }
    served.await;
}
