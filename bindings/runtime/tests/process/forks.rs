//! Before a fork, in the parent, in the child.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use acs_runtime::{PerFork, PerProcess};

use super::child::forked;

/// Work that needs timer, I/O and a task of its own.
pub(crate) fn work() {
    let done = acs_runtime::block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let connected = tokio::spawn(async move { tokio::net::TcpStream::connect(address).await });
        let (_accepted, _) = listener.accept().await?;
        tokio::time::sleep(Duration::from_millis(1)).await;
        connected.await.map_err(io::Error::other)??;
        io::Result::Ok(())
    });
    done.unwrap().unwrap();
}

pub(crate) fn parent_and_child_go_on_after_a_fork() {
    work();
    let before = acs_runtime::fork_generation();
    let child = forked(move || {
        assert_eq!(acs_runtime::fork_generation(), before + 1);
        work();
        work();
    });
    work();
    assert_eq!(acs_runtime::fork_generation(), before);
    child.ended_well();
    work();
}

pub(crate) fn grandchildren_go_on() {
    work();
    forked(|| {
        work();
        forked(|| {
            work();
            forked(work).ended_well();
        })
        .ended_well();
        work();
    })
    .ended_well();
}

pub(crate) fn children_forked_under_load_go_on() {
    let goes_on = Arc::new(AtomicBool::new(true));
    let cell = Arc::new(PerProcess::new(|| io::Result::Ok(vec![1_u8; 64])).unwrap());
    let load: Vec<_> = (0..3)
        .map(|_| {
            let (goes_on, cell) = (Arc::clone(&goes_on), Arc::clone(&cell));
            thread::spawn(move || {
                while goes_on.load(Ordering::Relaxed) {
                    work();
                    assert_eq!(cell.get().unwrap().len(), 64);
                    acs_runtime::spawn(async { tokio::task::yield_now().await }).unwrap();
                }
            })
        })
        .collect();
    for _ in 0..40 {
        let cell = Arc::clone(&cell);
        let child = forked(move || {
            assert_eq!(cell.get().unwrap().len(), 64);
            work();
            // The child's own threads see the same.
            thread::spawn(work).join().unwrap();
        });
        child.ended_well();
    }
    goes_on.store(false, Ordering::Relaxed);
    for thread in load {
        thread.join().unwrap();
    }
}

/// Counts how often one of it is dropped, in this process.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

pub(crate) fn a_child_leaks_what_it_inherited() {
    let drops = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&drops);
    let cell = PerProcess::new(move || io::Result::Ok(Counted(Arc::clone(&counter)))).unwrap();
    let counter = Arc::clone(&drops);
    let quiet = PerFork::new(move || io::Result::Ok(Counted(Arc::clone(&counter)))).unwrap();
    let untouched = PerFork::new({
        let counter = Arc::clone(&drops);
        move || io::Result::Ok(Counted(Arc::clone(&counter)))
    })
    .unwrap();
    let inherited = cell.get().unwrap();
    let seen = Arc::clone(&drops);
    // The child's copies of all three are dropped in it.
    forked(move || {
        let own = cell.get().unwrap();
        assert!(!Arc::ptr_eq(&own, &inherited));
        assert!(Arc::ptr_eq(&own, &cell.get().unwrap()));
        quiet.get().unwrap();
        drop((own, inherited, untouched));
        assert_eq!(seen.load(Ordering::Relaxed), 0);
        drop(cell);
        assert_eq!(
            seen.load(Ordering::Relaxed),
            1,
            "what the child made is dropped, and nothing else"
        );
        drop(quiet);
        assert_eq!(seen.load(Ordering::Relaxed), 2);
    })
    .ended_well();
    assert_eq!(drops.load(Ordering::Relaxed), 3, "the parent drops its own");
}

pub(crate) fn a_child_can_shut_down() {
    work();
    forked(|| {
        // What it inherited has no threads here to wait for.
        acs_runtime::shutdown(Duration::from_secs(30)).unwrap();
        work();
        acs_runtime::shutdown(Duration::from_secs(30)).unwrap();
        work();
    })
    .ended_well();
    work();
}

pub(crate) fn what_was_spawned_before_runs_in_the_parent_alone() {
    let runs = Arc::new(AtomicUsize::new(0));
    let (go, wait) = tokio::sync::oneshot::channel::<()>();
    let counter = Arc::clone(&runs);
    acs_runtime::spawn(async move {
        let _ = wait.await;
        counter.fetch_add(1, Ordering::Relaxed);
    })
    .unwrap();
    let seen = Arc::clone(&runs);
    let child = forked(move || {
        work();
        acs_runtime::shutdown(Duration::from_secs(30)).unwrap();
        assert_eq!(seen.load(Ordering::Relaxed), 0);
    });
    child.ended_well();
    go.send(()).unwrap();
    while runs.load(Ordering::Relaxed) == 0 {
        thread::sleep(Duration::from_millis(1));
    }
}
