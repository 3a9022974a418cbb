//! The listener: connections are accepted until the end, also where there are no descriptors for them.

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

/// Connections that wait to be accepted. The 128 of the bind functions are soon full in a flood, and a probe that finds
/// them full tries again after a second.
const BACKLOG: u32 = 1024;
/// How long the listener rests where nothing can be accepted.
const REST: Duration = Duration::from_millis(20);

/// How long a new connection waits before it asks again for the place of another.
const MOMENT: Duration = Duration::from_millis(1);

/// Listens; gives the socket and the address that it got.
pub(super) fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), Failure> {
    let unusable = |error: io::Error| refused("listen", format!("{address} cannot be listened on: {error}."));
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    };
    let socket = socket.map_err(unusable)?;
    // As both bind functions do.
    socket.set_reuseaddr(REUSES_ADDRESS).map_err(unusable)?;
    socket.bind(address).map_err(unusable)?;
    let listener = socket.listen(BACKLOG).map_err(unusable)?;
    let bound = listener.local_addr().map_err(unusable)?;
    Ok((listener, bound))
}

/// Serves until a signal; then accepts no more connections, and waits at most `grace_period` for what is in flight.
///
/// # Errors
/// A second signal before that.
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
    // Aborted, it drops the listener, so that the peer of a new connection knows at once.
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
                    // The descriptor is free when the closed connection's task has ended.
                    Room::Made => change_within(REST, &mut changes).await,
                    Room::Soon => change_within(MOMENT, &mut changes).await,
                    Room::None => {
                        spare.refuse_one(&listener);
                        connections.refused();
                        tokio::time::sleep(REST).await;
                    }
                }
            }
            // The peer left before it was accepted, or its network failed: its own affair.
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
            // The others wait in the backlog.
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

/// A descriptor that is kept to close a connection with when there is no other.
struct Spare(Option<File>);

impl Spare {
    fn new() -> Self {
        Self(File::open(NULL_DEVICE).ok())
    }

    /// Accepts a connection and closes it, so that its peer does not wait.
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
