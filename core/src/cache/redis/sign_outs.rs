//! Hears of the users that other processes sign out.

use std::sync::{Arc, Mutex, OnceLock, Weak};
use std::time::Duration;

use futures_util::StreamExt as _;
use redis::aio::PubSub;

use super::connect::Connector;
use super::task::Task;
use super::{lock, names};
use crate::cache::MemoryCache;

/// How long nothing may be heard before the connection is tried: a half-open one never reports its loss.
const QUIET: Duration = Duration::from_secs(5);
const ANSWER: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(100);
const MAX_PAUSE: Duration = Duration::from_secs(5);

/// Keeps one subscription for the process's own cache.
#[derive(Debug)]
pub(super) struct SignOuts {
    connector: Arc<Connector>,
    channel: String,
    memory: OnceLock<Weak<MemoryCache>>,
    task: Mutex<Option<Task>>,
}

impl SignOuts {
    pub(super) fn new(connector: Arc<Connector>, channel: String) -> Self {
        Self {
            connector,
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
            Arc::clone(&self.connector),
            self.channel.clone(),
            Weak::clone(memory),
        )));
    }
}

/// Ends when the cache is gone.
async fn listen(connector: Arc<Connector>, channel: String, memory: Weak<MemoryCache>) {
    let mut pause = PAUSE;
    while memory.strong_count() > 0 {
        if let Ok(subscription) = connector.subscribe(&channel).await {
            pause = PAUSE;
            // What was published before may concern what is kept here, and so may what comes while it is lost.
            forget_all(&memory).await;
            hear(subscription, &memory).await;
            forget_all(&memory).await;
        }
        tokio::time::sleep(pause).await;
        pause = pause.saturating_mul(2).min(MAX_PAUSE);
    }
}

/// Removes who is signed out, until the subscription is lost.
async fn hear(subscription: PubSub, memory: &Weak<MemoryCache>) {
    let (mut sink, mut messages) = subscription.split();
    loop {
        match tokio::time::timeout(QUIET, messages.next()).await {
            Ok(Some(message)) => {
                let Some(memory) = memory.upgrade() else {
                    return;
                };
                // What is not a user may be a newer version's way to say something that we would miss.
                match names::user(message.get_payload_bytes()) {
                    Some(user) => memory.invalidate_user(&user).await,
                    None => memory.invalidate_all().await,
                }
            }
            Ok(None) => return,
            Err(_) => {
                let answered = tokio::time::timeout(ANSWER, sink.ping::<redis::Value>()).await;
                if !matches!(answered, Ok(Ok(_))) {
                    return;
                }
            }
        }
    }
}

async fn forget_all(memory: &Weak<MemoryCache>) {
    if let Some(memory) = memory.upgrade() {
        memory.invalidate_all().await;
    }
}
