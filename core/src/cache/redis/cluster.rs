//! Redis Cluster, with redis-rs's client over this crate's connections: its TLS, its size limits and its
//! credentials.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, Weak};
use std::time::Duration;

use redis::cluster::ClusterClient;
use redis::cluster_async::Connect;
use redis::cluster_routing::{RoutingInfo, SingleNodeRoutingInfo};
use redis::{AsyncConnectionConfig, ConnectionAddr, ErrorKind, IntoConnectionInfo, RedisError, RedisFuture};

use super::address::Host;
use super::connect::Connector;
use super::credentials::connecting_failed;
use super::driver::Driver;
use super::error_reply::Failure;
use super::node::{Node, Nodes};
use crate::locking::lock;

pub(super) type ClusterConnection = redis::cluster_async::ClusterConnection<Node>;

/// How many redirections and retryable error replies a call follows.
const RETRIES: u32 = 4;
/// The backoff of these retries in milliseconds, short enough for all of them to fit into a call's budget.
const RETRY_WAITS: std::ops::Range<u64> = 2..8;
/// The time between two checks of whether the client still works: it loops for ever if it loses all of its
/// connections.
const QUIET: Duration = Duration::from_secs(2);
/// How many checks in a row must fail until the connection counts as lost.
const MISSES: u32 = 2;

/// Connects to the cluster, within three connection timeouts: a node that does not answer can use up one as a
/// seed and another as a node of the slot map.
pub(super) async fn connect(
    connector: &Arc<Connector>,
    nodes: &Arc<Nodes>,
    seeds: &[Host],
) -> Result<(ClusterConnection, Driver), Failure> {
    let registered = Registered::new(connector, nodes);
    let client = ClusterClient::builder(seeds.iter().map(|seed| (seed.name.clone(), seed.port)))
        .username(registered.id.to_string())
        .connection_timeout(connector.timeout)
        .response_timeout(connector.call_timeout)
        .retries(RETRIES)
        .min_retry_wait(RETRY_WAITS.start)
        .max_retry_wait(RETRY_WAITS.end)
        .build()
        .map_err(|error| Failure::of(&error))?;
    let connecting = client.get_async_generic_connection::<Node>();
    let connection: ClusterConnection = match tokio::time::timeout(3 * connector.timeout, connecting).await {
        Ok(Ok(connection)) => connection,
        Ok(Err(error)) => {
            return Err(connector
                .take_last_failure()
                .unwrap_or_else(|| Failure::of(&error)));
        }
        Err(_) => {
            let unanswered = Failure::Unanswered(3 * connector.timeout);
            return Err(connector.take_last_failure().unwrap_or(unanswered));
        }
    };
    registered.connected();
    let driver = watch(connection.clone(), Arc::clone(nodes), registered);
    Ok((connection, Box::pin(driver)))
}

/// Ends when the client has stopped working or no node answers any more. The next connection begins at the
/// seeds, which may name other nodes.
async fn watch(mut connection: ClusterConnection, nodes: Arc<Nodes>, _registered: Registered) {
    let mut misses = 0;
    while misses < MISSES {
        tokio::time::sleep(QUIET).await;
        let any = RoutingInfo::SingleNode(SingleNodeRoutingInfo::Random);
        let mut ping = redis::cmd("PING");
        // Without an argument a node would take it for one of the client's own checks.
        ping.arg("acs-auth");
        let works = match tokio::time::timeout(QUIET, connection.route_command(ping, any)).await {
            Ok(Ok(_)) => true,
            // The client works, but the node that it chose does not.
            Ok(Err(_)) => nodes.any_answers(QUIET).await,
            Err(_) => false,
        };
        misses = if works { 0 } else { misses + 1 };
    }
}

impl Connect for Node {
    fn connect_with_config<'a, T>(info: T, _: AsyncConnectionConfig) -> RedisFuture<'a, Self>
    where
        T: IntoConnectionInfo + Send + 'a,
    {
        Box::pin(async move {
            let info = info.into_connection_info()?;
            let id = info.redis_settings().username().and_then(|id| id.parse().ok());
            let found = id.and_then(Registered::find);
            let (Some(found), ConnectionAddr::Tcp(name, port)) = (found, info.addr()) else {
                return Err(RedisError::from((ErrorKind::Client, "the cache is gone")));
            };
            let host = Host {
                name: name.clone(),
                port: *port,
            };
            let node = Node::new(&found.connector, found.nodes, host);
            // Once connected, the client must not wait for one node: it has calls for others.
            if !found.is_connected {
                node.connect()
                    .await
                    .map_err(|failure| connecting_failed(failure.to_string()))?;
            }
            Ok(node)
        })
    }
}

/// An entry in the process-wide table of connectors. [`Connect`] gets only an address and a user name, so the
/// user name is the entry's number.
struct Registered {
    id: u64,
}

/// The connector of a cluster's nodes, and whether its client has connected to the cluster.
struct Entry {
    connector: Weak<Connector>,
    nodes: Weak<Nodes>,
    is_connected: bool,
}

/// An entry that is still in use.
struct Found {
    connector: Arc<Connector>,
    nodes: Arc<Nodes>,
    is_connected: bool,
}

type Connectors = Mutex<HashMap<u64, Entry>>;

impl Registered {
    fn new(connector: &Arc<Connector>, nodes: &Arc<Nodes>) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        let entry = Entry {
            connector: Arc::downgrade(connector),
            nodes: Arc::downgrade(nodes),
            is_connected: false,
        };
        lock(Self::all()).insert(id, entry);
        Self { id }
    }

    fn connected(&self) {
        if let Some(entry) = lock(Self::all()).get_mut(&self.id) {
            entry.is_connected = true;
        }
    }

    fn find(id: u64) -> Option<Found> {
        let all = lock(Self::all());
        let entry = all.get(&id)?;
        Some(Found {
            connector: entry.connector.upgrade()?,
            nodes: entry.nodes.upgrade()?,
            is_connected: entry.is_connected,
        })
    }

    fn all() -> &'static Connectors {
        static CONNECTORS: OnceLock<Connectors> = OnceLock::new();
        CONNECTORS.get_or_init(Connectors::default)
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        lock(Self::all()).remove(&self.id);
    }
}
