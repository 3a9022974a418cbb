//! Forks while other threads are using the runtime.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use acs_runtime::PerProcess;

use super::child::forked;
use super::support::{PATIENCE, blocking, work};

/// Threads that repeat some work until they are stopped.
struct Load {
    goes_on: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Load {
    fn of(count: usize, work: impl Fn() + Send + Sync + 'static) -> Self {
        let (goes_on, work) = (Arc::new(AtomicBool::new(true)), Arc::new(work));
        let threads = (0..count)
            .map(|_| {
                let (goes_on, work) = (Arc::clone(&goes_on), Arc::clone(&work));
                thread::spawn(move || {
                    while goes_on.load(Ordering::Relaxed) {
                        work();
                    }
                })
            })
            .collect();
        Self { goes_on, threads }
    }

    fn stop(self) {
        self.goes_on.store(false, Ordering::Relaxed);
        for thread in self.threads {
            thread.join().unwrap();
        }
    }
}

pub(crate) fn children_go_on() {
    let cell = Arc::new(PerProcess::new(|| io::Result::Ok(vec![1_u8; 64])).unwrap());
    let loaded = Arc::clone(&cell);
    let load = Load::of(4, move || {
        work();
        assert_eq!(loaded.get().unwrap().len(), 64);
        acs_runtime::spawn(async { tokio::task::yield_now().await }).unwrap();
        blocking(|| {}).unwrap();
    });
    for round in 0..100 {
        let cell = Arc::clone(&cell);
        let child = forked(move || {
            assert_eq!(cell.get().unwrap().len(), 64);
            work();
            // The child's own threads can use it, and so can its children while these run.
            let own = thread::spawn(work);
            if round % 4 == 0 {
                forked(move || {
                    assert_eq!(cell.get().unwrap().len(), 64);
                    work();
                })
                .ended_well();
            }
            own.join().unwrap();
        });
        child.ended_well();
    }
    load.stop();
}

pub(crate) fn children_of_a_parent_that_restarts_go_on() {
    let cell = Arc::new(PerProcess::new(|| io::Result::Ok(vec![1_u8; 64])).unwrap());
    let loaded = Arc::clone(&cell);
    let load = Load::of(3, move || {
        let worked = acs_runtime::block_on(async { tokio::task::yield_now().await });
        // The runtime may be shut down meanwhile.
        assert!(worked.is_ok() || worked.is_err_and(|error| error.kind() == io::ErrorKind::Interrupted));
        assert_eq!(loaded.get().unwrap().len(), 64);
    });
    let restarts = Load::of(1, || acs_runtime::shutdown(PATIENCE).unwrap());
    for _ in 0..100 {
        let cell = Arc::clone(&cell);
        forked(move || {
            assert_eq!(cell.get().unwrap().len(), 64);
            work();
            acs_runtime::shutdown(PATIENCE).unwrap();
            work();
        })
        .ended_well();
    }
    restarts.stop();
    load.stop();
}

pub(crate) fn what_the_parent_spawned_cannot_hold_up_the_child() {
    let tasks = Arc::new(Mutex::new(Vec::new()));
    let spawned = Arc::clone(&tasks);
    let load = Load::of(3, move || {
        let task = acs_runtime::spawn(std::future::pending()).unwrap();
        let old = {
            let mut tasks = spawned.lock().unwrap();
            tasks.push(task);
            if tasks.len() > 100 {
                tasks.split_off(50)
            } else {
                Vec::new()
            }
        };
        for task in old {
            task.cancel();
        }
    });
    for _ in 0..100 {
        let inherited = tasks.lock().unwrap().clone();
        forked(move || {
            for task in &inherited {
                task.cancel();
            }
            drop(inherited);
            work();
        })
        .ended_well();
    }
    load.stop();
    acs_runtime::shutdown(PATIENCE).unwrap();
}

pub(crate) fn locks_of_the_runtime_s_work_are_free_in_a_child() {
    /// Like the process-wide lock of a library.
    static LOCK: Mutex<()> = Mutex::new(());

    async fn use_lock() {
        let locked = LOCK.lock().unwrap();
        let started = Instant::now();
        while started.elapsed() < Duration::from_micros(200) {}
        drop(locked);
        tokio::task::yield_now().await;
    }

    let load = Load::of(3, || {
        let used = acs_runtime::block_on(async {
            let other = tokio::spawn(use_lock());
            use_lock().await;
            other.await
        });
        used.unwrap().unwrap();
        acs_runtime::spawn(use_lock()).unwrap();
    });
    let forks = 200;
    let (tell, told) = std::os::unix::net::UnixDatagram::pair().unwrap();
    for _ in 0..forks {
        forked(|| {
            if LOCK.try_lock().is_err() {
                tell.send(&[1]).unwrap();
            }
        })
        .ended_well();
        work();
    }
    load.stop();
    told.set_nonblocking(true).unwrap();
    let mut held = 0;
    while told.recv(&mut [0]).is_ok() {
        held += 1;
    }
    // A fork waits only for a bounded time, so some children may find it held.
    assert!(
        held <= forks / 20,
        "{held} of {forks} children found the lock held"
    );
}
