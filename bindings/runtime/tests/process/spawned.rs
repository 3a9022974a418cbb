//! Spawned work is finished or dropped.

#[cfg(not(miri))]
use std::future::Future as _;
use std::future::poll_fn;
#[cfg(not(miri))]
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::task::Poll;
use std::thread;
use std::time::Duration;

use acs_runtime::ShutdownError;

use super::support::{Ends, PATIENCE, blocking, received, times, work};

/// Spawns futures of all kinds and cancels some. Returns their number.
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

pub(crate) fn polled_work_begins_here_and_goes_on_there() {
    let here = thread::current().id();
    let (tell, told) = channel();
    let mut polls = 0;
    acs_runtime::poll_inline(poll_fn(move |context| {
        polls += 1;
        tell.send((thread::current().id(), acs_runtime::is_runtime_thread()))
            .unwrap();
        context.waker().wake_by_ref();
        if polls < 3 { Poll::Pending } else { Poll::Ready(()) }
    }))
    .unwrap();
    assert_eq!(received(&told), (here, false));
    for _ in 1..3 {
        let (thread, is_own) = received(&told);
        assert!(thread != here && is_own);
    }
    // A future that is ready at the first poll has ended when this returns; cancelling it does nothing.
    let ends = Ends::default();
    let end = ends.one();
    let task = acs_runtime::poll_inline(async move {
        let _end = end;
        // It can't be shut down from inside.
        assert_eq!(acs_runtime::shutdown(PATIENCE), Err(ShutdownError::OwnThread));
        work();
    })
    .unwrap();
    assert_eq!(ends.count(), 1);
    task.cancel();
    acs_runtime::shutdown(PATIENCE).unwrap();
}

pub(crate) fn polled_work_is_finished_or_dropped() {
    let ends = Ends::default();
    for number in 0..times(90) {
        let end = ends.one();
        acs_runtime::poll_inline(async move {
            let _end = end;
            match number % 3 {
                0 => {}
                1 => tokio::time::sleep(Duration::from_millis(1)).await,
                _ => std::future::pending().await,
            }
        })
        .unwrap();
    }
    acs_runtime::shutdown(PATIENCE).unwrap();
    assert_eq!(ends.count(), times(90));
}

#[cfg(not(miri))]
pub(crate) fn a_runtime_that_is_taken_from_under_work_says_so() {
    let (goes_on, unexplained) = (Arc::new(AtomicBool::new(true)), Arc::new(AtomicBool::new(false)));
    let ending = Arc::clone(&goes_on);
    let restarts = thread::spawn(move || {
        while ending.load(Ordering::Relaxed) {
            // Doesn't wait for threads in the runtime.
            let _ = acs_runtime::shutdown(Duration::ZERO);
        }
    });
    for _ in 0..times(2000) {
        let unexplained = Arc::clone(&unexplained);
        let mut sleep = None;
        acs_runtime::poll_inline(poll_fn(move |context| {
            // tokio panics once its timers are gone.
            let polled = catch_unwind(AssertUnwindSafe(|| {
                let sleep =
                    sleep.get_or_insert_with(|| Box::pin(tokio::time::sleep(Duration::from_millis(1))));
                sleep.as_mut().poll(context)
            }));
            polled.unwrap_or_else(|_| {
                unexplained.fetch_or(!acs_runtime::is_ended_beneath(), Ordering::Relaxed);
                Poll::Ready(())
            })
        }))
        .unwrap();
    }
    goes_on.store(false, Ordering::Relaxed);
    restarts.join().unwrap();
    assert!(!unexplained.load(Ordering::Relaxed));
    acs_runtime::shutdown(PATIENCE).unwrap();
}

pub(crate) fn blocking_work_is_run_or_dropped() {
    let ends = Ends::default();
    for _ in 0..times(50) {
        for _ in 0..10 {
            let end = ends.one();
            blocking(move || drop(end)).unwrap();
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
    blocking(move || {
        let _end = other;
        std::panic::resume_unwind(Box::new("not told of by the hook"))
    })
    .unwrap();
    work();
    acs_runtime::shutdown(PATIENCE).unwrap();
    assert_eq!(ends.count(), 2);
    work();
}
