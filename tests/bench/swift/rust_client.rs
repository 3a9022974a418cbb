//! Makes exchanges in rounds and prints their CPU time, for comparison with the Swift client. It runs on one tokio thread,
//! the lower bound; on the runtime of `#[tokio::main]`; or with its callers on another thread than the library's, as in
//! every host with an executor of its own.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench that cannot run is meant to stop, and its figures are its output"
)]

use std::io::BufRead as _;
use std::sync::Arc;

use acs_auth::CommunicationIdentityClient;
use cpu_time::ProcessTime;
use tokio::task::{JoinSet, LocalSet};

/// Arguments: connection string, CA file, Entra token, client id, user's object id, `one`, `usual` or `apart`, and `http1` for
/// HTTP/1.1 only. A line of input has the number of exchanges in flight and in all; a line of output, the CPU time per exchange in
/// microseconds.
fn main() {
    let arguments: Arc<[String]> = std::env::args().skip(1).collect();
    let [connection_string, ca_file, ..] = &arguments[..] else {
        panic!("arguments are missing");
    };
    let client = CommunicationIdentityClient::builder()
        .connection_string(connection_string.as_str())
        .root_certificates_pem(std::fs::read(ca_file).unwrap())
        .http2(arguments.get(6).is_none())
        .build()
        .unwrap();
    let (mut runtime, is_apart) = match arguments[5].as_str() {
        "one" => (tokio::runtime::Builder::new_current_thread(), false),
        "usual" => (tokio::runtime::Builder::new_multi_thread(), false),
        _ => (tokio::runtime::Builder::new_multi_thread(), true),
    };
    if is_apart {
        runtime.worker_threads(1);
    }
    let runtime = runtime.enable_all().build().unwrap();
    let exchange = move || {
        let (client, arguments) = (client.clone(), Arc::clone(&arguments));
        async move {
            let [_, _, token, client_id, user, ..] = &arguments[..] else {
                panic!("arguments are missing");
            };
            client
                .get_token_for_teams_user(token, client_id, user)
                .await
                .unwrap();
        }
    };
    for line in std::io::stdin().lock().lines() {
        let numbers: Vec<usize> = line.unwrap().split(' ').map(|n| n.parse().unwrap()).collect();
        let (in_flight, count) = (numbers[0], numbers[1]);
        let start = ProcessTime::now();
        // The code of `block_on` runs on the main thread.
        let callers = LocalSet::new();
        runtime.block_on(callers.run_until(async {
            let mut tasks = JoinSet::new();
            for _ in 0..in_flight {
                let exchange = exchange.clone();
                if is_apart {
                    tasks.spawn_local(async move {
                        for _ in 0..count / in_flight {
                            tokio::spawn(exchange()).await.unwrap();
                        }
                    });
                } else {
                    tasks.spawn(async move {
                        for _ in 0..count / in_flight {
                            exchange().await;
                        }
                    });
                }
            }
            while let Some(ended) = tasks.join_next().await {
                ended.unwrap();
            }
        }));
        println!("{:.2}", start.elapsed().as_secs_f64() * 1e6 / count as f64);
    }
}
