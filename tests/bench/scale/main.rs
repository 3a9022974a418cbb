//! Measures one point of cost against work, in a process of its own: `scale_point KIND ARGUMENT…`. It prints lines of JSON. bench.py runs it for
//! each point.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench that cannot run is meant to stop, and its figures are its output"
)]

mod cached;
mod exchanges;
mod member;
mod service;

use std::future::Future;

use serde_json::Value;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["exchanges", count, in_flight, ref service @ ..] => {
            exchanges::count(number(count), number(in_flight), service);
        }
        ["in-flight", in_flight, seconds, ref service @ ..] => {
            exchanges::in_flight(number(in_flight), number(seconds), service);
        }
        ["cached", users, hits] => cached::measure(number(users), number(hits)),
        ["member", url] => member::serve(url),
        _ => panic!("usage: scale_point exchanges | in-flight | cached | member"),
    }
}

fn number(text: &str) -> usize {
    text.parse().unwrap()
}

/// A runtime like the hosts', with one worker.
fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap()
}

/// Runs this on the one worker of a new runtime.
fn on_worker(work: impl Future<Output = ()> + Send + 'static) {
    runtime().block_on(async { tokio::spawn(work).await.unwrap() });
}

fn tell(result: &Value) {
    println!("{result}");
}

/// The CPU time of this process so far, in seconds.
fn cpu() -> f64 {
    cpu_time::ProcessTime::now().as_duration().as_secs_f64()
}

/// This process's resident memory now, and its peak, in bytes.
fn memory() -> (f64, f64) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let of = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name)).unwrap();
        let kib: f64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
        kib * 1024.0
    };
    (of("VmRSS:"), of("VmHWM:"))
}
