//! Compares the CPU time of the client's exchanges with that of other HTTP clients, which send the same signed bytes to the same server: over TLS,
//! on a runtime with one worker as in the hosts, with 1, 16 and 64 in flight.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench that cannot run is meant to stop, and its figures are its output"
)]

mod peers;

use std::future::Future;
use std::sync::Arc;

use acs_auth::CommunicationIdentityClient;
use acs_bench::{Contenders, EmulatorProcess, Figures, Turns, is_quick};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use crate::peers::{Hyper, Reqwest, Signed, Socket, tls};

/// Exchanges in a round.
const ROUND: usize = 128;
/// Rounds of each contender.
const ROUNDS: usize = 200;

fn main() {
    let emulator = EmulatorProcess::start().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let exchange = Arc::new(Exchange::new(&emulator));
    let signed = Signed::new(emulator.text("/connection_string"), exchange.arguments());
    let (round, rounds) = if is_quick() { (64, 2) } else { (ROUND, ROUNDS) };
    let mut figures = Figures::default();
    println!("µs of CPU an exchange, medians; the ratio to bare reqwest is the median of rounds in turns");
    for (name, http2) in [("https, HTTP/1.1", false), ("https, HTTP/2", true)] {
        let tls = tls(
            emulator.text("/ca_file"),
            rustls::crypto::ring::default_provider(),
            http2,
        );
        let reqwest = Reqwest::new(tls.clone(), &signed);
        let hyper = Hyper::new(tls.clone(), http2, &signed);
        let socket = Socket::new(tls, &signed);
        let client = CommunicationIdentityClient::builder()
            .connection_string(emulator.text("/connection_string"))
            .root_certificates_pem(std::fs::read(emulator.text("/ca_file")).unwrap())
            .http2(http2)
            .build()
            .unwrap();
        for in_flight in [1, 16, 64] {
            let many = Many {
                runtime: &runtime,
                in_flight,
                round,
            };
            let mut contenders: Contenders<'_> = vec![
                (
                    "bare reqwest",
                    many.of(&reqwest, |each| async move { each.post().await }),
                ),
                (
                    "bare hyper",
                    many.of(&hyper, |each| async move { each.post().await }),
                ),
                (
                    "acs-auth",
                    many.of(
                        &(client.clone(), Arc::clone(&exchange)),
                        |(client, exchange)| async move {
                            exchange.call(&client).await;
                        },
                    ),
                ),
            ];
            // Written for HTTP/1.1 alone.
            if !http2 {
                contenders.push((
                    "a socket",
                    many.of(&socket, |each| async move { each.post().await }),
                ));
            }
            let title = format!("{name}, {in_flight} in flight");
            let turns = Turns::take(contenders, rounds, round);
            for (contender, (time, ratio)) in turns.names.iter().zip(turns.medians()) {
                println!("{title:32}{contender:16}{time:10.1}{ratio:8.2}");
            }
            figures.add(&title, "µs of CPU", &turns);
        }
    }
    figures.write().unwrap();
}

/// How rounds are run: on which runtime, with how many exchanges in flight and in all.
#[derive(Clone, Copy)]
struct Many<'a> {
    runtime: &'a Runtime,
    in_flight: usize,
    round: usize,
}

impl<'a> Many<'a> {
    /// A round of this contender on the worker. Each of its tasks makes its share of the exchanges, one after another.
    fn of<T, F>(
        self,
        contender: &T,
        exchange: impl Fn(T) -> F + Copy + Send + 'static,
    ) -> Box<dyn FnMut() + 'a>
    where
        T: Clone + Send + 'static,
        F: Future<Output = ()> + Send,
    {
        let contender = contender.clone();
        let Self {
            runtime,
            in_flight,
            round,
        } = self;
        Box::new(move || {
            let contender = contender.clone();
            let tasks = async move {
                let mut tasks = JoinSet::new();
                for _ in 0..in_flight {
                    let contender = contender.clone();
                    tasks.spawn(async move {
                        for _ in 0..round / in_flight {
                            exchange(contender.clone()).await;
                        }
                    });
                }
                tasks.join_all().await;
            };
            runtime.block_on(async { tokio::spawn(tasks).await.unwrap() });
        })
    }
}

/// The arguments of an exchange.
struct Exchange {
    token: String,
    client_id: String,
    user_id: String,
}

impl Exchange {
    fn new(emulator: &EmulatorProcess) -> Self {
        Self {
            token: emulator.mint_teams_token().unwrap(),
            client_id: emulator.text("/spa/client_id").to_owned(),
            user_id: emulator.text("/users/0/object_id").to_owned(),
        }
    }

    fn arguments(&self) -> [&str; 3] {
        [&self.token, &self.client_id, &self.user_id]
    }

    async fn call(&self, client: &CommunicationIdentityClient) {
        client
            .get_token_for_teams_user(&self.token, &self.client_id, &self.user_id)
            .await
            .unwrap();
    }
}
