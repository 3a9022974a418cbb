//! The servers of a Redis: one, those of a cluster, or the primary that sentinels name.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use redis::aio::{ConnectionLike as _, MultiplexedConnection};
use redis::{AsyncConnectionConfig, Cmd, ProtocolVersion, RedisConnectionInfo, RedisResult, Value};

use super::address::{Host, Topology};
use super::breaker::BreakerSettings;
use super::cluster::{self, ClusterConnection};
use super::connect::{Connector, login_info};
use super::driver::{Driver, driven};
use super::error_reply::{ErrorReply, Failure};
use super::node::Nodes;
use super::sentinel;

/// The servers, and how to connect to them.
#[derive(Debug)]
pub(super) struct Servers {
    connector: Arc<Connector>,
    /// The nodes of a cluster; empty otherwise.
    nodes: Arc<Nodes>,
    /// Which of the cluster's hosts the next subscription uses.
    turn: AtomicUsize,
}

/// A connection for commands.
#[derive(Clone)]
pub(super) enum Channel {
    Server(MultiplexedConnection),
    Cluster(ClusterConnection),
}

impl Channel {
    pub(super) async fn send(&mut self, command: &Cmd) -> RedisResult<Value> {
        let answer = match self {
            Self::Server(connection) => connection.req_packed_command(command).await,
            Self::Cluster(connection) => connection.req_packed_command(command).await,
        };
        answer?.extract_error()
    }
}

impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Server(_) => "Server",
            Self::Cluster(_) => "Cluster",
        })
    }
}

impl Servers {
    pub(super) fn new(connector: Connector, breaker: BreakerSettings) -> Self {
        Self {
            connector: Arc::new(connector),
            nodes: Arc::new(Nodes::new(breaker)),
            turn: AtomicUsize::new(0),
        }
    }

    /// Whether any node of a cluster answered its last command. `false` without a cluster.
    pub(super) fn nodes_serve(&self) -> bool {
        self.nodes.serve()
    }

    /// Notes an error reply that affects the next connection.
    pub(super) fn refused_by_server(&self, reply: ErrorReply) {
        self.connector.refused_by_server(reply);
    }

    /// Opens a connection for commands, to the server that accepts writes at present.
    pub(super) async fn connect(&self) -> Result<(Channel, Driver), Failure> {
        match &self.connector.address.topology {
            Topology::Cluster(seeds) => self.cluster(seeds).await,
            Topology::Single(host) if self.connector.is_clustered() => {
                let connected = self.cluster(std::slice::from_ref(host)).await;
                if connected.is_err() {
                    self.connector.forget_cluster();
                }
                connected
            }
            Topology::Single(_) | Topology::Sentinel { .. } => {
                let (connection, driver) = self
                    .primary(&self.connector.login(), &self.connector.config())
                    .await?;
                Ok((Channel::Server(connection), driver))
            }
        }
    }

    /// Opens a connection that is subscribed to the channel. In a cluster any node will do.
    pub(super) async fn subscribe(
        &self,
        channel: &str,
        heard: impl redis::aio::AsyncPushSender,
    ) -> Result<(MultiplexedConnection, Driver), Failure> {
        // RESP3 allows a subscribed connection to be authenticated again.
        let login = self.connector.login().set_protocol(ProtocolVersion::RESP3);
        let config = self.connector.config().set_push_sender(heard);
        let (mut connection, mut driver) = match &self.connector.address.topology {
            Topology::Cluster(seeds) => {
                let turn = self.turn.fetch_add(1, Ordering::Relaxed);
                let seed = seeds.iter().cycle().nth(turn % seeds.len().max(1));
                let seed = seed.ok_or_else(|| Failure::Broken("no host".into()))?;
                let tokens = self.connector.tokens.as_ref();
                self.connector.server(seed, &login, &config, tokens).await?
            }
            Topology::Single(_) | Topology::Sentinel { .. } => self.primary(&login, &config).await?,
        };
        self.connector
            .within(async { driven(&mut driver, connection.subscribe(channel)).await })
            .await?;
        Ok((connection, driver))
    }

    async fn cluster(&self, seeds: &[Host]) -> Result<(Channel, Driver), Failure> {
        let (connection, driver) = cluster::connect(&self.connector, &self.nodes, seeds).await?;
        Ok((Channel::Cluster(connection), driver))
    }

    /// Opens a connection to the single server, or to the primary that the sentinels name.
    async fn primary(
        &self,
        login: &RedisConnectionInfo,
        config: &AsyncConnectionConfig,
    ) -> Result<(MultiplexedConnection, Driver), Failure> {
        match &self.connector.address.topology {
            Topology::Sentinel {
                sentinels,
                service,
                login: of_sentinels,
            } => {
                let asked = sentinel::Asked {
                    connector: &self.connector,
                    service,
                    of_sentinels: login_info(of_sentinels, 0),
                    login,
                    config,
                };
                self.connector.within(asked.primary(sentinels)).await
            }
            Topology::Single(host) => {
                let tokens = self.connector.tokens.as_ref();
                self.connector.server(host, login, config, tokens).await
            }
            Topology::Cluster(_) => Err(Failure::Broken("a cluster has several primaries".into())),
        }
    }
}
