//! Redis Cluster, by the client of redis-rs over connections of our own: with the crate's TLS, its limits on what is
//! read, and its credentials.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, Weak};
use std::time::Duration;

use redis::aio::{ConnectionLike, MultiplexedConnection};
use redis::cluster::ClusterClient;
use redis::cluster_async::Connect;
use redis::cluster_routing::{RoutingInfo, SingleNodeRoutingInfo};
use redis::{
    AsyncConnectionConfig, Cmd, ConnectionAddr, ErrorKind, IntoConnectionInfo, Pipeline, RedisError,
    RedisFuture, Value,
};

use super::address::Host;
use super::connect::{Channel, Connector, Driver};
use super::credentials::connecting_failed;
use super::lock;
use super::refusal::Failure;
use super::task::Task;

pub(super) type ClusterConnection = redis::cluster_async::ClusterConnection<Node>;

/// Redirections and refusals that are followed or waited for within one call.
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
    seeds: &[Host],
) -> Result<(Channel, Driver), Failure> {
    let registered = Registered::new(connector);
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
    let driver = watch(connection.clone(), registered);
    Ok((Channel::Cluster(connection), Box::pin(driver)))
}

/// Ends when the client has stopped working.
async fn watch(mut connection: ClusterConnection, _registered: Registered) {
    let mut misses = 0;
    while misses < MISSES {
        tokio::time::sleep(QUIET).await;
        let any = RoutingInfo::SingleNode(SingleNodeRoutingInfo::Random);
        let answered = tokio::time::timeout(QUIET, connection.route_command(redis::cmd("PING"), any)).await;
        // A refusal is an answer too.
        misses = match answered {
            Ok(Ok(_)) => 0,
            Ok(Err(error)) if matches!(Failure::of(&error), Failure::Refused(_)) => 0,
            _ => misses + 1,
        };
    }
}

/// A connection to one node, which ends with its last clone.
#[derive(Clone)]
pub(super) struct Node {
    connection: MultiplexedConnection,
    _task: Arc<Task>,
}

impl Connect for Node {
    fn connect_with_config<'a, T>(info: T, _: AsyncConnectionConfig) -> RedisFuture<'a, Self>
    where
        T: IntoConnectionInfo + Send + 'a,
    {
        Box::pin(async move {
            let info = info.into_connection_info()?;
            let id = info.redis_settings().username().and_then(|id| id.parse().ok());
            let connector = id.and_then(Registered::find);
            let (Some(connector), ConnectionAddr::Tcp(name, port)) = (connector, info.addr()) else {
                return Err(RedisError::from((ErrorKind::Client, "the cache is gone")));
            };
            let host = Host {
                name: name.clone(),
                port: *port,
            };
            let (connection, driver) = connector
                .node(&host)
                .await
                .map_err(|failure| connecting_failed(failure.to_string()))?;
            Ok(Self {
                connection,
                _task: Arc::new(Task::spawn(driver)),
            })
        })
    }
}

impl ConnectionLike for Node {
    fn req_packed_command<'a>(&'a mut self, command: &'a Cmd) -> RedisFuture<'a, Value> {
        self.connection.req_packed_command(command)
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        commands: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        self.connection.req_packed_commands(commands, offset, count)
    }

    fn get_db(&self) -> i64 {
        self.connection.get_db()
    }
}

/// Who connects to the nodes of a cluster. [`Connect`] is given an address and a user's name and nothing of ours: the
/// name is a number by which the connector is found here.
struct Registered {
    id: u64,
}

type Connectors = Mutex<HashMap<u64, Weak<Connector>>>;

impl Registered {
    fn new(connector: &Arc<Connector>) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        lock(Self::all()).insert(id, Arc::downgrade(connector));
        Self { id }
    }

    fn find(id: u64) -> Option<Arc<Connector>> {
        lock(Self::all()).get(&id)?.upgrade()
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
