//! A cache and a limiter in Redis, for several processes.
//!
//! Every use ends within its time budget. After failures the breaker opens for a growing time. Meanwhile this
//! process has only its own cache and limits: each process of a fleet then applies the limit by itself. If a
//! server rejects one use (reads, writes, the limiter), the breaker opens only for that one. Nothing that is
//! read is trusted: anyone may have written it.
//!
//! No runtime is started. The tasks (those of the connections, one that receives sign-outs and, if the
//! password is an Entra token, one that renews it) run on the runtime of the caller that needs them first.
//! They end with the cache. If their runtime ends, the next use starts them on its own runtime.

mod address;
mod background;
mod bounded;
mod breaker;
mod cluster;
mod connect;
mod credentials;
mod driver;
mod error_reply;
mod gate;
mod limiter;
mod link;
mod names;
mod node;
mod options;
mod scripts;
mod sealing;
mod sentinel;
mod sign_outs;
mod task;
#[cfg(test)]
mod tests;
mod topology;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use redis::FromRedisValue;

use self::breaker::BreakerSettings;
use self::connect::Connector;
use self::gate::Purpose;
#[cfg(feature = "handler")]
use self::limiter::RedisLimiter;
use self::limiter::{EXCHANGES, Limiter};
use self::link::{Link, Request};
use self::names::Names;
pub use self::options::RedisOptions;
use self::scripts::{Invocation, Scripts};
use self::sealing::Sealer;
pub use self::sealing::SealingKey;
use self::sign_outs::SignOuts;
use self::topology::Servers;
use super::{CacheEntry, CacheKey, Degradation, Exchanged, Limits, MemoryCache, SharedCache, SharedLimiter};
use crate::clock::Now;
use crate::credential::TokenCredential;
use crate::error::{Error, ErrorKind, OptionName, Result};
use crate::transport::BoxFuture;

/// Longer than any exchange and any entry: an epoch must outlive those that began under it.
const EPOCH_LIFETIME: Duration = Duration::from_secs(2 * 24 * 60 * 60);
/// The longest lifetime of an entry, whatever its token's.
const MAX_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);
/// The maximum number of entries of one user; those that expire first are evicted.
const MAX_ENTRIES: u32 = 1000;
/// For at most this long, a process that dies while it holds a lock delays the others.
const LOCK_LIFETIME: Duration = Duration::from_secs(5);

/// The cache and limiter of a fleet.
#[derive(Debug)]
pub(crate) struct RedisCache {
    link: Link,
    sign_outs: SignOuts,
    names: Names,
    sealer: Sealer,
    scripts: Scripts,
    /// The limiter of exchanges.
    limiter: Limiter,
    /// The value of this cache's locks, which identifies their holder.
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
    /// Checks the options; does not connect yet. All processes of a fleet must have the same limits.
    /// `credential` is the client's token credential, the default for `auth=entra`.
    pub(crate) fn new(
        options: &RedisOptions,
        limits: Limits,
        now: Now,
        credential: Option<Arc<dyn TokenCredential>>,
    ) -> Result<Self> {
        check(options)?;
        let names = Names::new(&options.key_prefix)?;
        let breaker = BreakerSettings {
            failures: options.breaker_max_failures,
            pause: options.breaker_reset_timeout,
            max_pause: options.breaker_max_reset_timeout,
        };
        let servers = Arc::new(Servers::new(Connector::new(options, credential)?, breaker));
        Ok(Self {
            link: Link::new(Arc::clone(&servers), options.timeout, breaker),
            sign_outs: SignOuts::new(servers, names.sign_outs()),
            sealer: Sealer::new(
                names.key_prefix(),
                &options.sealing_key,
                options.previous_sealing_key.as_ref(),
            ),
            limiter: Limiter::new(&names, EXCHANGES, limits),
            names,
            scripts: Scripts::new(),
            holder: uuid::Uuid::new_v4().to_string(),
            now: Clock(now),
        })
    }

    async fn run<T: FromRedisValue>(&self, purpose: Purpose, script: &Invocation<'_>) -> Option<T> {
        self.call(purpose, Request::Script(script)).await
    }

    async fn call<T: FromRedisValue>(&self, purpose: Purpose, request: Request<'_>) -> Option<T> {
        if tokio::runtime::Handle::try_current().is_ok() {
            self.sign_outs.listen();
        }
        let answer = self.link.call(purpose, request).await;
        if answer.is_some() && self.link.take_moved(purpose) {
            self.sign_outs.listen_anew();
        }
        answer
    }

    /// Checks whether this purpose is served, with its own scripts and with keys that no user has.
    async fn probe(&self, purpose: Purpose) -> Option<()> {
        let nobody = CacheKey {
            entry: [0; 32],
            user: [0; 32],
        };
        match purpose {
            Purpose::Read => self.read(&nobody).await.map(drop),
            Purpose::Write => {
                let since = self.epoch(&nobody).await?;
                self.write(&nobody, since, Vec::new(), 1).await.map(drop)
            }
            Purpose::Limiter => self.limiter.pause_for(self, 1).await.map(drop),
        }
    }

    /// Reads a value, but no more than one byte beyond the largest entry.
    async fn read(&self, key: &CacheKey) -> Option<Vec<u8>> {
        let mut command = redis::cmd("GETRANGE");
        command.arg(self.names.entry(key)).arg(0).arg(sealing::MAX_VALUE);
        self.call(Purpose::Read, Request::Command(&command)).await
    }

    async fn write(&self, key: &CacheKey, since: u64, value: Vec<u8>, millis: u64) -> Option<i64> {
        let mut script = self.scripts.put.prepare_invoke();
        script
            .key(self.names.epoch(&key.user))
            .key(self.names.entry(key))
            .key(self.names.entries(&key.user))
            .arg(since)
            .arg(value)
            .arg(millis)
            .arg(self::millis(MAX_LIFETIME))
            .arg(MAX_ENTRIES);
        self.run(Purpose::Write, &script).await
    }
}

impl SharedCache for RedisCache {
    fn get<'a>(&'a self, key: &'a CacheKey) -> BoxFuture<'a, Option<CacheEntry>> {
        Box::pin(async move {
            let value = self.read(key).await.filter(|value| !value.is_empty())?;
            self.sealer.open(key, &value, (self.now.0)())
        })
    }

    fn put<'a>(
        &'a self,
        key: &'a CacheKey,
        exchanged: &'a Exchanged,
        lifetime: Duration,
        since: Option<u64>,
    ) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            // Without the epoch, a sign-out during the exchange would go unnoticed.
            let Some(since) = since else { return };
            let lifetime = lifetime.min(MAX_LIFETIME);
            let millis = millis(lifetime);
            let until = (self.now.0)().checked_add(lifetime);
            let sealed = until.and_then(|until| self.sealer.seal(key, exchanged, until));
            if let (Some(sealed), true) = (sealed, millis > 0) {
                self.write(key, since, sealed, millis).await;
            }
        })
    }

    fn epoch<'a>(&'a self, key: &'a CacheKey) -> BoxFuture<'a, Option<u64>> {
        Box::pin(async move {
            let mut script = self.scripts.epoch.prepare_invoke();
            script
                .key(self.names.epoch(&key.user))
                .arg(millis(EPOCH_LIFETIME));
            self.run(Purpose::Write, &script).await
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
            let done: Option<i64> = self.run(Purpose::Write, &script).await;
            done.map(drop).ok_or_else(|| {
                Error::new(
                    ErrorKind::TransportError,
                    "Redis did not confirm the sign-out: the other processes may still have the user's tokens.",
                )
                .with_code("redis_unavailable")
            })
        })
    }

    fn limiter(self: Arc<Self>) -> Arc<dyn SharedLimiter> {
        self
    }

    #[cfg(feature = "handler")]
    fn limiter_of(self: Arc<Self>, name: &'static str, limits: Limits) -> Arc<dyn SharedLimiter> {
        let limiter = Limiter::new(&self.names, name, limits);
        Arc::new(RedisLimiter { cache: self, limiter })
    }

    fn lock<'a>(&'a self, key: &'a CacheKey) -> BoxFuture<'a, bool> {
        Box::pin(async move {
            let mut script = self.scripts.lock.prepare_invoke();
            script
                .key(self.names.lock(key))
                .arg(&self.holder)
                .arg(millis(LOCK_LIFETIME));
            self.run::<i64>(Purpose::Write, &script).await != Some(0)
        })
    }

    fn unlock<'a>(&'a self, key: &'a CacheKey) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let mut script = self.scripts.unlock.prepare_invoke();
            script.key(self.names.lock(key)).arg(&self.holder);
            let _: Option<i64> = self.run(Purpose::Write, &script).await;
        })
    }

    fn degradation(&self) -> BoxFuture<'_, Option<Degradation>> {
        Box::pin(async move {
            let mut reasons = Vec::new();
            for purpose in Purpose::ALL {
                if self.probe(*purpose).await.is_some() {
                    continue;
                }
                if let Some(reason) = self.link.degradation(None) {
                    return Some(Degradation {
                        is_everything: true,
                        reason,
                    });
                }
                let why = self.link.degradation(Some(*purpose));
                let why = why.unwrap_or_else(|| "not connected".into());
                reasons.push(format!("{}: {why}", purpose.words()));
            }
            (!reasons.is_empty()).then(|| Degradation {
                is_everything: reasons.len() == Purpose::ALL.len(),
                reason: reasons.join("; "),
            })
        })
    }

    fn attach(&self, memory: &Arc<MemoryCache>) {
        self.sign_outs.attach(memory);
    }
}

fn check(options: &RedisOptions) -> Result<()> {
    let longest = Duration::from_secs(60);
    let times = [
        (OptionName::RedisTimeout, options.timeout),
        (OptionName::RedisConnectTimeout, options.connect_timeout),
        (
            OptionName::RedisBreakerResetTimeout,
            options.breaker_reset_timeout,
        ),
        (
            OptionName::RedisBreakerMaxResetTimeout,
            options.breaker_max_reset_timeout,
        ),
    ];
    for (option, time) in times {
        if time < Duration::from_millis(1) || time > longest {
            return Err(Error::invalid_option(
                option,
                "It must be from one millisecond to one minute.",
            ));
        }
    }
    if options.breaker_max_failures == 0 {
        return Err(Error::invalid_option(
            OptionName::RedisBreakerMaxFailures,
            "It must be at least 1.",
        ));
    }
    Ok(())
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// A duration from microseconds in Redis, which may hold any number.
fn at_most(micros: i64, longest: Duration) -> Duration {
    Duration::from_micros(u64::try_from(micros).unwrap_or(0)).min(longest)
}

/// Whole microseconds, rounded up: a limiter's interval must not become shorter.
fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_nanos().div_ceil(1000)).unwrap_or(u64::MAX)
}
