//! Load on an exchanger whose service always takes the same time, and its outcome.

use std::sync::Mutex;
use std::time::Duration;

use acs_auth::client::CommunicationIdentityClientBuilder;
use acs_auth::entra::TokenCheck;
use acs_auth::transport::{BoxFuture, Transport, TransportFailure};
use acs_auth::{CommunicationIdentityClient, ErrorKind, TeamsTokenExchanger, TeamsTokenExchangerBuilder};
use bytes::Bytes;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// How long after its deadline a call may end because the machine is busy.
const GRACE: Duration = Duration::from_millis(50);

/// A service that takes the same time for each request.
#[derive(Debug)]
pub(crate) struct Service {
    takes: Mutex<Duration>,
    sent: Mutex<Vec<Instant>>,
}

/// The largest number of these times within one window.
pub(crate) fn fullest<T: Copy + PartialOrd + std::ops::Add<Duration, Output = T>>(
    times: &[T],
    period: Duration,
) -> usize {
    let (mut first, mut most) = (0, 0);
    for (last, at) in times.iter().enumerate() {
        while times[first] + period <= *at {
            first += 1;
        }
        most = most.max(last + 1 - first);
    }
    most
}

impl Service {
    pub(crate) fn new(takes: Duration) -> std::sync::Arc<Self> {
        std::sync::Arc::new(Self {
            takes: Mutex::new(takes),
            sent: Mutex::default(),
        })
    }

    /// Sets how long it takes for each request from now on.
    pub(crate) fn takes(&self, time: Duration) {
        *self.takes.lock().unwrap() = time;
    }

    /// When each request arrived.
    pub(crate) fn sent(&self) -> Vec<Instant> {
        self.sent.lock().unwrap().clone()
    }
}

impl Transport for Service {
    fn send(
        &self,
        _: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportFailure>> {
        Box::pin(async {
            self.sent.lock().unwrap().push(Instant::now());
            let takes = *self.takes.lock().unwrap();
            tokio::time::sleep(takes).await;
            let body = r#"{"token":"acs-token","expiresOn":"2099-01-15T09:00:00+00:00"}"#;
            Ok(http::Response::new(Bytes::from_static(body.as_bytes())))
        })
    }
}

/// A builder of an exchanger that uses this service.
pub(crate) fn exchanger(service: &std::sync::Arc<Service>) -> TeamsTokenExchangerBuilder {
    let client = CommunicationIdentityClientBuilder::default()
        .connection_string("endpoint=https://acs.example;accesskey=a2V5")
        .transport(service.clone());
    let client: CommunicationIdentityClient = client.build().unwrap();
    TeamsTokenExchanger::builder(client).token_check(TokenCheck::Off)
}

/// Calls at random times, each with a token of its own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Load {
    pub(crate) per_second: f64,
    pub(crate) length: Duration,
    pub(crate) timeout: Duration,
    /// The user of all calls; if `None`, each call is for another user.
    pub(crate) user: Option<u64>,
    pub(crate) seed: u64,
}

/// The outcome of the calls.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Seen {
    pub(crate) offered: usize,
    pub(crate) served: usize,
    /// Served before the load ended, so not from the queue that was left then.
    pub(crate) during: usize,
    /// Served after the deadline.
    pub(crate) late: usize,
    /// Rejected by the limit or the user's share.
    pub(crate) rejected: usize,
    /// Timed out, or failed in another way.
    pub(crate) failed: usize,
    pub(crate) slowest_rejection: Duration,
}

impl Seen {
    #[allow(dead_code, reason = "for the processes of the bench")]
    pub(crate) fn add(&mut self, other: &Self) {
        self.offered += other.offered;
        self.served += other.served;
        self.during += other.during;
        self.late += other.late;
        self.rejected += other.rejected;
        self.failed += other.failed;
        self.slowest_rejection = self.slowest_rejection.max(other.slowest_rejection);
    }
}

impl Load {
    pub(crate) async fn run(self, exchanger: &TeamsTokenExchanger) -> Seen {
        let begun = Instant::now();
        let mut random = self.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        let mut at = Duration::ZERO;
        let mut calls = JoinSet::new();
        for number in 0_u64.. {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let uniform = ((random >> 11) as f64 + 1.0) / (1_u64 << 53) as f64;
            at += Duration::from_secs_f64(-uniform.ln() / self.per_second);
            if at >= self.length {
                break;
            }
            tokio::time::sleep_until(begun + at).await;
            let exchanger = exchanger.clone();
            calls.spawn(async move {
                let id = self.seed << 32 | number;
                let token = format!("e30.{id:012}.c2ln");
                let user = format!("user {}", self.user.unwrap_or(id));
                let asked = Instant::now();
                let result = exchanger
                    .exchange_with_timeout(&token, "client", &user, self.timeout)
                    .await;
                (result.map(drop), asked.elapsed(), begun.elapsed())
            });
        }
        let mut seen = Seen::default();
        while let Some(call) = calls.join_next().await {
            let (result, took, ended) = call.unwrap();
            seen.offered += 1;
            match result {
                Ok(()) if took > self.timeout + GRACE => seen.late += 1,
                Ok(()) => {
                    seen.served += 1;
                    seen.during += usize::from(ended <= self.length);
                }
                Err(error) if error.kind == ErrorKind::Throttled => {
                    seen.rejected += 1;
                    seen.slowest_rejection = seen.slowest_rejection.max(took);
                }
                Err(_) => seen.failed += 1,
            }
        }
        seen
    }
}
