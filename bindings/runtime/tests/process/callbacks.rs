//! Forks in work that the runtime runs, mostly in a host's callback.

use std::future::poll_fn;
use std::io;
use std::sync::mpsc::{Sender, channel};
use std::task::Poll;
use std::thread;

use acs_runtime::{Mailbox, PerProcess};

use super::child::{Child, end, fork, forked};
use super::signals::{SIGNALS, blocks};
use super::support::{PATIENCE, blocking, received, work};

/// Runs this in a task and returns the child that it forks.
fn in_a_task(work: impl FnOnce(Sender<Child>) + Send + 'static) -> Child {
    let (tell, told) = channel();
    acs_runtime::spawn(async move { work(tell) }).unwrap();
    received(&told)
}

pub(crate) fn a_child_of_a_task_can_use_everything() {
    let cell = PerProcess::new(|| io::Result::Ok(7)).unwrap();
    let child = in_a_task(move |tell| {
        let child = forked(|| {
            assert!(!acs_runtime::is_runtime_thread());
            assert_eq!(*cell.get().unwrap(), 7);
            work();
            let (tell, told) = channel();
            let other = tell.clone();
            acs_runtime::spawn(async move { tell.send(acs_runtime::is_runtime_thread()).unwrap() }).unwrap();
            blocking(move || other.send(true).unwrap()).unwrap();
            assert!(received(&told) && received(&told));
            let yielding = acs_runtime::block_on(async {
                tokio::task::yield_now().await;
                acs_runtime::block_on(async { 8 })
            });
            assert_eq!(yielding.unwrap().unwrap(), 8);
            thread::spawn(work).join().unwrap();
            acs_runtime::shutdown(PATIENCE).unwrap();
            work();
            forked(work).ended_well();
        });
        tell.send(child).unwrap();
    });
    work();
    child.ended_well();
    work();
}

pub(crate) fn a_child_of_a_task_that_returns_ends() {
    let child = in_a_task(|tell| {
        // Only the parent may run the task that is queued behind this one.
        let parent = std::process::id();
        acs_runtime::spawn(async move {
            if std::process::id() != parent {
                end(|| panic!("the child does what is its parent's"));
            }
        })
        .unwrap();
        if let Some(child) = fork() {
            tell.send(child).unwrap();
        }
    });
    child.ended_well();
    work();
}

pub(crate) fn a_child_of_a_callback_can_use_everything_and_ends() {
    let child = in_a_task(|tell| {
        let parent = std::process::id();
        acs_runtime::call_back(move || {
            if let Some(child) = fork() {
                return tell.send(child).unwrap();
            }
            work();
            let (tell, told) = channel();
            acs_runtime::spawn(async move { acs_runtime::call_back(move || tell.send(()).unwrap()) })
                .unwrap();
            received(&told);
            acs_runtime::shutdown(PATIENCE).unwrap();
            work();
        });
        if std::process::id() != parent {
            end(|| panic!("the child does what is its parent's"));
        }
    });
    child.ended_well();
    work();
}

pub(crate) fn a_child_of_blocking_work_that_returns_ends() {
    let (tell, told) = channel();
    let (release, wait) = channel::<()>();
    blocking(move || {
        if let Some(child) = fork() {
            tell.send(child).unwrap();
            // The child is killed when this thread ends.
            let _ = wait.recv();
        } else {
            work();
        }
    })
    .unwrap();
    received(&told).ended_well();
    drop(release);
    work();
}

pub(crate) fn a_child_of_a_notification_that_returns_ends() {
    let (tell, told) = channel();
    let mailbox = Mailbox::new(9, 9, move |_| {
        if let Some(child) = fork() {
            tell.send(child).unwrap();
        } else {
            work();
        }
    });
    mailbox.push((), 0);
    received(&told).ended_well();
    drop(mailbox);
    work();
}

pub(crate) fn a_child_of_a_waiting_thread_goes_on() {
    let mut child = None;
    let mut is_first = true;
    let parent = std::process::id();
    let mut outcome = acs_runtime::block_on(poll_fn(|context| {
        if is_first {
            is_first = false;
            child = fork();
            // Nothing else would wake it in the child.
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        assert_eq!(std::process::id(), parent);
        Poll::Ready(())
    }));
    if std::process::id() != parent {
        end(|| {
            let error = outcome.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::Interrupted);
            work();
            acs_runtime::shutdown(PATIENCE).unwrap();
            work();
        });
    }
    outcome.as_mut().unwrap();
    child.take().unwrap().ended_well();
    work();
}

pub(crate) fn a_child_of_polled_work_goes_on() {
    let parent = std::process::id();
    let (tell, told) = channel();
    let task = acs_runtime::poll_inline(async move {
        let child = fork();
        work();
        if let Some(child) = child {
            tell.send(child).unwrap();
        }
    });
    if std::process::id() != parent {
        end(|| {
            assert_eq!(task.unwrap_err().kind(), io::ErrorKind::Interrupted);
            work();
            acs_runtime::shutdown(PATIENCE).unwrap();
            work();
        });
    }
    task.unwrap();
    received(&told).ended_well();
    work();
}

pub(crate) fn a_child_of_a_task_hears_signals() {
    let child = in_a_task(|tell| {
        let child = forked(|| assert_eq!(SIGNALS.map(blocks), [false; 4]));
        assert_eq!(SIGNALS.map(blocks), [true; 4]);
        tell.send(child).unwrap();
    });
    child.ended_well();
}
