//! What is spawned, and what becomes of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// Counts the end of a future, whatever it is.
struct End(Arc<AtomicUsize>);

impl Drop for End {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

pub(crate) fn each_future_is_finished_or_dropped() {
    const EACH: usize = 500;
    let ends = Arc::new(AtomicUsize::new(0));
    let threads: Vec<_> = (0..4)
        .map(|kind| {
            let ends = Arc::clone(&ends);
            thread::spawn(move || {
                for number in 0..EACH {
                    let end = End(Arc::clone(&ends));
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
    acs_runtime::shutdown(Duration::from_secs(30)).unwrap();
    assert_eq!(ends.load(Ordering::Relaxed), 4 * EACH);
}

pub(crate) fn a_worker_may_block_on_more_work() {
    let (tell, told) = mpsc::channel();
    acs_runtime::spawn(async move {
        assert!(acs_runtime::is_runtime_thread());
        let nested = acs_runtime::block_on(async {
            tokio::time::sleep(Duration::from_millis(5)).await;
            let inner = tokio::spawn(async { 20 });
            inner.await.unwrap() + 1
        });
        tell.send(nested.unwrap()).unwrap();
    })
    .unwrap();
    assert_eq!(told.recv_timeout(Duration::from_secs(60)), Ok(21));
    let (tell, told) = mpsc::channel();
    acs_runtime::spawn_blocking(move || {
        tell.send(acs_runtime::block_on(async { 22 }).unwrap()).unwrap();
    })
    .unwrap();
    assert_eq!(told.recv_timeout(Duration::from_secs(60)), Ok(22));
    assert!(!acs_runtime::is_runtime_thread());
}

pub(crate) fn signals_stay_with_the_host_s_threads() {
    /// Whether the calling thread blocks a signal.
    fn blocks(signal: i32) -> bool {
        // SAFETY: the set is filled by the call before it is read.
        unsafe {
            let mut set = std::mem::zeroed();
            libc::pthread_sigmask(libc::SIG_BLOCK, std::ptr::null(), &raw mut set);
            libc::sigismember(&raw const set, signal) == 1
        }
    }
    const SIGNALS: [i32; 4] = [libc::SIGINT, libc::SIGTERM, libc::SIGCHLD, libc::SIGUSR1];
    let (tell, told) = mpsc::channel();
    let other = tell.clone();
    acs_runtime::spawn(async move { tell.send(SIGNALS.map(blocks)).unwrap() }).unwrap();
    acs_runtime::spawn_blocking(move || other.send(SIGNALS.map(blocks)).unwrap()).unwrap();
    assert_eq!([told.recv().unwrap(), told.recv().unwrap()], [[true; 4]; 2]);
    assert_eq!(SIGNALS.map(blocks), [false; 4]);
}
