//! Exchanges with the emulator, by https and HTTP/1.1: many one after another, or many at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use acs_auth::{CommunicationIdentityClient, RetryPolicy};
use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::{cpu, memory, on_worker, tell};

/// Long enough for an exchange among ten thousand, with one core for the service.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A client, and the arguments of its exchanges.
struct Service {
    client: CommunicationIdentityClient,
    token: String,
    client_id: String,
    user: String,
}

impl Service {
    /// Arguments: connection string, CA file, Entra token, client id, user's object id.
    fn new(arguments: &[&str]) -> Arc<Self> {
        let [connection_string, ca_file, token, client_id, user] = arguments[..] else {
            panic!("arguments are missing");
        };
        let client = CommunicationIdentityClient::builder()
            .connection_string(connection_string)
            .root_certificates_pem(std::fs::read(ca_file).unwrap())
            .timeout(TIMEOUT)
            .connect_timeout(TIMEOUT)
            .retry_policy(RetryPolicy {
                max_attempts: 1,
                attempt_timeout: TIMEOUT,
                ..RetryPolicy::default()
            })
            .build()
            .unwrap();
        Arc::new(Self {
            client,
            token: token.to_owned(),
            client_id: client_id.to_owned(),
            user: user.to_owned(),
        })
    }

    async fn exchange(&self) {
        self.client
            .get_token_for_teams_user(&self.token, &self.client_id, &self.user)
            .await
            .unwrap();
    }
}

/// Measures CPU time and memory of this many exchanges, with up to `in_flight` at once. Opening the connections counts too.
pub(crate) fn count(count: usize, in_flight: usize, service: &[&str]) {
    let service = Service::new(service);
    on_worker(async move {
        let ((rest, _), before) = (memory(), cpu());
        let left = Arc::new(AtomicUsize::new(count));
        let mut tasks = JoinSet::new();
        for _ in 0..in_flight.min(count) {
            let (service, left) = (Arc::clone(&service), Arc::clone(&left));
            tasks.spawn(async move {
                let one_less = |left: usize| left.checked_sub(1);
                while left
                    .fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less)
                    .is_ok()
                {
                    service.exchange().await;
                }
            });
        }
        tasks.join_all().await;
        tell(&json!({"cpu": cpu() - before, "memory": memory().1 - rest}));
    });
}

/// Measures CPU time per exchange while this many are in flight for some seconds, and the memory that they take. Tasks start a hundred at a time,
/// since with all at once connecting would time out.
pub(crate) fn in_flight(in_flight: usize, seconds: usize, service: &[&str]) {
    let service = Service::new(service);
    on_worker(async move {
        let (rest, _) = memory();
        let (done, is_over) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let ready = Arc::new(AtomicUsize::new(0));
        let mut tasks = JoinSet::new();
        for number in 1..=in_flight {
            let (service, done, is_over, ready) =
                (service.clone(), done.clone(), is_over.clone(), ready.clone());
            tasks.spawn(async move {
                service.exchange().await;
                ready.fetch_add(1, Ordering::Relaxed);
                while !is_over.load(Ordering::Relaxed) {
                    service.exchange().await;
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
            if number % 100 == 0 {
                sleep(Duration::from_millis(125)).await;
            }
        }
        while ready.load(Ordering::Relaxed) < in_flight {
            // Before the end, a task ends only by a failure.
            assert!(tasks.try_join_next().is_none(), "an exchange failed");
            sleep(Duration::from_millis(50)).await;
        }
        let (before, done_before, begun) = (cpu(), done.load(Ordering::Relaxed), Instant::now());
        sleep(Duration::from_secs(seconds as u64)).await;
        let (used, exchanges) = (cpu() - before, done.load(Ordering::Relaxed) - done_before);
        let lasted = begun.elapsed().as_secs_f64();
        is_over.store(true, Ordering::Relaxed);
        tasks.join_all().await;
        let each = used / exchanges as f64;
        tell(
            &json!({"each": each, "memory": memory().1 - rest, "exchanges": exchanges, "a_second": exchanges as f64 / lasted}),
        );
    });
}
