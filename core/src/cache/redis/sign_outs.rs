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
use crate::clock::after;
use crate::locking::lock;

/// The time without a message after which the connection is checked: a half-open one never reports its loss.
const QUIET: Duration = Duration::from_secs(5);
const ANSWER: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(100);
const MAX_PAUSE: Duration = Duration::from_secs(5);
/// The capacity of the queue of messages. If it overflows, the whole memory cache is cleared instead.
const WAITING: usize = 1024;
/// The shortest time between two removals of all entries because of unreadable or too many messages.
const RARELY: Duration = Duration::from_secs(1);

/// Maintains the subscription for the process's own cache.
#[derive(Debug)]
pub(super) struct SignOuts {
    servers: Arc<Servers>,
    channel: String,
    memory: OnceLock<Weak<MemoryCache>>,
    task: Mutex<Option<Task>>,
}

/// The user that was signed out; `None` for a message that cannot be read.
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

    /// Sets the cache from which users are removed. Only the first call has an effect.
    pub(super) fn attach(&self, memory: &Arc<MemoryCache>) {
        let _ = self.memory.set(Arc::downgrade(memory));
    }

    /// Starts the listening task on the caller's runtime, unless it runs.
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

    /// Subscribes again, because another server accepts the writes now.
    pub(super) fn listen_anew(&self) {
        drop(lock(&self.task).take());
        self.listen();
    }
}

/// Listens until the memory cache is dropped.
async fn listen(servers: Arc<Servers>, channel: String, memory: Weak<MemoryCache>) {
    let mut pause = PAUSE;
    while memory.strong_count() > 0 {
        if let Ok(subscription) = Subscription::new(&servers, &channel).await {
            let begun = Instant::now();
            // Sign-outs may have been missed before the subscription and after its loss.
            forget_all(&memory);
            subscription.hear(&memory).await;
            forget_all(&memory);
            // Subscriptions that end at once must not empty the memory again and again.
            if begun.elapsed() > MAX_PAUSE {
                pause = PAUSE;
            }
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
        // Runs on the connection's own task, so it must not wait.
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

    /// Removes users that are signed out, until the subscription is lost.
    async fn hear(mut self, memory: &Weak<MemoryCache>) {
        let mut emptied = Instant::now();
        let mut empty_at: Option<Instant> = None;
        loop {
            let wake = empty_at.unwrap_or_else(|| after(Instant::now(), QUIET));
            let heard = tokio::time::timeout_at(wake, self.messages.recv()).await;
            let Some(memory) = memory.upgrade() else {
                return;
            };
            match heard {
                Ok(Some(Some(user))) => memory.invalidate_user(&user),
                // A newer version may have sent it, with a meaning that this one cannot read.
                Ok(Some(None)) => {
                    empty_at.get_or_insert(after(emptied, RARELY));
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
                empty_at.get_or_insert(after(emptied, RARELY));
            }
            if empty_at.is_some_and(|at| at <= Instant::now()) {
                memory.invalidate_all();
                emptied = Instant::now();
                empty_at = None;
            }
        }
    }
}

fn forget_all(memory: &Weak<MemoryCache>) {
    if let Some(memory) = memory.upgrade() {
        memory.invalidate_all();
    }
}
