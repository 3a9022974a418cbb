//! The runtime before a fork, and after it in the parent and in the child.

use std::io;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use acs_runtime::{PerFork, PerProcess};

use super::child::forked;
use super::support::{Ends, PATIENCE, work};

pub(crate) fn parent_and_child_go_on() {
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
        // The child in between doesn't use the runtime itself.
        forked(|| forked(work).ended_well()).ended_well();
    })
    .ended_well();
}

pub(crate) fn a_child_can_shut_down() {
    work();
    forked(|| {
        // What it inherited has no threads here to wait for.
        acs_runtime::shutdown(PATIENCE).unwrap();
        work();
        acs_runtime::shutdown(PATIENCE).unwrap();
        work();
    })
    .ended_well();
    work();
}

pub(crate) fn a_child_leaks_what_it_inherited() {
    let ends = Ends::default();
    let counted = |ends: &Ends| {
        let ends = ends.clone();
        move || io::Result::Ok(ends.one())
    };
    let cell = PerProcess::new(counted(&ends)).unwrap();
    let quiet = PerFork::new(counted(&ends)).unwrap();
    let untouched = PerProcess::new(counted(&ends)).unwrap();
    let untouched_quiet = PerFork::new(counted(&ends)).unwrap();
    let inherited = cell.get().unwrap();
    let seen = ends.clone();
    // The child drops its copies of everything.
    forked(move || {
        let own = cell.get().unwrap();
        assert!(!Arc::ptr_eq(&own, &inherited));
        assert!(Arc::ptr_eq(&own, &cell.get().unwrap()));
        quiet.get().unwrap();
        drop((own, inherited, untouched, untouched_quiet));
        assert_eq!(seen.count(), 0);
        drop(cell);
        assert_eq!(
            seen.count(),
            1,
            "what the child made is dropped, and nothing else"
        );
        drop(quiet);
        assert_eq!(seen.count(), 2);
    })
    .ended_well();
    assert_eq!(ends.count(), 4, "the parent drops its own");
}

pub(crate) fn what_was_spawned_before_runs_in_the_parent_alone() {
    let ends = Ends::default();
    let (go, wait) = tokio::sync::oneshot::channel::<()>();
    let end = ends.one();
    let task = acs_runtime::spawn(async move {
        let _ = wait.await;
        drop(end);
    })
    .unwrap();
    let (seen, inherited) = (ends.clone(), task.clone());
    forked(move || {
        inherited.cancel();
        drop(inherited);
        work();
        acs_runtime::shutdown(PATIENCE).unwrap();
        assert_eq!(seen.count(), 0);
    })
    .ended_well();
    assert_eq!(ends.count(), 0, "the child cancelled nothing");
    go.send(()).unwrap();
    while ends.count() == 0 {
        thread::sleep(Duration::from_millis(1));
    }
    task.cancel();
}
