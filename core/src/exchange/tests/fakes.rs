//! A fake service, shared cache and clock.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use tokio::task::JoinHandle;
use tokio::time::Instant;

#[cfg(feature = "handler")]
use crate::cache::Limits;
use crate::cache::{
    CacheEntry, CacheKey, Degradation, Exchanged, FleetSlot, LocalLimiter, Paused, Reservation,
    ReservationAnswer, ReservationRequest, SharedCache, SharedLimiter,
};
use crate::client::CommunicationIdentityClient;
use crate::entra::TokenCheck;
use crate::error::Result;
use crate::exchange::{TeamsTokenExchanger, TeamsTokenExchangerBuilder};
use crate::models::AccessToken;
use crate::observe::{Event, Observer};
use crate::pipeline::RetryPolicy;
use crate::transport::{BoxFuture, Transport, TransportFailure};

pub(super) const CLIENT: &str = "a1b2c3d4-0000-4000-8000-00000000000a";
pub(super) const USER: &str = "b1b2c3d4-0000-4000-8000-00000000000b";
pub(super) const TENANT: &str = "c1b2c3d4-0000-4000-8000-00000000000c";
pub(super) const LONG: Duration = Duration::from_secs(600);
/// 2027-01-15T08:00:00Z, when each test begins. Tokens are valid for an hour.
const BEGIN: u64 = 1_800_000_000;
const TOKEN: &str = r#"{"token":"acs-token","expiresOn":"2027-01-15T09:00:00+00:00"}"#;

/// The service's reaction to one request.
#[derive(Debug, Clone, Copy)]
pub(super) enum Answer {
    Token,
    After(Duration),
    Status(u16, &'static [(&'static str, &'static str)]),
    Panic,
}

#[derive(Debug, Default)]
pub(super) struct Service {
    script: Mutex<VecDeque<Answer>>,
    /// Its reaction after the end of the script.
    otherwise: Mutex<Option<Answer>>,
    sent: Mutex<Vec<Instant>>,
}

impl Service {
    pub(super) fn does(&self, answers: &[Answer]) {
        self.script.lock().unwrap().extend(answers);
    }

    pub(super) fn always_does(&self, answer: Answer) {
        *self.otherwise.lock().unwrap() = Some(answer);
    }

    /// When each request arrived.
    pub(super) fn sent(&self) -> Vec<Instant> {
        self.sent.lock().unwrap().clone()
    }

    pub(super) fn count(&self) -> usize {
        self.sent.lock().unwrap().len()
    }
}

impl Transport for Service {
    fn send(
        &self,
        _: http::Request<Bytes>,
    ) -> BoxFuture<'_, std::result::Result<http::Response<Bytes>, TransportFailure>> {
        Box::pin(async {
            self.sent.lock().unwrap().push(Instant::now());
            let scripted = self.script.lock().unwrap().pop_front();
            let answer = scripted.or(*self.otherwise.lock().unwrap());
            let response = http::Response::builder();
            let (response, body) = match answer.unwrap_or(Answer::Token) {
                Answer::Token => (response, TOKEN),
                Answer::After(wait) => {
                    tokio::time::sleep(wait).await;
                    (response, TOKEN)
                }
                Answer::Status(status, headers) => {
                    let response = headers
                        .iter()
                        .fold(response.status(status), |response, (name, value)| {
                            response.header(*name, *value)
                        });
                    (response, "")
                }
                Answer::Panic => panic!("as the test wants it"),
            };
            Ok(response.body(Bytes::from_static(body.as_bytes())).unwrap())
        })
    }
}

/// A shared cache in memory that records the calls to it.
#[derive(Debug, Default)]
pub(super) struct Fleet {
    pub(super) kept: Mutex<HashMap<[u8; 32], CacheEntry>>,
    /// The scripted answers of its limiter.
    pub(super) reservations: Mutex<VecDeque<Reservation>>,
    /// The limiter that answers after the scripted answers; without one there is no answer.
    pub(super) limiter: Mutex<Option<LocalLimiter>>,
    /// The slots that were returned, in microseconds since 1970.
    pub(super) returned: Mutex<BTreeSet<u64>>,
    /// When this test began.
    begun: OnceLock<Instant>,
    /// The pauses that it reports.
    pub(super) paused: Mutex<Paused>,
    /// Whether each attempt to take the lock succeeds; all do after the last one.
    pub(super) locks: Mutex<VecDeque<bool>>,
    pub(super) put_takes: Mutex<Duration>,
    pub(super) get_takes: Mutex<Duration>,
    pub(super) asked: Mutex<Vec<&'static str>>,
}

impl Fleet {
    fn note(&self, what: &'static str) {
        self.asked.lock().unwrap().push(what);
    }

    /// The time of its own clock, in microseconds since 1970.
    pub(super) fn now(&self) -> u64 {
        let elapsed = self.begun.get_or_init(Instant::now).elapsed();
        BEGIN * 1_000_000 + u64::try_from(elapsed.as_micros()).unwrap()
    }

    /// The scripted answer, or else the earliest returned slot that has not passed, or else the limiter's
    /// answer.
    fn next(&self, request: &ReservationRequest<'_>) -> Option<Reservation> {
        if let Some(scripted) = self.reservations.lock().unwrap().pop_front() {
            return Some(scripted);
        }
        let now = self.now();
        let first = self.returned.lock().unwrap().range(now..).next().copied();
        if let Some(first) = first.filter(|_| request.takes_slot) {
            self.returned.lock().unwrap().remove(&first);
            return Some(Reservation::In(Duration::from_micros(first - now)));
        }
        let limiter = self.limiter.lock().unwrap();
        Some(limiter.as_ref()?.reserve(request))
    }

    pub(super) fn times(&self, what: &str) -> usize {
        let asked = self.asked.lock().unwrap();
        asked.iter().filter(|asked| **asked == what).count()
    }
}

impl SharedLimiter for Fleet {
    fn reserve<'a>(
        &'a self,
        request: &'a ReservationRequest<'a>,
    ) -> BoxFuture<'a, Option<ReservationAnswer>> {
        self.note("reserve");
        let (now, paused) = (self.now(), *self.paused.lock().unwrap());
        let reservation = self.next(request);
        Box::pin(async move {
            let reservation = reservation?;
            let slot = match reservation {
                Reservation::In(wait) if request.takes_slot => Some(FleetSlot {
                    at: now + u64::try_from(wait.as_micros()).unwrap(),
                    moves: paused.moves,
                }),
                _ => None,
            };
            Some(ReservationAnswer {
                reservation,
                slot,
                paused,
            })
        })
    }

    fn give_back<'a>(&'a self, slots: &'a [FleetSlot]) -> BoxFuture<'a, ()> {
        self.note("give_back");
        let moves = self.paused.lock().unwrap().moves;
        let slots = slots.iter().map(|slot| slot.at + moves - slot.moves);
        self.returned.lock().unwrap().extend(slots);
        Box::pin(async {})
    }

    fn release<'a>(&'a self, _: &'a [u8; 32]) -> BoxFuture<'a, ()> {
        self.note("release");
        Box::pin(async {})
    }

    fn paused(&self) -> BoxFuture<'_, Option<Paused>> {
        self.note("paused");
        let paused = *self.paused.lock().unwrap();
        Box::pin(async move { Some(paused) })
    }

    fn pause(&self, _: Duration) -> BoxFuture<'_, Option<Paused>> {
        self.note("pause");
        Box::pin(async { None })
    }
}

impl SharedCache for Fleet {
    fn get<'a>(&'a self, key: &'a CacheKey) -> BoxFuture<'a, Option<CacheEntry>> {
        self.note("get");
        let kept = self.kept.lock().unwrap().get(&key.entry).cloned();
        Box::pin(async {
            let takes = *self.get_takes.lock().unwrap();
            tokio::time::sleep(takes).await;
            kept
        })
    }

    fn put<'a>(
        &'a self,
        key: &'a CacheKey,
        exchanged: &'a Exchanged,
        lifetime: Duration,
        since: Option<u64>,
    ) -> BoxFuture<'a, ()> {
        self.note("put");
        assert_eq!(since, Some(7), "the epoch of the time before the exchange");
        Box::pin(async move {
            let takes = *self.put_takes.lock().unwrap();
            tokio::time::sleep(takes).await;
            let exchanged = exchanged.clone();
            self.kept
                .lock()
                .unwrap()
                .insert(key.entry, CacheEntry { exchanged, lifetime });
        })
    }

    fn epoch<'a>(&'a self, _: &'a CacheKey) -> BoxFuture<'a, Option<u64>> {
        Box::pin(async { Some(7) })
    }

    fn sign_out<'a>(&'a self, _: &'a [u8; 32]) -> BoxFuture<'a, Result<()>> {
        self.note("sign_out");
        Box::pin(async { Ok(()) })
    }

    fn limiter(self: Arc<Self>) -> Arc<dyn SharedLimiter> {
        self
    }

    #[cfg(feature = "handler")]
    fn limiter_of(self: Arc<Self>, _: &'static str, _: Limits) -> Arc<dyn SharedLimiter> {
        self
    }

    fn lock<'a>(&'a self, _: &'a CacheKey) -> BoxFuture<'a, bool> {
        let locked = self.locks.lock().unwrap().pop_front().unwrap_or(true);
        self.note(if locked { "lock" } else { "locked out" });
        Box::pin(async move { locked })
    }

    fn unlock<'a>(&'a self, _: &'a CacheKey) -> BoxFuture<'a, ()> {
        self.note("unlock");
        Box::pin(async {})
    }

    fn degradation(&self) -> BoxFuture<'_, Option<Degradation>> {
        Box::pin(async { None })
    }
}

#[derive(Debug, Default)]
pub(super) struct Told(Mutex<Vec<Event>>);

impl Observer for Told {
    fn on_event(&self, event: Event) {
        self.0.lock().unwrap().push(event);
    }
}

impl Told {
    pub(super) fn count(&self, which: impl Fn(&Event) -> bool) -> usize {
        self.0.lock().unwrap().iter().filter(|event| which(event)).count()
    }
}

#[derive(Default)]
pub(super) struct World {
    pub(super) service: Arc<Service>,
    pub(super) told: Arc<Told>,
}

impl World {
    /// An exchanger with these options, for tokens of [`token`].
    pub(super) fn exchanger(
        &self,
        options: impl FnOnce(TeamsTokenExchangerBuilder) -> TeamsTokenExchangerBuilder,
    ) -> TeamsTokenExchanger {
        let client = CommunicationIdentityClient::builder()
            .connection_string("endpoint=https://acs.example;accesskey=a2V5")
            .transport(self.service.clone())
            .retry_policy(RetryPolicy {
                base_delay: Duration::from_millis(1),
                // So long that each call is one attempt.
                attempt_timeout: Duration::from_secs(3600),
                ..RetryPolicy::default()
            })
            .build()
            .unwrap();
        let begin = Instant::now();
        let builder = TeamsTokenExchanger::builder(client)
            .token_check(TokenCheck::Off)
            .observer(self.told.clone())
            .user_limit(0)
            .clock(move || UNIX_EPOCH + Duration::from_secs(BEGIN) + begin.elapsed());
        options(builder).build().unwrap()
    }

    /// An exchanger that shares this cache.
    pub(super) fn shared(
        &self,
        fleet: &Arc<Fleet>,
        options: impl FnOnce(TeamsTokenExchangerBuilder) -> TeamsTokenExchangerBuilder,
    ) -> TeamsTokenExchanger {
        self.exchanger(|builder| options(builder.cache_secret([7; 32]).shared_cache(fleet.clone())))
    }
}

/// An Entra token that is valid for an hour, another one for each number.
pub(super) fn token(number: u32) -> String {
    let claims = format!(
        r#"{{"tid":"{TENANT}","oid":"{USER}","exp":{},"n":{number}}}"#,
        BEGIN + 3600
    );
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    format!(
        "{}.{}.{}",
        part(r#"{"alg":"RS256"}"#),
        part(&claims),
        part("signed")
    )
}

/// An exchange in a task of its own.
pub(super) fn spawn(
    exchanger: &TeamsTokenExchanger,
    number: u32,
    timeout: Duration,
) -> JoinHandle<Result<AccessToken>> {
    let exchanger = exchanger.clone();
    tokio::spawn(async move { exchange(&exchanger, number, timeout).await })
}

/// Like [`exchange`], for one of many users.
pub(super) async fn exchange_of(
    exchanger: &TeamsTokenExchanger,
    user: u32,
    number: u32,
    timeout: Duration,
) -> Result<AccessToken> {
    exchanger
        .exchange_with_timeout(&token(number), CLIENT, &format!("user {user}"), timeout)
        .await
}

pub(super) async fn exchange(
    exchanger: &TeamsTokenExchanger,
    number: u32,
    timeout: Duration,
) -> Result<AccessToken> {
    exchanger
        .exchange_with_timeout(&token(number), CLIENT, USER, timeout)
        .await
}

/// Lets all tasks run until each one waits.
pub(super) async fn settle() {
    for _ in 0..64 {
        tokio::task::yield_now().await;
    }
}
