//! The threads and descriptors of this process.

use std::fs;
use std::thread;
use std::time::Instant;

use super::support::{DEADLINE, PATIENCE, work};

/// How many threads of the library this process has.
fn threads() -> usize {
    let tasks = fs::read_dir("/proc/self/task").unwrap();
    tasks
        .filter_map(|task| fs::read_to_string(task.ok()?.path().join("comm")).ok())
        .filter(|name| name.trim() == "acs-auth")
        .count()
}

/// Threads give themselves their name.
fn expect_threads(count: usize) {
    let started = Instant::now();
    while threads() != count && started.elapsed() < DEADLINE {
        thread::yield_now();
    }
    assert_eq!(threads(), count);
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
    expect_threads(1);
    acs_runtime::set_worker_threads(3);
    work();
    expect_threads(1);
    acs_runtime::shutdown(PATIENCE).unwrap();
    assert_eq!(threads(), 0);
    acs_runtime::shutdown(PATIENCE).unwrap();
    work();
    expect_threads(3);
    acs_runtime::shutdown(PATIENCE).unwrap();
    acs_runtime::set_worker_threads(1);
}

pub(crate) fn restarts_leave_nothing_behind() {
    let restart = || {
        work();
        acs_runtime::spawn(std::future::pending()).unwrap();
        acs_runtime::spawn_blocking(|| {}).unwrap();
        acs_runtime::shutdown(PATIENCE).unwrap();
    };
    restart();
    let before = (descriptors(), all_threads());
    for _ in 0..1000 {
        restart();
    }
    assert_eq!((descriptors(), all_threads()), before);
}
