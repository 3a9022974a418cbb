//! A node of a cluster, for redis-rs's cluster client.
//!
//! That client serves no call while it connects to a node, checks a connection or requests the slot map, and
//! it does all of that whenever any node fails. Therefore a node connects in the background, answers checks
//! itself, and passes on a request for the map only if its last command was answered. A node that hangs
//! affects only the calls for its own keys, and its breaker soon lets these fail at once.

use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use redis::aio::{ConnectionLike, MultiplexedConnection};
use redis::{Cmd, ErrorKind, Pipeline, RedisError, RedisFuture, RedisResult, ServerErrorKind, Value};

use super::address::Host;
use super::background::Background;
use super::breaker::{Breaker, BreakerSettings, Change, Permit};
use super::connect::Connector;
use super::driver::Driver;
use super::error_reply::Failure;
use crate::locking::lock;

/// The shortest time between two requests for the slot map because of a failing node.
const REFRESH: Duration = Duration::from_millis(100);
/// The pause before a request for the slot map if no node answers; without it, the client would ask in a
/// tight loop.
const REST: Duration = Duration::from_millis(10);

/// What is known of the nodes of a cluster.
#[derive(Debug)]
pub(super) struct Nodes {
    breaker: BreakerSettings,
    all: Mutex<Vec<Weak<Shared>>>,
    refreshed: Mutex<Option<Instant>>,
}

/// A node, until its last clone is dropped.
#[derive(Debug, Clone)]
pub(super) struct Node(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    host: Host,
    connector: Weak<Connector>,
    nodes: Arc<Nodes>,
    connection: Background<MultiplexedConnection>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    breaker: Breaker,
    /// Whether the last command was answered; `None` before the first.
    answers: Option<bool>,
}

/// What the client asks a node for.
enum Asked {
    /// `PING` and `READONLY`: the client checks a connection, or prepares reads from replicas, which are not
    /// used here.
    Check,
    /// The slot map.
    Slots,
    /// A caller's command.
    Command,
}

impl Nodes {
    pub(super) fn new(breaker: BreakerSettings) -> Self {
        Self {
            breaker,
            all: Mutex::default(),
            refreshed: Mutex::default(),
        }
    }

    /// Whether any node answered its last command. `false` without a cluster.
    pub(super) fn serve(&self) -> bool {
        self.present()
            .iter()
            .any(|node| lock(&node.state).answers == Some(true))
    }

    /// Whether any node answers a `PING` within `time`.
    pub(super) async fn any_answers(&self, time: Duration) -> bool {
        let asked = redis::cmd("PING");
        let mut pings: FuturesUnordered<_> = self
            .present()
            .into_iter()
            .map(|node| {
                let asked = &asked;
                async move { node.ask(asked, time).await.is_ok() }
            })
            .collect();
        while let Some(answers) = pings.next().await {
            if answers {
                return true;
            }
        }
        false
    }

    fn present(&self) -> Vec<Arc<Shared>> {
        lock(&self.all).iter().filter_map(Weak::upgrade).collect()
    }

    /// Whether the client should request the slot map now: another node may have taken over.
    fn take_refresh(&self, now: Instant) -> bool {
        let mut refreshed = lock(&self.refreshed);
        let is_due = refreshed.is_none_or(|at| now.saturating_duration_since(at) >= REFRESH);
        if is_due {
            *refreshed = Some(now);
        }
        is_due
    }
}

impl Node {
    pub(super) fn new(connector: &Arc<Connector>, nodes: Arc<Nodes>, host: Host) -> Self {
        let shared = Arc::new(Shared {
            host,
            connector: Arc::downgrade(connector),
            nodes: Arc::clone(&nodes),
            connection: Background::new(),
            state: Mutex::new(State {
                breaker: Breaker::new(nodes.breaker),
                answers: None,
            }),
        });
        let mut all = lock(&nodes.all);
        all.retain(|node| node.strong_count() > 0);
        all.push(Arc::downgrade(&shared));
        Self(shared)
    }

    /// Waits for the connection, within the connection timeout.
    pub(super) async fn connect(&self) -> Result<(), Failure> {
        self.0.connection().await.map(drop)
    }
}

impl Shared {
    async fn connection(&self) -> Result<MultiplexedConnection, Failure> {
        let connector = self.connector.upgrade().ok_or_else(gone)?;
        let host = self.host.clone();
        let connect = || async move {
            let connected: Result<(MultiplexedConnection, Driver), Failure> = connector.node(&host).await;
            connected
        };
        self.connection.get(connect).await
    }

    /// Sends a command and waits for the answer for `time`, regardless of the breaker.
    async fn ask(&self, command: &Cmd, time: Duration) -> Result<Value, Failure> {
        let asked = async {
            let mut connection = self.connection().await?;
            let answer = connection.req_packed_command(command).await;
            answer.map_err(|error| Failure::of(&error))
        };
        let answer = match tokio::time::timeout(time, asked).await {
            Ok(answer) => answer,
            Err(_) => Err(Failure::Unanswered(time)),
        };
        // An error reply is an answer too.
        lock(&self.state).answers = Some(!matches!(
            answer,
            Err(Failure::Unanswered(_) | Failure::Broken(_))
        ));
        answer
    }

    /// Like [`Self::ask`], but fails at once while the breaker is open.
    async fn call(&self, command: &Cmd, time: Duration) -> Result<Value, Failure> {
        let begun = Instant::now();
        let permit = lock(&self.state).breaker.admit(begun);
        let permit = permit.ok_or_else(|| Failure::Broken("a node of the cluster does not answer".into()))?;
        let pending = Pending { node: self, permit };
        let answer = self.ask(command, time).await;
        let now = Instant::now();
        let change = match &answer {
            Err(Failure::Unanswered(_) | Failure::Broken(_)) => {
                let mut state = lock(&self.state);
                let breaker = &mut state.breaker;
                let change = if breaker.is_probed_by(permit) && self.connection.is_made_after(begun) {
                    // The connection was opened too late for this call; the next one can use it.
                    breaker.abandoned(permit, now);
                    None
                } else {
                    breaker.failed(permit, now)
                };
                if breaker.is_open() {
                    // The connection may be half-open.
                    drop(self.connection.take_made_by(begun));
                }
                change
            }
            Ok(_) | Err(Failure::Refused(_) | Failure::ForeignValue) => {
                lock(&self.state).breaker.succeeded(permit)
            }
        };
        drop(pending);
        match (change, &answer) {
            (Some(Change::Opened), Err(why)) => {
                tracing::warn!(
                    %why,
                    node = %format_args!("{}:{}", self.host.name, self.host.port),
                    "a node of the Redis Cluster does not answer: this process continues without its keys"
                );
            }
            (Some(Change::Closed), _) => {
                tracing::info!(node = %format_args!("{}:{}", self.host.name, self.host.port), "a node of the Redis Cluster answers again");
            }
            _ => {}
        }
        answer
    }

    async fn answer(&self, command: &Cmd) -> RedisResult<Value> {
        let connector = self.connector.upgrade().ok_or_else(|| unserved(&gone()))?;
        let budget = connector.call_timeout;
        let nodes = &self.nodes;
        match Asked::by(command) {
            Asked::Check => Ok(Value::Okay),
            Asked::Slots => {
                if lock(&self.state).answers == Some(false) {
                    if nodes.serve() {
                        return Err(unserved(&Failure::Broken("another node answers".into())));
                    }
                    tokio::time::sleep(REST.min(budget)).await;
                }
                // The calls that wait for the map have half of their budget left.
                let answer = self.ask(command, budget / 2).await;
                answer.map_err(|failure| unserved(&failure))
            }
            // Less than the caller's budget: if the caller timed out first, the client would not learn of it.
            Asked::Command => match self.call(command, budget * 9 / 10).await {
                Ok(value) => Ok(value),
                Err(_) if nodes.serve() && nodes.take_refresh(Instant::now()) => Err(look_again()),
                Err(failure) => Err(unserved(&failure)),
            },
        }
    }
}

impl Asked {
    fn by(command: &Cmd) -> Self {
        let mut words = command.args_iter();
        let mut next = || match words.next() {
            Some(redis::Arg::Simple(word)) => Some(word),
            _ => None,
        };
        match (next(), next()) {
            (Some(b"PING" | b"READONLY"), None) => Self::Check,
            (Some(b"CLUSTER"), Some(b"SLOTS")) => Self::Slots,
            _ => Self::Command,
        }
    }
}

impl ConnectionLike for Node {
    fn req_packed_command<'a>(&'a mut self, command: &'a Cmd) -> RedisFuture<'a, Value> {
        Box::pin(self.0.answer(command))
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        _: &'a Pipeline,
        _: usize,
        _: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        let failure = Failure::Broken("nothing is pipelined here".into());
        Box::pin(std::future::ready(Err(unserved(&failure))))
    }

    fn get_db(&self) -> i64 {
        0
    }
}

/// A call whose outcome the breaker waits for. Dropping it without an outcome means that the caller gave up.
struct Pending<'a> {
    node: &'a Shared,
    permit: Permit,
}

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        // Has no effect after an outcome: the breaker's generation has changed, or it was not probing.
        lock(&self.node.state)
            .breaker
            .abandoned(self.permit, Instant::now());
    }
}

fn gone() -> Failure {
    Failure::Broken("the cache is gone".into())
}

/// An error after which the client neither retries nor reconnects.
fn unserved(failure: &Failure) -> RedisError {
    RedisError::from((
        ErrorKind::Client,
        "a node of the cluster does not serve",
        failure.to_string(),
    ))
}

/// An error after which the client requests the slot map and retries: a `MOVED` without a target.
fn look_again() -> RedisError {
    RedisError::from((
        ErrorKind::Server(ServerErrorKind::Moved),
        "a node does not answer",
    ))
}
