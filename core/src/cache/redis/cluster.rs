//! Redis Cluster, with redis-rs's client over our own connections: with the crate's TLS, its limits on what is
//! read, and its credentials.

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

/// Redirections and error replies that are followed or waited for within one call.
const RETRIES: u32 = 4;
/// In milliseconds: all of them fit into the budget of a call.
const RETRY_WAITS: std::ops::Range<u64> = 2..8;
/// Between two looks whether the client still works: it goes round in circles when all of its connections are lost.
const QUIET: Duration = Duration::from_secs(2);
const MISSES: u32 = 2;

/// Connects to the cluster. A node that does not answer takes the time of one connection, twice: among those that are
/// known from the start, and among those that the cluster names.
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

/// Ends when the client has stopped working, or no node answers any more: the seeds may lead to others.
async fn watch(mut connection: ClusterConnection, nodes: Arc<Nodes>, _registered: Registered) {
    let mut misses = 0;
    while misses < MISSES {
        tokio::time::sleep(QUIET).await;
        let any = RoutingInfo::SingleNode(SingleNodeRoutingInfo::Random);
        let mut ping = redis::cmd("PING");
        // Without an argument it would be one of the client's own checks.
        ping.arg("acs-auth");
        let works = match tokio::time::timeout(QUIET, connection.route_command(ping, any)).await {
            Ok(Ok(_)) => true,
            // The client works, and the node that it took does not.
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
            // From then on the client has others to serve.
            if !found.is_connected {
                node.connect()
                    .await
                    .map_err(|failure| connecting_failed(failure.to_string()))?;
            }
            Ok(node)
        })
    }
}

/// Who connects to the nodes of a cluster. [`Connect`] is given an address and a user's name and nothing of ours: the
/// name is a number by which the connector is found here.
struct Registered {
    id: u64,
}

/// What connects to the nodes, and whether its client has connected to the cluster.
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
