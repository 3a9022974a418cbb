//! Values that depend on the runtime.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use acs_runtime::{PerFork, PerProcess, ShutdownError};

use super::support::{Ends, PATIENCE, received, times, work};

pub(crate) fn they_are_made_again_after_a_restart() {
    let (made, ends) = (Arc::new(AtomicUsize::new(0)), Ends::default());
    let (counter, ended) = (Arc::clone(&made), ends.clone());
    let cell = PerProcess::new(move || {
        // It is made within the runtime.
        tokio::runtime::Handle::try_current().map_err(io::Error::other)?;
        io::Result::Ok((counter.fetch_add(1, Ordering::Relaxed), ended.one()))
    })
    .unwrap();
    let number = || cell.get().unwrap().0;
    assert_eq!((number(), number(), ends.count()), (0, 0, 0));
    acs_runtime::shutdown(PATIENCE).unwrap();
    assert_eq!((number(), number(), ends.count()), (1, 1, 1));
    drop(cell);
    assert_eq!(ends.count(), 2);

    let failing = PerProcess::new(|| Err::<(), _>(io::Error::other("no")));
    assert_eq!(failing.unwrap_err().to_string(), "no");
}

pub(crate) fn work_of_a_runtime_that_ends_gets_none_of_the_next() {
    let cell = Arc::new(PerProcess::new(|| io::Result::Ok(())).unwrap());
    let (tell, told) = channel();
    let (go_on, may_go_on) = channel::<()>();
    let of_the_work = Arc::clone(&cell);
    acs_runtime::spawn(async move {
        tell.send(None).unwrap();
        received(&may_go_on);
        tell.send(Some(of_the_work.get().map(drop))).unwrap();
    })
    .unwrap();
    assert!(received(&told).is_none());
    let ended = acs_runtime::shutdown(Duration::from_millis(50));
    assert_eq!(ended, Err(ShutdownError::Timeout), "the work is under way");
    let next = cell.get().unwrap();
    go_on.send(()).unwrap();
    let error = received(&told).unwrap().unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::Interrupted);
    assert!(Arc::ptr_eq(&next, &cell.get().unwrap()), "it is not made again");
}

pub(crate) fn a_callback_on_a_runtime_that_ends_gets_the_next_one_s() {
    let cell = Arc::new(PerProcess::new(|| io::Result::Ok(())).unwrap());
    let (tell, told) = channel();
    let (go_on, may_go_on) = channel::<()>();
    let of_the_callback = Arc::clone(&cell);
    acs_runtime::spawn(async move {
        acs_runtime::call_back(move || {
            tell.send(None).unwrap();
            received(&may_go_on);
            tell.send(Some(of_the_callback.get())).unwrap();
        });
    })
    .unwrap();
    assert!(received(&told).is_none());
    let ended = acs_runtime::shutdown(Duration::from_millis(50));
    assert_eq!(ended, Err(ShutdownError::Timeout), "the callback is under way");
    let next = cell.get().unwrap();
    go_on.send(()).unwrap();
    assert!(Arc::ptr_eq(&next, &received(&told).unwrap().unwrap()));
}

pub(crate) fn those_that_need_no_runtime_survive_a_restart() {
    let cell = PerFork::new(|| io::Result::Ok(Box::new(7))).unwrap();
    let first = cell.get().unwrap();
    work();
    acs_runtime::shutdown(PATIENCE).unwrap();
    assert!(Arc::ptr_eq(&first, &cell.get().unwrap()));
}

pub(crate) fn threads_agree_on_one() {
    let ends = Ends::default();
    let made = Arc::new(AtomicUsize::new(0));
    let (ended, counter) = (ends.clone(), Arc::clone(&made));
    let cell = PerProcess::new(move || {
        counter.fetch_add(1, Ordering::Relaxed);
        io::Result::Ok(ended.one())
    });
    let cell = Arc::new(cell.unwrap());
    for _ in 0..times(50) {
        acs_runtime::shutdown(PATIENCE).unwrap();
        let all = Arc::new(Barrier::new(4));
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let (cell, all) = (Arc::clone(&cell), Arc::clone(&all));
                thread::spawn(move || {
                    all.wait();
                    cell.get().unwrap()
                })
            })
            .collect();
        let values: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
        assert!(values.iter().all(|value| Arc::ptr_eq(value, &values[0])));
    }
    assert_eq!(
        ends.count(),
        made.load(Ordering::Relaxed) - 1,
        "all but the last are dropped"
    );
}
