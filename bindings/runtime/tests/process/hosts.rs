//! Threads for callbacks that may block.

use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::task::Poll;
use std::time::{Duration, Instant};

use acs_runtime::{CALLS_OF_ONE, Callee, HOST_THREADS, ShutdownError, run_on_host_thread};

use super::child::forked;
use super::support::{DEADLINE, PATIENCE, blocking, received, work};
use super::threads::{expect_named, named};

const NAME: &str = "acs-auth-host";

/// Occupies all threads until the returned value is dropped.
fn taken() -> Sender<()> {
    let (release, wait) = channel::<()>();
    let wait = std::sync::Arc::new(std::sync::Mutex::new(wait));
    let (tell, told) = channel();
    for _ in 0..HOST_THREADS {
        let (wait, tell) = (std::sync::Arc::clone(&wait), tell.clone());
        blocking(move || {
            tell.send(()).unwrap();
            let _ = wait.lock().unwrap().recv();
        })
        .unwrap();
    }
    for _ in 0..HOST_THREADS {
        received(&told);
    }
    release
}

/// Resolves a name as the transport does: on tokio's blocking threads.
fn resolve() {
    let resolved = acs_runtime::block_on(async {
        let lookup = tokio::net::lookup_host("localhost:1");
        tokio::time::timeout(DEADLINE, lookup)
            .await
            .map(|found| found.map(|found| found.count()))
    });
    assert!(resolved.unwrap().unwrap().unwrap() > 0);
}

pub(crate) fn callbacks_that_hang_take_few_threads_and_names_are_resolved() {
    let release = taken();
    // Each gives up its place, like the callers of a hanging credential.
    for _ in 0..1000 {
        acs_runtime::block_on(async {
            let left = tokio::time::timeout(Duration::from_micros(10), run_on_host_thread(|| {})).await;
            assert!(left.is_err());
        })
        .unwrap();
    }
    assert_eq!(named(NAME), HOST_THREADS);
    resolve();
    drop(release);
    blocking(|| {}).unwrap();
    acs_runtime::shutdown(PATIENCE).unwrap();
    expect_named(NAME, 0);
}

pub(crate) fn a_callback_without_a_thread_fails_in_time() {
    let release = taken();
    let started = Instant::now();
    let callee = Callee::default();
    let refused = acs_runtime::block_on(callee.call(|| panic!("there is no thread for it"))).unwrap();
    assert_eq!(refused.unwrap_err().kind(), io::ErrorKind::TimedOut);
    assert!(started.elapsed() < Duration::from_secs(9));
    drop(release);
    acs_runtime::shutdown(PATIENCE).unwrap();
}

pub(crate) fn work_waits_for_a_thread_only_while_all_are_busy() {
    let at_once = || {
        acs_runtime::block_on(async {
            let mut started = std::pin::pin!(run_on_host_thread(|| {}));
            std::future::poll_fn(|context| Poll::Ready(started.as_mut().poll(context).is_ready())).await
        })
    };
    assert!(at_once().unwrap());
    let release = taken();
    assert!(!at_once().unwrap());
    drop(release);
    acs_runtime::shutdown(PATIENCE).unwrap();
}

pub(crate) fn a_callback_that_never_returns_takes_few_threads_however_often_it_is_tried() {
    let (release, wait) = channel::<()>();
    let wait = std::sync::Arc::new(std::sync::Mutex::new(wait));
    let callee = Callee::default();
    let hang = || {
        let wait = std::sync::Arc::clone(&wait);
        acs_runtime::block_on(callee.call(move || {
            let _ = wait.lock().unwrap().recv();
        }))
        .unwrap()
    };
    for _ in 0..CALLS_OF_ONE {
        hang().unwrap();
    }
    for _ in 0..100 {
        let refused = hang().unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::TimedOut);
        assert!(refused.to_string().contains("have not returned"), "{refused}");
    }
    expect_named(NAME, CALLS_OF_ONE);
    // Another callback is still called, and so is this one in a child, which has none of the hanging threads.
    blocking(|| {}).unwrap();
    forked(|| {
        let (tell, told) = channel();
        acs_runtime::block_on(callee.call(move || tell.send(7).unwrap()))
            .unwrap()
            .unwrap();
        assert_eq!(received(&told), 7);
    })
    .ended_well();
    drop(release);
    expect_named(NAME, 0);
    acs_runtime::block_on(callee.call(|| {})).unwrap().unwrap();
    acs_runtime::shutdown(PATIENCE).unwrap();
}

pub(crate) fn a_restart_gives_no_further_threads() {
    let release = taken();
    let soon = Duration::from_millis(20);
    assert_eq!(acs_runtime::shutdown(soon), Err(ShutdownError::Timeout));
    let refused = acs_runtime::block_on(async {
        tokio::time::timeout(Duration::from_millis(100), run_on_host_thread(|| {})).await
    });
    assert!(refused.unwrap().is_err());
    assert_eq!(named(NAME), HOST_THREADS);
    drop(release);
    acs_runtime::shutdown(PATIENCE).unwrap();
}

pub(crate) fn a_child_has_threads_of_its_own() {
    let release = taken();
    forked(|| {
        let (tell, told) = channel();
        blocking(move || tell.send(7).unwrap()).unwrap();
        assert_eq!(received(&told), 7);
        work();
    })
    .ended_well();
    drop(release);
    acs_runtime::shutdown(PATIENCE).unwrap();
}

pub(crate) fn a_mailbox_of_a_child_is_its_own() {
    let (tell, told) = channel();
    let (release, wait) = channel::<()>();
    let (tell, wait) = (std::sync::Mutex::new(tell), std::sync::Mutex::new(wait));
    static IN_CHILD: AtomicU32 = AtomicU32::new(0);
    let parent = std::process::id();
    let mailbox = acs_runtime::Mailbox::new(9, 9, move |delivery| {
        if std::process::id() != parent {
            // A thread of the parent may have held the locks below during the fork.
            if let acs_runtime::Delivery::Item(number) = delivery {
                IN_CHILD.fetch_add(number, Ordering::SeqCst);
            }
            return;
        }
        tell.lock().unwrap().send(delivery).unwrap();
        let _ = wait.lock().unwrap().recv();
    });
    mailbox.push(1, 1);
    received(&told);
    mailbox.push(2, 1);
    forked(|| {
        mailbox.push(3, 1);
        acs_runtime::shutdown(PATIENCE).unwrap();
        assert_eq!(
            IN_CHILD.load(Ordering::SeqCst),
            3,
            "only what the child itself pushed"
        );
    })
    .ended_well();
    drop(release);
    assert_eq!(received(&told), acs_runtime::Delivery::Item(2));
    acs_runtime::shutdown(PATIENCE).unwrap();
    expect_named("acs-auth-notify", 1);
    expect_named("acs-auth-notify", 0);
}
