//! The end of the runtime, and its next start.

use std::fs;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use acs_runtime::{PerFork, PerProcess, ShutdownError};

use super::forks::work;

const PATIENCE: Duration = Duration::from_secs(30);

/// How many threads of the library this process has.
fn threads() -> usize {
    let tasks = fs::read_dir("/proc/self/task").unwrap();
    tasks
        .filter_map(|task| fs::read_to_string(task.ok()?.path().join("comm")).ok())
        .filter(|name| name.trim() == "acs-auth")
        .count()
}

fn descriptors() -> usize {
    fs::read_dir("/proc/self/fd").unwrap().count()
}

pub(crate) fn nothing_starts_before_it_is_used() {
    assert_eq!(threads(), 0);
    work();
    assert!(threads() > 0);
    acs_runtime::shutdown(PATIENCE).unwrap();
    assert_eq!(threads(), 0);
    acs_runtime::shutdown(PATIENCE).unwrap();
    acs_runtime::set_worker_threads(3);
    work();
    assert_eq!(threads(), 3);
    acs_runtime::shutdown(PATIENCE).unwrap();
    acs_runtime::set_worker_threads(1);
}

pub(crate) fn values_are_made_again_after_a_restart() {
    let made = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&made);
    let cell = PerProcess::new(move || {
        // It is made with a runtime around it.
        tokio::runtime::Handle::try_current().map_err(io::Error::other)?;
        io::Result::Ok(counter.fetch_add(1, Ordering::Relaxed))
    })
    .unwrap();
    assert_eq!((*cell.get().unwrap(), *cell.get().unwrap()), (0, 0));
    acs_runtime::shutdown(PATIENCE).unwrap();
    assert_eq!((*cell.get().unwrap(), *cell.get().unwrap()), (1, 1));
    let failing = PerProcess::new(|| Err::<(), _>(io::Error::other("no")));
    assert_eq!(failing.unwrap_err().to_string(), "no");
}

pub(crate) fn values_that_need_no_runtime_survive_a_restart() {
    let cell = PerFork::new(|| io::Result::Ok(Box::new(7))).unwrap();
    let first = cell.get().unwrap();
    work();
    acs_runtime::shutdown(PATIENCE).unwrap();
    assert!(Arc::ptr_eq(&first, &cell.get().unwrap()));
}

pub(crate) fn blocked_threads_are_told_of_the_end() {
    let all = Arc::new(Barrier::new(9));
    let blocked: Vec<_> = (0..8)
        .map(|number| {
            let all = Arc::clone(&all);
            thread::spawn(move || {
                acs_runtime::block_on(async move {
                    all.wait();
                    if number % 2 == 0 {
                        std::future::pending::<()>().await;
                    }
                    loop {
                        tokio::time::sleep(Duration::from_millis(1)).await;
                    }
                })
            })
        })
        .collect();
    all.wait();
    acs_runtime::shutdown(PATIENCE).unwrap();
    for thread in blocked {
        let error = thread.join().unwrap().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::Interrupted);
    }
    work();
}

pub(crate) fn the_runtime_does_not_end_itself() {
    let (tell, told) = std::sync::mpsc::channel();
    acs_runtime::spawn(async move {
        tell.send(acs_runtime::shutdown(PATIENCE)).unwrap();
    })
    .unwrap();
    assert_eq!(told.recv().unwrap(), Err(ShutdownError::OwnThread));

    let (release, wait) = std::sync::mpsc::channel::<()>();
    let (tell, told) = std::sync::mpsc::channel();
    acs_runtime::spawn_blocking(move || {
        tell.send(()).unwrap();
        let _ = wait.recv();
    })
    .unwrap();
    told.recv().unwrap();
    let ended = acs_runtime::shutdown(Duration::from_millis(20));
    assert_eq!(ended, Err(ShutdownError::Timeout));
    release.send(()).unwrap();
    work();
}

pub(crate) fn two_may_shut_down_at_once() {
    for _ in 0..20 {
        work();
        let ends: Vec<_> = (0..4)
            .map(|_| thread::spawn(|| acs_runtime::shutdown(PATIENCE)))
            .collect();
        for end in ends {
            end.join().unwrap().unwrap();
        }
    }
    work();
}

pub(crate) fn restarts_leave_nothing_behind() {
    work();
    acs_runtime::shutdown(PATIENCE).unwrap();
    let before = (descriptors(), threads());
    for _ in 0..200 {
        work();
        acs_runtime::shutdown(PATIENCE).unwrap();
    }
    assert_eq!((descriptors(), threads()), before);
}
