//! Callbacks that don't return must not delay anything else.

use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use acs_runtime::{CALLBACK_THREADS, ShutdownError};

use super::support::{DEADLINE, Ends, PATIENCE, received, times, work};

/// Holds callbacks until it is opened.
#[derive(Clone, Default)]
struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    fn wait(&self) {
        let (is_open, opened) = &*self.0;
        let is_open = is_open.lock().unwrap();
        drop(opened.wait_while(is_open, |is_open| !*is_open).unwrap());
    }

    fn open(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_all();
    }
}

/// Runs a callback from a task, and sends the name of its thread.
fn called(tell: Sender<String>, callback: impl FnOnce() + Send + 'static) {
    let task = async move {
        acs_runtime::call_back(move || {
            tell.send(thread::current().name().unwrap_or_default().to_owned())
                .unwrap();
            callback();
        });
    };
    acs_runtime::spawn(task).unwrap();
}

fn hang(count: usize, gate: &Gate) {
    let (tell, told) = channel();
    for _ in 0..count {
        let gate = gate.clone();
        called(tell.clone(), move || gate.wait());
        received(&told);
    }
}

/// Waits until callbacks run on workers again, which they do once none blocks one.
fn expect_on_a_worker() {
    let started = Instant::now();
    loop {
        let (tell, told) = channel();
        called(tell, || {});
        if received(&told) == "acs-auth" {
            return;
        }
        assert!(started.elapsed() < DEADLINE);
        thread::sleep(Duration::from_millis(1));
    }
}

fn restart_with(workers: usize) {
    acs_runtime::shutdown(PATIENCE).unwrap();
    acs_runtime::set_worker_threads(workers);
}

pub(crate) fn a_callback_that_hangs_holds_up_nothing_else() {
    for workers in [1, 3] {
        restart_with(workers);
        for _ in 0..times(10) {
            let gate = Gate::default();
            hang(1, &gate);
            let (tell, told) = channel();
            for _ in 0..times(30) {
                work();
                called(tell.clone(), || {});
                received(&told);
            }
            gate.open();
            expect_on_a_worker();
        }
    }
    restart_with(1);
}

pub(crate) fn callbacks_that_hang_on_every_thread_hold_up_callbacks_alone() {
    for workers in [1, 3] {
        restart_with(workers);
        let (gate, ends, further) = (Gate::default(), Ends::default(), Ends::default());
        // As many as can run at once, including one on each worker.
        for _ in 0..CALLBACK_THREADS + workers {
            let (gate, end) = (gate.clone(), ends.one());
            called(channel_to_nobody(), move || {
                gate.wait();
                drop(end);
            });
        }
        for _ in 0..times(100) {
            work();
        }
        for _ in 0..20 {
            let end = further.one();
            called(channel_to_nobody(), move || drop(end));
        }
        for _ in 0..times(100) {
            work();
        }
        assert_eq!(ends.count(), 0);
        gate.open();
        acs_runtime::shutdown(PATIENCE).unwrap();
        assert_eq!((ends.count(), further.count()), (CALLBACK_THREADS + workers, 20));
    }
    restart_with(1);
}

/// A channel whose messages nobody receives.
fn channel_to_nobody() -> Sender<String> {
    let (tell, told) = channel();
    Box::leak(Box::new(told));
    tell
}

pub(crate) fn callbacks_that_wait_for_the_runtime_hold_up_nothing() {
    let (tell, told) = channel();
    for _ in 0..times(200) {
        let tell = tell.clone();
        called(channel_to_nobody(), move || {
            work();
            tell.send(()).unwrap();
        });
    }
    for _ in 0..times(200) {
        received(&told);
    }
    acs_runtime::shutdown(PATIENCE).unwrap();
}

pub(crate) fn a_callback_that_hangs_is_left_behind_by_the_end() {
    let (gate, soon, ends) = (Gate::default(), Duration::from_millis(100), Ends::default());
    hang(1, &gate);
    // Futures that the shutdown drops run callbacks as well.
    struct CallsBack(Option<super::support::End>);
    impl Drop for CallsBack {
        fn drop(&mut self) {
            let end = self.0.take();
            acs_runtime::call_back(move || drop(end));
        }
    }
    for _ in 0..50 {
        let calls_back = CallsBack(Some(ends.one()));
        acs_runtime::spawn(async move {
            std::future::pending::<()>().await;
            drop(calls_back);
        })
        .unwrap();
    }
    let started = Instant::now();
    assert_eq!(acs_runtime::shutdown(soon), Err(ShutdownError::Timeout));
    assert!(started.elapsed() < DEADLINE);
    let started = Instant::now();
    while ends.count() < 50 && started.elapsed() < DEADLINE {
        thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(ends.count(), 50);
    work();
    assert_eq!(acs_runtime::shutdown(soon), Err(ShutdownError::Timeout));
    gate.open();
    acs_runtime::shutdown(PATIENCE).unwrap();
    work();
    expect_on_a_worker();
}
