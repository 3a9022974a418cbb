//! A cache and a limiter in Redis, for several processes.
//!
//! Every use ends within its time budget. Redis that fails is left alone for a growing while, and then this process
//! has its own cache and its own limits only: each process of a fleet then keeps to the limit by itself.
//!
//! No runtime is started: two tasks live on the runtime of the caller that uses the cache first, one for the
//! connection and one that hears of sign-outs. They end with the cache; when their runtime ends, the next use starts
//! them on its own.

mod address;
mod breaker;
mod connect;
mod link;
mod names;
mod options;
mod scripts;
mod sealing;
mod sign_outs;
mod task;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use redis::{FromRedisValue, ScriptInvocation};

use self::breaker::BreakerSettings;
use self::connect::Connector;
use self::link::{Link, Request};
use self::names::Names;
pub use self::options::RedisOptions;
use self::scripts::Scripts;
use self::sealing::Sealer;
pub use self::sealing::SealingKey;
use self::sign_outs::SignOuts;
use super::{Admission, CacheKey, Kept, Limits, MemoryCache, SharedCache};
use crate::error::{Error, ErrorKind, Result};
use crate::models::AccessToken;
use crate::transport::{BoxFuture, Now};

/// An epoch outlives any exchange that began under it, and any entry: no token lives this long.
const EPOCH_LIFETIME: Duration = Duration::from_secs(2 * 24 * 60 * 60);
/// Entries are capped here, whatever their token says.
const MAX_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);
/// A limiter that nobody used for this long begins anew, with its burst used up.
const LIMITER_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);
/// A pause is no longer than this, whatever is asked for.
const MAX_PAUSE: Duration = Duration::from_secs(60 * 60);
/// A process that dies holding a lock holds the others up for this long at most.
const LOCK_LIFETIME: Duration = Duration::from_secs(5);

/// The cache and limiter of a fleet.
#[derive(Debug)]
pub(crate) struct RedisCache {
    link: Link,
    sign_outs: SignOuts,
    names: Names,
    sealer: Sealer,
    scripts: Scripts,
    limits: Limits,
    /// What this cache's locks hold.
    holder: String,
    now: Clock,
}

struct Clock(Now);

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

impl RedisCache {
    /// Checks the options and connects to nothing yet. All processes of a fleet must have the same limits.
    pub(crate) fn new(options: &RedisOptions, limits: Limits, now: Now) -> Result<Self> {
        check(options)?;
        let names = Names::new(&options.namespace)?;
        let connector = Arc::new(Connector::new(options)?);
        let breaker = BreakerSettings {
            failures: options.breaker_failures,
            pause: options.breaker_pause,
            max_pause: options.breaker_max_pause,
        };
        Ok(Self {
            link: Link::new(Arc::clone(&connector), options.timeout, breaker),
            sign_outs: SignOuts::new(connector, names.sign_outs()),
            sealer: Sealer::new(
                names.namespace(),
                &options.sealing_key,
                options.previous_sealing_key.as_ref(),
            ),
            names,
            scripts: Scripts::new(),
            limits,
            holder: uuid::Uuid::new_v4().to_string(),
            now: Clock(now),
        })
    }

    async fn run<T: FromRedisValue>(&self, script: &ScriptInvocation<'_>) -> Option<T> {
        self.call(Request::Script(script)).await
    }

    async fn call<T: FromRedisValue>(&self, request: Request<'_>) -> Option<T> {
        if tokio::runtime::Handle::try_current().is_ok() {
            self.sign_outs.listen();
        }
        self.link.call(request).await
    }
}

impl SharedCache for RedisCache {
    fn get<'a>(&'a self, key: &'a CacheKey) -> BoxFuture<'a, Option<Kept>> {
        Box::pin(async move {
            let command = redis::Cmd::get(self.names.entry(key));
            let value: Option<Vec<u8>> = self.call(Request::Command(&command)).await?;
            self.sealer.open(key, &value?, (self.now.0)())
        })
    }

    fn put<'a>(
        &'a self,
        key: &'a CacheKey,
        token: &'a AccessToken,
        lifetime: Duration,
        since: Option<u64>,
    ) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            // Without the epoch, a sign-out during the exchange would go unnoticed.
            let Some(since) = since else { return };
            let lifetime = lifetime.min(MAX_LIFETIME);
            let millis = millis(lifetime);
            let until = (self.now.0)().checked_add(lifetime);
            let sealed = until.and_then(|until| self.sealer.seal(key, token, until));
            let (Some(sealed), true) = (sealed, millis > 0) else {
                return;
            };
            let mut script = self.scripts.put.prepare_invoke();
            script
                .key(self.names.epoch(&key.user))
                .key(self.names.entry(key))
                .key(self.names.entries(&key.user))
                .arg(since)
                .arg(sealed)
                .arg(millis);
            let _: Option<i64> = self.run(&script).await;
        })
    }

    fn epoch<'a>(&'a self, key: &'a CacheKey) -> BoxFuture<'a, Option<u64>> {
        Box::pin(async move {
            let mut script = self.scripts.epoch.prepare_invoke();
            script
                .key(self.names.epoch(&key.user))
                .arg(millis(EPOCH_LIFETIME));
            self.run(&script).await
        })
    }

    fn sign_out<'a>(&'a self, user: &'a [u8; 32]) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let mut script = self.scripts.sign_out.prepare_invoke();
            script
                .key(self.names.epoch(user))
                .key(self.names.entries(user))
                .arg(millis(EPOCH_LIFETIME))
                .arg(self.names.sign_outs())
                .arg(names::text(user));
            let done: Option<i64> = self.run(&script).await;
            done.map(drop).ok_or_else(|| {
                Error::new(
                    ErrorKind::TransportError,
                    "Redis did not confirm the sign-out: the other processes may still have the user's tokens.",
                )
                .with_code("redis_unavailable")
            })
        })
    }

    fn admit(&self) -> BoxFuture<'_, Option<Admission>> {
        Box::pin(async move {
            let mut script = self.scripts.admit.prepare_invoke();
            script
                .key(self.names.limiter())
                .key(self.names.pause())
                .arg(micros(self.limits.interval()))
                .arg(self.limits.burst())
                .arg(millis(LIMITER_LIFETIME));
            let wait: i64 = self.run(&script).await?;
            Some(match u64::try_from(wait) {
                Err(_) | Ok(0) => Admission::Now,
                Ok(wait) => Admission::Wait(Duration::from_micros(wait)),
            })
        })
    }

    fn pause(&self, wait: Duration) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let wait = micros(wait.min(MAX_PAUSE));
            if wait == 0 {
                return;
            }
            let mut script = self.scripts.pause.prepare_invoke();
            script.key(self.names.pause()).arg(wait);
            let _: Option<i64> = self.run(&script).await;
        })
    }

    fn lock<'a>(&'a self, key: &'a CacheKey) -> BoxFuture<'a, bool> {
        Box::pin(async move {
            let mut script = self.scripts.lock.prepare_invoke();
            script
                .key(self.names.lock(key))
                .arg(&self.holder)
                .arg(millis(LOCK_LIFETIME));
            self.run::<i64>(&script).await != Some(0)
        })
    }

    fn unlock<'a>(&'a self, key: &'a CacheKey) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let mut script = self.scripts.unlock.prepare_invoke();
            script.key(self.names.lock(key)).arg(&self.holder);
            let _: Option<i64> = self.run(&script).await;
        })
    }

    fn is_reachable(&self) -> BoxFuture<'_, bool> {
        Box::pin(async move {
            let answer: Option<String> = self.call(Request::Command(&redis::cmd("PING"))).await;
            answer.is_some()
        })
    }

    fn attach(&self, memory: &Arc<MemoryCache>) {
        self.sign_outs.attach(memory);
    }
}

fn check(options: &RedisOptions) -> Result<()> {
    let longest = Duration::from_secs(60);
    let times = [
        ("redis_timeout", options.timeout),
        ("redis_connect_timeout", options.connect_timeout),
        ("redis_breaker_pause", options.breaker_pause),
        ("redis_breaker_max_pause", options.breaker_max_pause),
    ];
    for (name, time) in times {
        if time < Duration::from_millis(1) || time > longest {
            return Err(Error::invalid_argument(
                name,
                "It must be from one millisecond to one minute.",
            ));
        }
    }
    if options.breaker_failures == 0 {
        return Err(Error::invalid_argument(
            "redis_breaker_failures",
            "It must be at least 1.",
        ));
    }
    Ok(())
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// Rounded up: a limiter's beat must not become quicker.
fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_nanos().div_ceil(1000)).unwrap_or(u64::MAX)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing panics while it holds one; if it did, the state would still be whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
