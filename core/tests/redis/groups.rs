//! Groups of real servers: a cluster of three primaries with a replica each, and a primary with a replica and
//! three sentinels. Dropping a group stops its servers.

use std::time::{Duration, Instant};

use super::server::{RedisServer, free_port};

/// How long the servers may take to agree among themselves.
const PATIENCE: Duration = Duration::from_secs(30);
const SLOTS: u16 = 16_384;

pub(crate) fn wait_for(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < end, "never came: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

pub(crate) fn ask(server: &RedisServer, command: &[&str]) -> redis::RedisResult<redis::Value> {
    let (name, arguments) = command.split_first().unwrap();
    redis::cmd(name).arg(arguments).query(&mut server.try_admin()?)
}

fn text(server: &RedisServer, command: &[&str]) -> String {
    match ask(server, command) {
        Ok(redis::Value::BulkString(bytes)) => String::from_utf8(bytes).unwrap(),
        Ok(redis::Value::VerbatimString { text, .. }) => text,
        _ => String::new(),
    }
}

/// Nodes 0 to 2 start as primaries with a third of the slots each, and node n + 3 as the replica of node n.
pub(crate) struct Cluster {
    pub(crate) nodes: Vec<RedisServer>,
}

impl Cluster {
    pub(crate) fn start() -> Self {
        Self::start_with(|_| Vec::new())
    }

    pub(crate) fn start_with(options: impl Fn(&std::path::PathBuf) -> Vec<String>) -> Self {
        let nodes: Vec<RedisServer> = (0..6)
            .map(|_| {
                RedisServer::start_with(|directory| {
                    let mut all: Vec<String> = [
                        "--cluster-enabled",
                        "yes",
                        "--cluster-node-timeout",
                        "1000",
                        "--cluster-replica-validity-factor",
                        "0",
                        "--repl-diskless-sync-delay",
                        "0",
                        "--cluster-port",
                    ]
                    .map(String::from)
                    .into();
                    all.push(free_port().to_string());
                    all.extend(options(directory));
                    all
                })
            })
            .collect();
        let cluster = Self { nodes };
        for (number, node) in cluster.nodes.iter().enumerate().take(3) {
            let third = SLOTS / 3;
            let first = third * u16::try_from(number).unwrap();
            let last = if number == 2 { SLOTS - 1 } else { first + third - 1 };
            ask(
                node,
                &["CLUSTER", "ADDSLOTSRANGE", &first.to_string(), &last.to_string()],
            )
            .unwrap();
            ask(node, &["CLUSTER", "SET-CONFIG-EPOCH", &(number + 1).to_string()]).unwrap();
        }
        for node in &cluster.nodes[1..] {
            let (port, bus) = (cluster.nodes[0].port().to_string(), cluster.bus_port(0));
            ask(node, &["CLUSTER", "MEET", "127.0.0.1", &port, &bus]).unwrap();
        }
        wait_for("the nodes' acquaintance", || {
            cluster
                .nodes
                .iter()
                .all(|node| text(node, &["CLUSTER", "NODES"]).lines().count() == 6)
        });
        for number in 0..3 {
            let primary = cluster.id(number);
            wait_for("the replica", || {
                ask(&cluster.nodes[number + 3], &["CLUSTER", "REPLICATE", &primary]).is_ok()
            });
        }
        wait_for("the cluster", || {
            cluster
                .nodes
                .iter()
                .all(|node| text(node, &["CLUSTER", "INFO"]).contains("cluster_state:ok"))
        });
        wait_for("the replicas' links", || {
            cluster.nodes[3..]
                .iter()
                .all(|node| text(node, &["INFO", "replication"]).contains("master_link_status:up"))
        });
        cluster
    }

    fn bus_port(&self, node: usize) -> String {
        let myself = text(&self.nodes[node], &["CLUSTER", "NODES"]);
        let line = myself.lines().find(|line| line.contains("myself")).unwrap();
        let (_, after) = line.split_once('@').unwrap();
        after.split([' ', ',']).next().unwrap().to_owned()
    }

    pub(crate) fn id(&self, node: usize) -> String {
        text(&self.nodes[node], &["CLUSTER", "MYID"])
    }

    pub(crate) fn url(&self) -> String {
        let hosts: Vec<String> = self
            .nodes
            .iter()
            .map(|node| format!("127.0.0.1:{}", node.port()))
            .collect();
        format!("redis+cluster://{}", hosts.join(","))
    }

    /// Returns the running node that is the primary of this key.
    pub(crate) fn owner(&self, key: &str) -> usize {
        let slot = slot(key);
        let mut found = None;
        wait_for("an owner of the slot", || {
            found = (0..self.nodes.len()).find(|node| {
                let nodes = text(&self.nodes[*node], &["CLUSTER", "NODES"]);
                nodes.lines().any(|line| {
                    line.contains("myself")
                        && line.contains("master")
                        && line.split_ascii_whitespace().skip(8).any(|range| {
                            let (first, last) = range.split_once('-').unwrap_or((range, range));
                            matches!((first.parse::<u16>(), last.parse::<u16>()),
                                (Ok(first), Ok(last)) if (first..=last).contains(&slot))
                        })
                })
            });
            found.is_some()
        });
        found.unwrap()
    }

    /// Moves the slot of this key, with all its keys, to another node, slowly enough that clients notice.
    pub(crate) fn move_slot(&self, key: &str, to: usize) {
        let (slot, from) = (slot(key).to_string(), self.owner(key));
        let (from_id, to_id) = (self.id(from), self.id(to));
        ask(
            &self.nodes[to],
            &["CLUSTER", "SETSLOT", &slot, "IMPORTING", &from_id],
        )
        .unwrap();
        ask(
            &self.nodes[from],
            &["CLUSTER", "SETSLOT", &slot, "MIGRATING", &to_id],
        )
        .unwrap();
        std::thread::sleep(Duration::from_millis(100));
        loop {
            let keys: Vec<String> = redis::cmd("CLUSTER")
                .arg(&["GETKEYSINSLOT", &slot, "1"])
                .query(&mut self.nodes[from].admin())
                .unwrap();
            let Some(key) = keys.first() else { break };
            let port = self.nodes[to].port().to_string();
            ask(
                &self.nodes[from],
                &["MIGRATE", "127.0.0.1", &port, key, "0", "1000"],
            )
            .unwrap();
            std::thread::sleep(Duration::from_millis(20));
        }
        for node in [to, from] {
            ask(&self.nodes[node], &["CLUSTER", "SETSLOT", &slot, "NODE", &to_id]).unwrap();
        }
        for node in (0..3).filter(|node| ![to, from].contains(node)) {
            let _ = ask(&self.nodes[node], &["CLUSTER", "SETSLOT", &slot, "NODE", &to_id]);
        }
    }
}

/// The slot of a key: the CRC-16 (XMODEM) of its hash tag, as in the specification of Redis Cluster.
fn slot(key: &str) -> u16 {
    let tag = key
        .split_once('{')
        .and_then(|(_, rest)| rest.split_once('}'))
        .map_or(key, |(tag, _)| tag);
    let mut crc: u16 = 0;
    for byte in tag.bytes() {
        crc ^= u16::from(byte) << 8;
        for _ in 0..8 {
            crc = if crc & 0x8000 == 0 {
                crc << 1
            } else {
                (crc << 1) ^ 0x1021
            };
        }
    }
    crc % SLOTS
}

/// A primary (0) with a replica (1), and three sentinels.
pub(crate) struct Watched {
    pub(crate) servers: Vec<RedisServer>,
    pub(crate) sentinels: Vec<RedisServer>,
}

pub(crate) const SERVICE: &str = "acs-cache";

impl Watched {
    /// Starts all servers. The sentinels require a password, the others don't.
    pub(crate) fn start() -> Self {
        let primary = RedisServer::start();
        let port = primary.port().to_string();
        let replica = RedisServer::start_with(|_| {
            [
                "--replicaof",
                "127.0.0.1",
                &port,
                "--repl-diskless-sync-delay",
                "0",
            ]
            .map(String::from)
            .into()
        });
        wait_for("the replica", || {
            text(&replica, &["INFO", "replication"]).contains("master_link_status:up")
        });
        let sentinels: Vec<RedisServer> = (0..3)
            .map(|_| {
                RedisServer::start_sentinel(&format!(
                    "sentinel monitor {SERVICE} 127.0.0.1 {port} 2\n\
                     sentinel down-after-milliseconds {SERVICE} 500\n\
                     sentinel failover-timeout {SERVICE} 3000\n\
                     requirepass of-sentinels\n\
                     sentinel sentinel-pass of-sentinels\n"
                ))
            })
            .collect();
        let watched = Self {
            servers: vec![primary, replica],
            sentinels,
        };
        wait_for("the sentinels' acquaintance", || {
            watched.sentinels.iter().all(|sentinel| {
                let mut admin = sentinel.admin_with("of-sentinels");
                let known: redis::RedisResult<Vec<redis::Value>> = redis::cmd("SENTINEL")
                    .arg(&["SENTINELS", SERVICE])
                    .query(&mut admin);
                let replicas: redis::RedisResult<Vec<redis::Value>> = redis::cmd("SENTINEL")
                    .arg(&["REPLICAS", SERVICE])
                    .query(&mut admin);
                known.is_ok_and(|known| known.len() == 2)
                    && replicas.is_ok_and(|replicas| replicas.len() == 1)
            })
        });
        watched
    }

    pub(crate) fn url(&self) -> String {
        let hosts: Vec<String> = self
            .sentinels
            .iter()
            .map(|sentinel| format!("127.0.0.1:{}", sentinel.port()))
            .collect();
        format!(
            "redis+sentinel://{}/{SERVICE}?sentinel_password=of-sentinels",
            hosts.join(",")
        )
    }

    pub(crate) fn is_primary(&self, server: usize) -> bool {
        text(&self.servers[server], &["INFO", "replication"]).contains("role:master")
    }
}
