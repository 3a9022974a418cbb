//! The listener. It accepts connections until the shutdown, even if the process is out of descriptors.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tracing::{info, warn};

use super::connection::{Shared, serve};
use super::connections::{Connections, Room};
use super::system::{NULL_DEVICE, REUSES_ADDRESS, no_descriptor};
use crate::failure::{Failure, refused, with_target};
use crate::signals::Ends;

/// The maximum number of connections that wait to be accepted. The default of 128 fills up quickly in a
/// flood, and a health probe that finds it full tries again only after a second.
const BACKLOG: u32 = 1024;
/// How long the listener pauses if no connection can be accepted.
const REST: Duration = Duration::from_millis(20);

/// How long a new connection waits before it tries again to replace another one.
const MOMENT: Duration = Duration::from_millis(1);

/// Listens on an address, and returns the listener with the address it is bound to.
pub(super) fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), Failure> {
    let unusable = |error: io::Error| refused("listen", format!("{address} cannot be listened on: {error}."));
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    };
    let socket = socket.map_err(unusable)?;
    // As std's and tokio's `bind` do.
    socket.set_reuseaddr(REUSES_ADDRESS).map_err(unusable)?;
    socket.bind(address).map_err(unusable)?;
    let listener = socket.listen(BACKLOG).map_err(unusable)?;
    let bound = listener.local_addr().map_err(unusable)?;
    Ok((listener, bound))
}

/// Serves until a signal. Then it accepts no more connections, and waits at most `grace_period` for requests
/// in flight.
///
/// # Errors
/// If a second signal arrives before they are finished, or if the listener ends by itself, which is a bug.
pub(super) async fn run(
    listener: TcpListener,
    shared: Shared,
    mut ends: Ends,
    grace_period: Duration,
) -> Result<(), Failure> {
    let connections = Connections::new(shared.limits);
    let watching = {
        let (connections, unreadable) = (connections.clone(), shared.unreadable.clone());
        tokio::spawn(async move { tokio::join!(connections.watch(), unreadable.watch()) })
    };
    let mut accepting = tokio::spawn(accept(listener, connections.clone(), Arc::new(shared)));
    tokio::select! {
        () = ends.next() => {}
        _ = &mut accepting => return Err(refused("listen", "The listener ended: this is a bug; see the log.")),
    }
    accepting.abort();
    // The aborted task drops the listener, so that new connections are refused at once.
    let _ = accepting.await;
    connections.close();
    info!(
        event = "ending",
        connections = connections.count(),
        "no more connections are accepted; requests in flight are finished first"
    );
    let outcome = tokio::select! {
        () = connections.closed() => Ok(()),
        () = tokio::time::sleep(grace_period) => {
            warn!(
                event = "grace_period_over",
                connections = connections.count(),
                "requests were not finished in time (--grace-period)"
            );
            Ok(())
        }
        () = ends.next() => Err(with_target(
            acs_auth::ErrorKind::Cancelled,
            "signal",
            "A second signal came before all requests were finished.",
        )),
    };
    watching.abort();
    connections.abort();
    outcome
}

async fn accept(listener: TcpListener, connections: Arc<Connections>, shared: Arc<Shared>) {
    let mut spare = Spare::new();
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => admit(stream, peer, &connections, &shared).await,
            Err(error) if no_descriptor(&error) => {
                let mut changes = connections.changes();
                match connections.evict() {
                    // The descriptor is free once the closed connection's task has ended.
                    Room::Made => change_within(REST, &mut changes).await,
                    Room::Soon => change_within(MOMENT, &mut changes).await,
                    Room::None => {
                        spare.refuse_one(&listener);
                        connections.refused();
                        tokio::time::sleep(REST).await;
                    }
                }
            }
            // The peer closed the connection before it was accepted, or its network failed; this server can
            // go on.
            Err(error) if is_the_peers(&error) => {}
            Err(error) => {
                warn!(event = "accept_failed", %error, "a connection could not be accepted");
                tokio::time::sleep(REST).await;
            }
        }
    }
}

async fn admit(stream: TcpStream, peer: SocketAddr, connections: &Arc<Connections>, shared: &Arc<Shared>) {
    let place = loop {
        let mut changes = connections.changes();
        match connections.admit(peer) {
            Ok(place) => break place,
            // Further connections wait in the backlog.
            Err(Room::Soon) => change_within(MOMENT, &mut changes).await,
            Err(Room::Made | Room::None) => return,
        }
    };
    let id = place.id();
    let task = tokio::spawn(serve(stream, place, shared.clone()));
    connections.served_by(id, task.abort_handle());
}

/// Waits until a connection has ended, but no longer than this.
async fn change_within(longest: Duration, changes: &mut watch::Receiver<usize>) {
    let _ = tokio::time::timeout(longest, changes.changed()).await;
}

/// A spare descriptor, given up to accept and close a connection if there is no other descriptor.
struct Spare(Option<File>);

impl Spare {
    fn new() -> Self {
        Self(File::open(NULL_DEVICE).ok())
    }

    /// Accepts a connection and closes it, so that its peer does not wait in vain.
    fn refuse_one(&mut self, listener: &TcpListener) {
        self.0 = None;
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        drop(listener.poll_accept(&mut context));
        *self = Self::new();
    }
}

fn is_the_peers(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionAborted | ErrorKind::ConnectionRefused | ErrorKind::ConnectionReset
    )
}
