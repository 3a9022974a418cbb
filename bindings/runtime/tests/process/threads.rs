//! The runtime's threads and descriptors in this process.

use std::fs;
use std::thread;
use std::time::Instant;

use super::support::{DEADLINE, PATIENCE, blocking, work};

fn threads() -> usize {
    named("acs-auth")
}

/// The number of threads of this process with this name.
pub(crate) fn named(wanted: &str) -> usize {
    let tasks = fs::read_dir("/proc/self/task").unwrap();
    tasks
        .filter_map(|task| fs::read_to_string(task.ok()?.path().join("comm")).ok())
        .filter(|name| name.trim() == wanted)
        .count()
}

/// Waits for the number of threads: a thread sets its name itself, so that may be late.
fn expect_threads(count: usize) {
    expect_named("acs-auth", count);
}

pub(crate) fn expect_named(name: &str, count: usize) {
    let started = Instant::now();
    while named(name) != count && started.elapsed() < DEADLINE {
        thread::yield_now();
    }
    assert_eq!(named(name), count);
}

fn all_threads() -> usize {
    fs::read_dir("/proc/self/task").unwrap().count()
}

fn descriptors() -> usize {
    fs::read_dir("/proc/self/fd").unwrap().count()
}

pub(crate) fn nothing_starts_before_it_is_used() {
    assert_eq!(threads(), 0);
    acs_runtime::shutdown(PATIENCE).unwrap();
    acs_runtime::set_worker_threads(1);
    assert_eq!(threads(), 0);
    work();
    // The second one is the standby worker.
    expect_threads(2);
    acs_runtime::set_worker_threads(3);
    work();
    expect_threads(2);
    acs_runtime::shutdown(PATIENCE).unwrap();
    assert_eq!(threads(), 0);
    acs_runtime::shutdown(PATIENCE).unwrap();
    work();
    expect_threads(4);
    acs_runtime::shutdown(PATIENCE).unwrap();
    acs_runtime::set_worker_threads(1);
}

pub(crate) fn restarts_leave_nothing_behind() {
    let restart = || {
        work();
        acs_runtime::spawn(std::future::pending()).unwrap();
        blocking(|| {}).unwrap();
        acs_runtime::shutdown(PATIENCE).unwrap();
    };
    restart();
    expect_named("acs-auth-host", 0);
    let before = (descriptors(), all_threads());
    for _ in 0..1000 {
        restart();
    }
    // A thread for callbacks may still be ending after shutdown has returned.
    expect_named("acs-auth-host", 0);
    assert_eq!((descriptors(), all_threads()), before);
}
