//! One use of Redis: within the budget, over the connection that all share, and not while it is left alone.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use redis::aio::MultiplexedConnection;
use redis::{Cmd, FromRedisValue, ScriptInvocation};
use tokio::runtime::Handle;
use tokio::sync::watch;

use super::breaker::{Breaker, BreakerSettings, Change, Permit};
use super::connect::{Connector, Failure, explain};
use super::lock;
use super::task::Task;

/// What Redis is asked to do.
pub(super) enum Request<'a> {
    Command(&'a Cmd),
    Script(&'a ScriptInvocation<'a>),
}

#[derive(Debug)]
pub(super) struct Link {
    connector: Arc<Connector>,
    timeout: Duration,
    breaker: Mutex<Breaker>,
    connection: Mutex<Option<Connection>>,
}

/// A connection that is being made or carried by its task.
#[derive(Debug)]
struct Connection {
    state: watch::Receiver<State>,
    task: Task,
}

#[derive(Debug, Clone)]
enum State {
    Connecting,
    Ready(MultiplexedConnection),
    Ended(Failure),
}

impl Link {
    pub(super) fn new(connector: Arc<Connector>, timeout: Duration, breaker: BreakerSettings) -> Self {
        Self {
            connector,
            timeout,
            breaker: Mutex::new(Breaker::new(breaker)),
            connection: Mutex::new(None),
        }
    }

    /// The answer, or `None` when there was none in time or Redis is being left alone.
    pub(super) async fn call<T: FromRedisValue>(&self, request: Request<'_>) -> Option<T> {
        // Without a runtime nothing can be awaited here, and trying would panic.
        Handle::try_current().ok()?;
        let permit = lock(&self.breaker).admit(Instant::now())?;
        let pending = Pending { link: self, permit };
        let outcome = match tokio::time::timeout(self.timeout, self.ask(request)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(format!("no answer within {:?}", self.timeout)),
        };
        pending.settle(outcome)
    }

    async fn ask<T: FromRedisValue>(&self, request: Request<'_>) -> Result<T, Failure> {
        let mut connection = self.connection().await?;
        let answer = match request {
            Request::Command(command) => command.query_async(&mut connection).await,
            Request::Script(script) => script.invoke_async(&mut connection).await,
        };
        answer.map_err(|error| explain(&error))
    }

    async fn connection(&self) -> Result<MultiplexedConnection, Failure> {
        let mut state = self.state();
        let settled = state
            .wait_for(|state| !matches!(state, State::Connecting))
            .await
            .map(|state| state.clone());
        match settled {
            Ok(State::Ready(connection)) => Ok(connection),
            Ok(State::Ended(why)) => Err(why),
            Ok(State::Connecting) | Err(_) => Err("the connection's runtime has ended".into()),
        }
    }

    /// The present connection, or the beginning of a new one. It is made in the background: it may take longer than
    /// a call, and serves the calls after it.
    fn state(&self) -> watch::Receiver<State> {
        let mut present = lock(&self.connection);
        if let Some(connection) = &*present {
            let is_over =
                connection.task.is_finished() || matches!(*connection.state.borrow(), State::Ended(_));
            if !is_over {
                return connection.state.clone();
            }
        }
        let (sender, receiver) = watch::channel(State::Connecting);
        let connector = Arc::clone(&self.connector);
        let task = Task::spawn(async move {
            let why = match connector.connect().await {
                Ok((connection, driver)) => {
                    sender.send_replace(State::Ready(connection));
                    driver.await;
                    "the connection was lost".into()
                }
                Err(why) => why,
            };
            sender.send_replace(State::Ended(why));
        });
        *present = Some(Connection {
            state: receiver.clone(),
            task,
        });
        receiver
    }

    /// A connection that does not answer may be half-open; one that is being made may yet succeed.
    fn drop_connection(&self) {
        let mut present = lock(&self.connection);
        if present
            .as_ref()
            .is_some_and(|connection| matches!(*connection.state.borrow(), State::Ready(_)))
        {
            *present = None;
        }
    }
}

/// A call whose outcome the breaker waits for; dropping it tells that the caller gave up.
struct Pending<'a> {
    link: &'a Link,
    permit: Permit,
}

impl Pending<'_> {
    fn settle<T>(self, outcome: Result<T, Failure>) -> Option<T> {
        let now = Instant::now();
        match outcome {
            Ok(answer) => {
                if lock(&self.link.breaker).succeeded(self.permit) == Some(Change::Closed) {
                    tracing::info!("Redis is available again");
                }
                Some(answer)
            }
            Err(why) => {
                let (change, is_open) = {
                    let mut breaker = lock(&self.link.breaker);
                    let change = breaker.failed(self.permit, now);
                    (change, breaker.is_open())
                };
                if is_open {
                    self.link.drop_connection();
                }
                if change == Some(Change::Opened) {
                    tracing::warn!(%why, "Redis is unavailable: this process goes on without it");
                }
                None
            }
        }
    }
}

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        // After `settle` the generation or the state is another one, or there is nothing to abandon.
        lock(&self.link.breaker).abandoned(self.permit, Instant::now());
    }
}
