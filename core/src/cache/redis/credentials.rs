//! A token credential's tokens as the password, renewed on open connections.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, SystemTime};

use futures_util::{Stream, StreamExt as _, stream};
use redis::auth::{BasicAuth, StreamingCredentialsProvider};
use redis::{ErrorKind, RedisError, RedisResult};
use tokio::sync::{Notify, watch};

use super::task::Task;
use crate::credential::TokenCredential;
use crate::entra::{Expectations, inspect};
use crate::error::{Error, OptionName, Result};
use crate::locking::lock;
use crate::models::AccessToken;

/// The scope of the tokens that Azure Managed Redis and Azure Cache for Redis accept.
const SCOPE: &str = "https://redis.azure.com/.default";
/// How long a credential may take for one token. Calls don't wait that long: they have their own time budget.
const ANSWER: Duration = Duration::from_secs(30);
/// The shortest time between two requests for a token, even if a credential fails or a server rejects each
/// token.
const PAUSE: Duration = Duration::from_secs(1);
const MAX_PAUSE: Duration = Duration::from_secs(30);
/// The longest time for which a token is trusted to be valid.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// The present login, kept up to date by one task on the runtime of the caller that needed it first.
#[derive(Clone)]
pub(super) struct Tokens(Arc<Inner>);

struct Inner {
    source: Arc<dyn TokenCredential>,
    username: Option<String>,
    login: watch::Sender<Option<BasicAuth>>,
    /// Notified when a server rejects the present token.
    rejected: Arc<Notify>,
    task: Mutex<Option<Task>>,
}

impl Tokens {
    pub(super) fn new(source: Arc<dyn TokenCredential>, username: Option<String>) -> Self {
        Self(Arc::new(Inner {
            source,
            username,
            login: watch::Sender::new(None),
            rejected: Arc::new(Notify::new()),
            task: Mutex::new(None),
        }))
    }

    /// Requests a new token, because a server rejected the present one.
    pub(super) fn reject(&self) {
        self.0.rejected.notify_one();
    }

    /// Starts the task that renews the token, unless it runs.
    fn renew(&self) {
        let mut task = lock(&self.0.task);
        if task.as_ref().is_none_or(Task::is_finished) {
            *task = Some(Task::spawn(renew(Arc::downgrade(&self.0))));
        }
    }
}

impl StreamingCredentialsProvider for Tokens {
    /// Yields the present login and each new one. Waits for the first one; the caller's timeout bounds the
    /// wait.
    fn subscribe(&self) -> Pin<Box<dyn Stream<Item = RedisResult<BasicAuth>> + Send + 'static>> {
        self.renew();
        let mut login = self.0.login.subscribe();
        login.mark_changed();
        Box::pin(
            stream::unfold(login, |mut login| async move {
                login.changed().await.ok()?;
                let present = login.borrow_and_update().clone();
                Some((present, login))
            })
            .filter_map(|present| async move { present.map(Ok) }),
        )
    }
}

/// Renews the token until the last [`Tokens`] is dropped.
async fn renew(tokens: Weak<Inner>) {
    let mut failures = 0_u32;
    loop {
        let Some(inner) = tokens.upgrade() else { return };
        let scopes = [SCOPE];
        let answer = match tokio::time::timeout(ANSWER, inner.source.get_token(&scopes)).await {
            Ok(answer) => answer,
            Err(_) => Err(Error::new(
                crate::ErrorKind::Timeout,
                format!("No token came within {ANSWER:?}."),
            )),
        };
        let wait = match answer.and_then(|token| inner.login_of(&token)) {
            Ok((login, wait)) => {
                if failures > 0 {
                    tracing::info!("the token credential of Redis returns tokens again");
                }
                failures = 0;
                inner.login.send_replace(Some(login));
                wait
            }
            Err(error) => {
                if failures == 0 {
                    tracing::warn!(kind = %error.kind, "the token credential of Redis failed: the former token stays in use");
                }
                failures = failures.saturating_add(1);
                PAUSE.saturating_mul(1 << failures.min(5)).min(MAX_PAUSE)
            }
        };
        let rejected = Arc::clone(&inner.rejected);
        drop(inner);
        // A server that rejects every token must not turn this into a busy loop.
        tokio::time::sleep(PAUSE.min(wait)).await;
        let _ = tokio::time::timeout(wait.saturating_sub(PAUSE), rejected.notified()).await;
    }
}

impl Inner {
    /// Returns the login with this token, and the time until the next one is fetched: three quarters of its
    /// remaining lifetime.
    fn login_of(&self, token: &AccessToken) -> Result<(BasicAuth, Duration)> {
        let text = token.token.expose();
        let username = match &self.username {
            Some(username) => username.clone(),
            None => object_id(text).ok_or_else(|| {
                Error::invalid_option(
                    OptionName::RedisUsername,
                    "The token has no object id that can be read: give the user's name.",
                )
            })?,
        };
        let left = token
            .expires_on
            .duration_since(SystemTime::now())
            .unwrap_or_default()
            .min(LONGEST);
        Ok((
            BasicAuth::new(username, text.to_owned()),
            (left * 3 / 4).max(PAUSE),
        ))
    }
}

/// The object id of the token's user, which is the user name in Redis.
fn object_id(token: &str) -> Option<String> {
    let inspection = inspect(token, &Expectations::default(), SystemTime::now());
    inspection.claims().object_id.clone()
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Tokens").field(&self.0.source).finish()
    }
}

/// Wraps a connection error for redis-rs's client.
pub(super) fn connecting_failed(why: String) -> RedisError {
    RedisError::from((ErrorKind::Io, "connecting failed", why))
}
