//! A connection that is made in the background and that all calls share: making it may take longer than a call, and
//! then serves the calls after it.

use std::fmt;
use std::sync::Mutex;

use tokio::sync::watch;

use super::connect::Driver;
use super::refusal::Failure;
use super::task::Task;
use crate::locking::lock;

/// The connection, made anew by the next call after it was lost.
#[derive(Debug)]
pub(super) struct Background<C>(Mutex<Option<Connection<C>>>);

/// A connection that is being made or carried by its task.
#[derive(Debug)]
pub(super) struct Connection<C> {
    state: watch::Receiver<State<C>>,
    task: Task,
}

#[derive(Debug, Clone)]
enum State<C> {
    Connecting,
    Ready(C),
    Ended(Failure),
}

impl<C: Clone + fmt::Debug + Send + Sync + 'static> Background<C> {
    pub(super) fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// The present connection, or else one that is begun by this.
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
            Ok(State::Ready(connection)) => Ok(connection),
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
                    sender.send_replace(State::Ready(connection));
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

    /// Takes the connection if it is made; one that is being made may yet succeed. It ends when it is dropped.
    pub(super) fn take(&self) -> Option<Connection<C>> {
        let mut present = lock(&self.0);
        let is_ready = present
            .as_ref()
            .is_some_and(|connection| matches!(*connection.state.borrow(), State::Ready(_)));
        if is_ready { present.take() } else { None }
    }
}
