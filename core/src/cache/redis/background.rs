//! A connection that is opened in the background and shared by all calls. Opening it may take longer than a
//! call; it then serves later ones.

use std::fmt;
use std::sync::Mutex;
use std::time::Instant;

use tokio::sync::watch;

use super::driver::Driver;
use super::error_reply::Failure;
use super::task::Task;
use crate::locking::lock;

/// The connection. After it is lost, the next call opens a new one.
#[derive(Debug)]
pub(super) struct Background<C>(Mutex<Option<Connection<C>>>);

/// A connection that its task is opening or driving.
#[derive(Debug)]
pub(super) struct Connection<C> {
    state: watch::Receiver<State<C>>,
    task: Task,
}

#[derive(Debug, Clone)]
enum State<C> {
    Connecting,
    /// The connection, and the time at which it was opened.
    Ready(C, Instant),
    Ended(Failure),
}

impl<C: Clone + fmt::Debug + Send + Sync + 'static> Background<C> {
    pub(super) fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// Returns the present connection, or opens one.
    pub(super) async fn get<F>(&self, connect: impl FnOnce() -> F) -> Result<C, Failure>
    where
        F: Future<Output = Result<(C, Driver), Failure>> + Send + 'static,
    {
        let mut state = self.state(connect);
        let settled = state
            .wait_for(|state| !matches!(state, State::Connecting))
            .await
            .map(|state| state.clone());
        match settled {
            Ok(State::Ready(connection, _)) => Ok(connection),
            Ok(State::Ended(why)) => Err(why),
            Ok(State::Connecting) | Err(_) => {
                Err(Failure::Broken("the connection's runtime has ended".into()))
            }
        }
    }

    fn state<F>(&self, connect: impl FnOnce() -> F) -> watch::Receiver<State<C>>
    where
        F: Future<Output = Result<(C, Driver), Failure>> + Send + 'static,
    {
        let mut present = lock(&self.0);
        if let Some(connection) = &*present {
            let is_over =
                connection.task.is_finished() || matches!(*connection.state.borrow(), State::Ended(_));
            if !is_over {
                return connection.state.clone();
            }
        }
        let (sender, receiver) = watch::channel(State::Connecting);
        let connecting = connect();
        let task = Task::spawn(async move {
            let why = match connecting.await {
                Ok((connection, driver)) => {
                    sender.send_replace(State::Ready(connection, Instant::now()));
                    driver.await;
                    Failure::Broken("the connection was lost".into())
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

    /// Takes the connection if it is open; one that is being opened may yet succeed. Dropping it closes it.
    pub(super) fn take(&self) -> Option<Connection<C>> {
        lock(&self.0).take_if(|connection| connection.made_at().is_some())
    }

    /// Takes the connection if it was open before `begun`, when the failed call began. One that was opened
    /// later stays for the next call: if every call dropped it for being late, a slow server's connection
    /// would never be used.
    pub(super) fn take_made_by(&self, begun: Instant) -> Option<Connection<C>> {
        lock(&self.0).take_if(|connection| connection.made_at().is_some_and(|at| at <= begun))
    }

    /// Whether there is a connection that was opened after `begun`.
    pub(super) fn is_made_after(&self, begun: Instant) -> bool {
        let present = lock(&self.0);
        let made_at = present.as_ref().and_then(Connection::made_at);
        made_at.is_some_and(|at| at > begun)
    }
}

impl<C> Connection<C> {
    fn made_at(&self) -> Option<Instant> {
        match *self.state.borrow() {
            State::Ready(_, at) => Some(at),
            State::Connecting | State::Ended(_) => None,
        }
    }
}
