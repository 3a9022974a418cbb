//! One use of Redis: within the time budget, over the shared connection, and not while the breaker is open.

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
    /// A server rejected a use that another server may accept.
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

    /// The answer, or `None` if there was none in time, it was rejected, or the breaker is open.
    pub(super) async fn call<T: FromRedisValue>(&self, purpose: Purpose, request: Request<'_>) -> Option<T> {
        // Without a runtime nothing can be awaited here, and trying would panic.
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

    /// Why this is not served at present, for a person; without a purpose, why nothing is.
    pub(super) fn degradation(&self, purpose: Option<Purpose>) -> Option<String> {
        lock(&self.gate).degradation(purpose)
    }

    /// Whether writes succeed on another connection than the rejected one; once.
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

    /// A connection that does not answer may be half-open; one that is being made, or was made too late for the call, may
    /// yet serve the next.
    fn drop_connection(&self, begun: Instant) {
        drop(self.connection.take_made_by(begun));
    }

    /// The next call connects anew; calls that are under way have their time to end on the former connection.
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

/// A call whose outcome the gate waits for; dropping it means that the caller gave up.
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
            // The server is there again, and the next call has the connection.
            Some(Failure::Unanswered(_))
                if connection.is_made_after(self.begun)
                    && lock(&self.link.gate).postpone(self.admitted, now) =>
            {
                false
            }
            // That node is left alone, and not the cluster for it.
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
        // After `settle` the generation or the state is another one, or there is nothing to abandon.
        lock(&self.link.gate).abandoned(self.admitted, Instant::now());
    }
}
