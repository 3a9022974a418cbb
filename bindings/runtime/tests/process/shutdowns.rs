//! Shuts the runtime down while other threads use it.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use acs_runtime::{Mailbox, ShutdownError};

use super::support::{Ends, PATIENCE, blocking, received, times, work, working};

pub(crate) fn blocked_threads_are_told() {
    let all = Arc::new(Barrier::new(9));
    let ends = Ends::default();
    let blocked: Vec<_> = (0..8)
        .map(|number| {
            let all = Arc::clone(&all);
            let end = ends.one();
            thread::spawn(move || {
                acs_runtime::block_on(async move {
                    let _end = end;
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
    assert_eq!(ends.count(), 8, "they are gone before the runtime is");
    for thread in blocked {
        let error = thread.join().unwrap().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::Interrupted);
    }
    work();
}

pub(crate) fn a_callback_does_not_end_what_runs_it() {
    let (tell, told) = channel();
    let other = tell.clone();
    let notifying = tell.clone();
    acs_runtime::spawn(async move { tell.send(acs_runtime::shutdown(PATIENCE)).unwrap() }).unwrap();
    blocking(move || other.send(acs_runtime::shutdown(PATIENCE)).unwrap()).unwrap();
    let mailbox = Mailbox::new(9, 9, move |_| {
        notifying.send(acs_runtime::shutdown(PATIENCE)).unwrap()
    });
    mailbox.push((), 0);
    for _ in 0..3 {
        assert_eq!(received(&told), Err(ShutdownError::OwnThread));
    }
    let waiting = acs_runtime::block_on(async { acs_runtime::shutdown(PATIENCE) });
    assert_eq!(waiting.unwrap(), Err(ShutdownError::OwnThread));
    acs_runtime::shutdown(PATIENCE).unwrap();
}

pub(crate) fn two_at_once_both_wait_for_the_end() {
    for _ in 0..times(50) {
        let ends = Ends::default();
        let end = ends.one();
        acs_runtime::spawn(async move {
            let _end = end;
            std::future::pending().await
        })
        .unwrap();
        let (release, wait) = channel::<()>();
        let (tell, told) = channel();
        let end = ends.one();
        blocking(move || {
            tell.send(()).unwrap();
            let _ = wait.recv();
            drop(end);
        })
        .unwrap();
        received(&told);
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let ends = ends.clone();
                thread::spawn(move || {
                    acs_runtime::shutdown(PATIENCE).unwrap();
                    ends.count()
                })
            })
            .collect();
        release.send(()).unwrap();
        for thread in threads {
            assert_eq!(thread.join().unwrap(), 2);
        }
    }
    work();
}

pub(crate) fn it_may_end_while_others_use_it() {
    let goes_on = Arc::new(AtomicBool::new(true));
    let users: Vec<_> = (0..4)
        .map(|_| {
            let goes_on = Arc::clone(&goes_on);
            thread::spawn(move || {
                while goes_on.load(Ordering::Relaxed) {
                    match acs_runtime::block_on(working()) {
                        Ok(worked) => assert!(worked.is_ok(), "{worked:?}"),
                        Err(error) => assert_eq!(error.kind(), io::ErrorKind::Interrupted),
                    }
                    acs_runtime::enter(|| tokio::runtime::Handle::current()).unwrap();
                }
            })
        })
        .collect();
    for round in 0..times(200) {
        if round % 2 == 0 {
            thread::sleep(Duration::from_millis(1));
        }
        acs_runtime::shutdown(PATIENCE).unwrap();
    }
    goes_on.store(false, Ordering::Relaxed);
    for user in users {
        user.join().unwrap();
    }
}
