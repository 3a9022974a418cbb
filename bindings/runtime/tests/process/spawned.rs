//! What is spawned, and what becomes of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use super::support::{Ends, PATIENCE, times, work};

/// Spawns futures of all kinds, and cancels some; how many they were.
fn spawn_all_kinds(ends: &Ends, each: usize) -> usize {
    let threads: Vec<_> = (0..4)
        .map(|kind| {
            let ends = ends.clone();
            thread::spawn(move || {
                for number in 0..each {
                    let end = ends.one();
                    let task = acs_runtime::spawn(async move {
                        let _end = end;
                        match (kind + number) % 4 {
                            0 => {}
                            1 => tokio::task::yield_now().await,
                            2 => {
                                std::panic::resume_unwind(Box::new("contained, and not told of by the hook"))
                            }
                            _ => std::future::pending().await,
                        }
                    })
                    .unwrap();
                    if number % 3 == 0 {
                        task.cancel();
                        task.clone().cancel();
                    }
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    4 * each
}

pub(crate) fn each_is_finished_or_dropped() {
    let ends = Ends::default();
    let spawned = spawn_all_kinds(&ends, times(500));
    acs_runtime::shutdown(PATIENCE).unwrap();
    assert_eq!(ends.count(), spawned);
}

pub(crate) fn each_is_finished_or_dropped_while_the_runtime_ends() {
    let (ends, goes_on) = (Ends::default(), Arc::new(AtomicBool::new(true)));
    let ending = Arc::clone(&goes_on);
    let restarts = thread::spawn(move || {
        while ending.load(Ordering::Relaxed) {
            acs_runtime::shutdown(PATIENCE).unwrap();
            thread::sleep(Duration::from_millis(if cfg!(miri) { 300 } else { 1 }));
        }
    });
    let spawned = spawn_all_kinds(&ends, times(150));
    goes_on.store(false, Ordering::Relaxed);
    restarts.join().unwrap();
    acs_runtime::shutdown(PATIENCE).unwrap();
    assert_eq!(ends.count(), spawned);
}

pub(crate) fn blocking_work_is_run_or_dropped() {
    let ends = Ends::default();
    for _ in 0..times(50) {
        for _ in 0..10 {
            let end = ends.one();
            acs_runtime::spawn_blocking(move || drop(end)).unwrap();
        }
        acs_runtime::shutdown(PATIENCE).unwrap();
    }
    assert_eq!(ends.count(), times(50) * 10);
}

pub(crate) fn panics_are_contained() {
    let ends = Ends::default();
    let (one, other) = (ends.one(), ends.one());
    acs_runtime::spawn(async move {
        let _end = one;
        std::panic::resume_unwind(Box::new("not told of by the hook"))
    })
    .unwrap();
    acs_runtime::spawn_blocking(move || {
        let _end = other;
        std::panic::resume_unwind(Box::new("not told of by the hook"))
    })
    .unwrap();
    work();
    acs_runtime::shutdown(PATIENCE).unwrap();
    assert_eq!(ends.count(), 2);
    work();
}
