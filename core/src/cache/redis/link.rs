//! One use of Redis: within the time budget, over the shared connection, and only while the breaker is closed
//! or probes.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use redis::{Cmd, FromRedisValue};
use tokio::runtime::Handle;

use super::background::Background;
use super::breaker::BreakerSettings;
use super::error_reply::Failure;
use super::gate::{Admitted, Gate, Purpose};
use super::scripts::Invocation;
use super::topology::{Channel, Servers};
use crate::locking::lock;

/// What Redis is asked to do.
pub(super) enum Request<'a> {
    Command(&'a Cmd),
    Script(&'a Invocation<'a>),
}

#[derive(Debug)]
pub(super) struct Link {
    servers: Arc<Servers>,
    timeout: Duration,
    gate: Mutex<Gate>,
    connection: Background<Channel>,
    /// Whether a server rejected a use that another server may accept.
    has_moved: AtomicBool,
}

impl Link {
    pub(super) fn new(servers: Arc<Servers>, timeout: Duration, breaker: BreakerSettings) -> Self {
        Self {
            servers,
            timeout,
            gate: Mutex::new(Gate::new(breaker)),
            connection: Background::new(),
            has_moved: AtomicBool::new(false),
        }
    }

    /// Sends a request. Returns `None` if no answer came in time, the server rejected it, or the breaker is
    /// open.
    pub(super) async fn call<T: FromRedisValue>(&self, purpose: Purpose, request: Request<'_>) -> Option<T> {
        // Outside a runtime, tokio's timeout would panic.
        Handle::try_current().ok()?;
        let begun = Instant::now();
        let admitted = lock(&self.gate).admit(purpose, begun)?;
        let pending = Pending {
            link: self,
            admitted,
            begun,
        };
        let outcome = match tokio::time::timeout(self.timeout, self.ask(request)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(Failure::Unanswered(self.timeout)),
        };
        pending.settle(outcome)
    }

    /// Why this purpose is not served at present, for an operator; with `None`, why Redis as a whole is not.
    pub(super) fn degradation(&self, purpose: Option<Purpose>) -> Option<String> {
        lock(&self.gate).degradation(purpose)
    }

    /// Returns `true` once after writes succeed on another connection than the one that rejected them.
    pub(super) fn take_moved(&self, purpose: Purpose) -> bool {
        purpose == Purpose::Write && self.has_moved.swap(false, Ordering::Relaxed)
    }

    async fn ask<T: FromRedisValue>(&self, request: Request<'_>) -> Result<T, Failure> {
        let mut channel = self.channel().await?;
        let answer = match request {
            Request::Command(command) => channel.send(command).await,
            Request::Script(script) => match channel.send(&script.by_hash()).await {
                Err(error) if error.kind() == redis::ErrorKind::Server(redis::ServerErrorKind::NoScript) => {
                    channel.send(&script.whole()).await
                }
                answer => answer,
            },
        };
        let answer = answer.map_err(|error| Failure::of(&error))?;
        redis::from_redis_value(answer).map_err(|_| Failure::Broken("an answer of another kind".into()))
    }

    async fn channel(&self) -> Result<Channel, Failure> {
        let servers = Arc::clone(&self.servers);
        self.connection
            .get(|| async move { servers.connect().await })
            .await
    }

    /// A connection that does not answer may be half-open. One that is being opened, or was opened too late
    /// for this call, may yet serve the next.
    fn drop_connection(&self, begun: Instant) {
        drop(self.connection.take_made_by(begun));
    }

    /// Lets the next call open a new connection; calls that are under way can still end on the former one.
    fn replace_connection(&self) {
        if let Some(former) = self.connection.take() {
            let grace = self.timeout;
            tokio::spawn(async move {
                tokio::time::sleep(grace).await;
                drop(former);
            });
        }
    }
}

/// A call whose outcome the gate waits for. Dropping it without an outcome means that the caller gave up.
struct Pending<'a> {
    link: &'a Link,
    admitted: Admitted,
    begun: Instant,
}

impl Pending<'_> {
    fn settle<T>(self, outcome: Result<T, Failure>) -> Option<T> {
        let failure = match &outcome {
            Ok(_) | Err(Failure::ForeignValue) => None,
            Err(failure) => Some(failure),
        };
        let now = Instant::now();
        let connection = &self.link.connection;
        let is_left_alone = match failure {
            // The server is reachable again, and the next call can use the connection.
            Some(Failure::Unanswered(_))
                if connection.is_made_after(self.begun)
                    && lock(&self.link.gate).postpone(self.admitted, now) =>
            {
                false
            }
            // Only one node fails, and it has its own breaker: the cluster's stays closed.
            Some(failure @ (Failure::Unanswered(_) | Failure::Broken(_)))
                if self.link.servers.nodes_serve() =>
            {
                lock(&self.link.gate).settle_in_part(self.admitted, failure, now);
                false
            }
            failure => lock(&self.link.gate).settle(self.admitted, failure, now),
        };
        match failure {
            Some(Failure::Refused(reply)) => {
                self.link.servers.refused_by_server(*reply);
                if reply.wants_another_connection() {
                    self.link.has_moved.store(true, Ordering::Relaxed);
                    self.link.replace_connection();
                }
            }
            Some(Failure::Unanswered(_) | Failure::Broken(_)) if is_left_alone => {
                self.link.drop_connection(self.begun);
            }
            _ => {}
        }
        outcome.ok()
    }
}

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        // Has no effect after `settle`: the breakers' generation has changed, or they were not probing.
        lock(&self.link.gate).abandoned(self.admitted, Instant::now());
    }
}
