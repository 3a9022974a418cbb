//! A scripted credential: slow, failing, or never answering.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use crate::credential::{AccessTokenInfo, TokenCredential, TokenRequestOptions};
use crate::error::{Error, ErrorKind, Result};
use crate::models::AccessToken;
use crate::secret::Secret;
use crate::transport::BoxFuture;

/// The outcome of one request for a token.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// After `after`, a token with this lifetime and time to renewal, all in seconds.
    Token {
        lifetime: u64,
        refresh: Option<u64>,
        after: u64,
    },
    Fails,
    Hangs,
    Panics,
}

pub(crate) use Answer::{Fails, Hangs, Panics};

/// A token of this lifetime in seconds, at once.
pub(crate) fn token(lifetime: u64) -> Answer {
    Answer::Token {
        lifetime,
        refresh: None,
        after: 0,
    }
}

/// Returns `token-1`, `token-2` and so on according to the script, whose last answer is repeated.
#[derive(Debug)]
pub(crate) struct Scripted {
    script: Mutex<VecDeque<Answer>>,
    requests: AtomicUsize,
    pub(crate) scopes: Mutex<Vec<Vec<String>>>,
    pub(crate) claims: Mutex<Vec<Option<String>>>,
    pub(crate) epoch: (Instant, SystemTime),
}

impl Scripted {
    pub(crate) fn new(script: impl IntoIterator<Item = Answer>) -> Arc<Self> {
        Arc::new(Self {
            script: Mutex::new(script.into_iter().collect()),
            requests: AtomicUsize::new(0),
            scopes: Mutex::default(),
            claims: Mutex::default(),
            epoch: (
                Instant::now(),
                SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000),
            ),
        })
    }

    /// The time, which follows tokio's paused clock.
    pub(crate) fn now(&self) -> SystemTime {
        self.epoch.1 + self.epoch.0.elapsed()
    }

    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

impl TokenCredential for Scripted {
    fn get_token<'a>(&'a self, _: &'a [&'a str]) -> BoxFuture<'a, Result<AccessToken>> {
        unreachable!("get_token_info is called")
    }

    fn get_token_info<'a>(
        &'a self,
        scopes: &'a [&'a str],
        options: &'a TokenRequestOptions,
    ) -> BoxFuture<'a, Result<AccessTokenInfo>> {
        let scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
        self.scopes.lock().unwrap().push(scopes);
        let number = self.requests.fetch_add(1, Ordering::SeqCst) + 1;
        self.claims.lock().unwrap().push(options.claims.clone());
        let mut script = self.script.lock().unwrap();
        let answer = if script.len() > 1 {
            script.pop_front()
        } else {
            script.front().cloned()
        };
        Box::pin(async move {
            match answer.unwrap() {
                Answer::Token {
                    lifetime,
                    refresh,
                    after,
                } => {
                    tokio::time::sleep(Duration::from_secs(after)).await;
                    let now = self.now();
                    Ok(AccessTokenInfo {
                        token: Secret::new(format!("token-{number}")),
                        expires_on: now + Duration::from_secs(lifetime),
                        refresh_on: refresh.map(|after| now + Duration::from_secs(after)),
                    })
                }
                Fails => Err(Error::new(ErrorKind::TransportError, "away")),
                Hangs => std::future::pending().await,
                Panics => panic!("a bug of the credential"),
            }
        })
    }
}
