//! Receives the sign-outs of other processes.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, Weak};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{PushInfo, PushKind, Value};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::error_reply::Failure;
use super::names;
use super::task::Task;
use super::topology::Servers;
use crate::cache::MemoryCache;
use crate::locking::lock;

/// How long nothing may be heard before the connection is tried: a half-open one never reports its loss.
const QUIET: Duration = Duration::from_secs(5);
const ANSWER: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(100);
const MAX_PAUSE: Duration = Duration::from_secs(5);
/// Messages that may wait; when there are more, the whole memory is emptied in their place.
const WAITING: usize = 1024;
/// Whoever publishes what makes no sense may empty the memory no more often than this.
const RARELY: Duration = Duration::from_secs(1);

/// Keeps one subscription for the process's own cache.
#[derive(Debug)]
pub(super) struct SignOuts {
    servers: Arc<Servers>,
    channel: String,
    memory: OnceLock<Weak<MemoryCache>>,
    task: Mutex<Option<Task>>,
}

/// A user who is signed out, or something that cannot be read.
type Message = Option<[u8; 32]>;

/// One subscription, until it is lost.
struct Subscription {
    connection: MultiplexedConnection,
    _task: Task,
    messages: mpsc::Receiver<Message>,
    overflowed: Arc<AtomicBool>,
}

impl SignOuts {
    pub(super) fn new(servers: Arc<Servers>, channel: String) -> Self {
        Self {
            servers,
            channel,
            memory: OnceLock::new(),
            task: Mutex::new(None),
        }
    }

    /// Names the cache to be kept up to date; the first one stays.
    pub(super) fn attach(&self, memory: &Arc<MemoryCache>) {
        let _ = self.memory.set(Arc::downgrade(memory));
    }

    /// Sees to it that somebody listens, on the caller's runtime.
    pub(super) fn listen(&self) {
        let Some(memory) = self.memory.get() else {
            return;
        };
        let mut task = lock(&self.task);
        if task.as_ref().is_some_and(|task| !task.is_finished()) {
            return;
        }
        *task = Some(Task::spawn(listen(
            Arc::clone(&self.servers),
            self.channel.clone(),
            Weak::clone(memory),
        )));
    }

    /// Listens where the servers are now: another one takes the writes.
    pub(super) fn listen_anew(&self) {
        drop(lock(&self.task).take());
        self.listen();
    }
}

/// Ends when the cache is gone.
async fn listen(servers: Arc<Servers>, channel: String, memory: Weak<MemoryCache>) {
    let mut pause = PAUSE;
    while memory.strong_count() > 0 {
        if let Ok(subscription) = Subscription::new(&servers, &channel).await {
            pause = PAUSE;
            // What was published before may concern what is kept here, and so may what comes while it is lost.
            forget_all(&memory).await;
            subscription.hear(&memory).await;
            forget_all(&memory).await;
        }
        tokio::time::sleep(pause).await;
        pause = pause.saturating_mul(2).min(MAX_PAUSE);
    }
}

impl Subscription {
    async fn new(servers: &Servers, channel: &str) -> Result<Self, Failure> {
        let (sender, messages) = mpsc::channel(WAITING);
        let overflowed = Arc::new(AtomicBool::new(false));
        let too_many = Arc::clone(&overflowed);
        // This runs on the connection's own task and must not wait.
        let heard = move |push: PushInfo| {
            if let (PushKind::Message, Some(Value::BulkString(text))) = (push.kind, push.data.last()) {
                if sender.try_send(names::user(text)).is_err() {
                    too_many.store(true, Ordering::Relaxed);
                }
            }
            Ok::<(), redis::aio::SendError>(())
        };
        let (connection, driver) = servers.subscribe(channel, heard).await?;
        Ok(Self {
            connection,
            _task: Task::spawn(driver),
            messages,
            overflowed,
        })
    }

    /// Removes who is signed out, until the subscription is lost.
    async fn hear(mut self, memory: &Weak<MemoryCache>) {
        let mut emptied = Instant::now();
        let mut empty_at: Option<Instant> = None;
        loop {
            let wake = empty_at.unwrap_or_else(|| Instant::now() + QUIET);
            let heard = tokio::time::timeout_at(wake, self.messages.recv()).await;
            let Some(memory) = memory.upgrade() else {
                return;
            };
            match heard {
                Ok(Some(Some(user))) => memory.invalidate_user(&user).await,
                // What is not a user may be a newer version's way to say something that we would miss.
                Ok(Some(None)) => {
                    empty_at.get_or_insert(emptied + RARELY);
                }
                Ok(None) => return,
                Err(_) if empty_at.is_none() => {
                    let ping = redis::cmd("PING");
                    let answered = ping.query_async::<Value>(&mut self.connection);
                    if !matches!(tokio::time::timeout(ANSWER, answered).await, Ok(Ok(_))) {
                        return;
                    }
                }
                Err(_) => {}
            }
            if self.overflowed.swap(false, Ordering::Relaxed) {
                empty_at.get_or_insert(emptied + RARELY);
            }
            if empty_at.is_some_and(|at| at <= Instant::now()) {
                memory.invalidate_all().await;
                emptied = Instant::now();
                empty_at = None;
            }
        }
    }
}

async fn forget_all(memory: &Weak<MemoryCache>) {
    if let Some(memory) = memory.upgrade() {
        memory.invalidate_all().await;
    }
}
