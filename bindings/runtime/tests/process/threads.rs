//! The threads and descriptors of this process.

use std::fs;
use std::sync::mpsc;

use super::support::{PATIENCE, received, work};

/// How many threads of the library this process has.
fn threads() -> usize {
    let tasks = fs::read_dir("/proc/self/task").unwrap();
    tasks
        .filter_map(|task| fs::read_to_string(task.ok()?.path().join("comm")).ok())
        .filter(|name| name.trim() == "acs-auth")
        .count()
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
    assert_eq!(threads(), 1);
    acs_runtime::set_worker_threads(3);
    work();
    assert_eq!(threads(), 1);
    acs_runtime::shutdown(PATIENCE).unwrap();
    assert_eq!(threads(), 0);
    acs_runtime::shutdown(PATIENCE).unwrap();
    work();
    assert_eq!(threads(), 3);
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

/// Whether the calling thread blocks a signal.
pub(crate) fn blocks(signal: i32) -> bool {
    // SAFETY: the set is filled by the call before it is read.
    unsafe {
        let mut set = std::mem::zeroed();
        libc::pthread_sigmask(libc::SIG_BLOCK, std::ptr::null(), &raw mut set);
        libc::sigismember(&raw const set, signal) == 1
    }
}

pub(crate) const SIGNALS: [i32; 4] = [libc::SIGINT, libc::SIGTERM, libc::SIGCHLD, libc::SIGUSR1];

pub(crate) fn signals_stay_with_the_host_s_threads() {
    const FAULTS: [i32; 3] = [libc::SIGSEGV, libc::SIGBUS, libc::SIGFPE];
    let (tell, told) = mpsc::channel();
    let other = tell.clone();
    let seen = || (SIGNALS.map(blocks), FAULTS.map(blocks));
    acs_runtime::spawn(async move { tell.send(seen()).unwrap() }).unwrap();
    acs_runtime::spawn_blocking(move || other.send(seen()).unwrap()).unwrap();
    for _ in 0..2 {
        assert_eq!(received(&told), ([true; 4], [false; 3]));
    }
    assert_eq!(SIGNALS.map(blocks), [false; 4]);
}
