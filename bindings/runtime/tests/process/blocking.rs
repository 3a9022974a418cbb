//! Blocking on the runtime from all kinds of threads.

use std::panic::{catch_unwind, resume_unwind};
use std::sync::mpsc::channel;
use std::time::Duration;

use super::support::{blocking, received, work};

fn wait_for_more() -> i32 {
    let waited = acs_runtime::block_on(async {
        tokio::time::sleep(Duration::from_millis(5)).await;
        let inner = tokio::spawn(async { 20 });
        inner.await.unwrap() + 1
    });
    waited.unwrap()
}

pub(crate) fn a_worker_may_wait_for_more_work() {
    let (tell, told) = channel();
    // There is only one worker, which must not be blocked meanwhile.
    for _ in 0..3 {
        let tell = tell.clone();
        acs_runtime::spawn(async move {
            assert!(acs_runtime::is_runtime_thread());
            let waited = wait_for_more();
            assert!(acs_runtime::is_runtime_thread());
            tell.send(waited).unwrap();
        })
        .unwrap();
    }
    for _ in 0..3 {
        assert_eq!(received(&told), 21);
    }
}

pub(crate) fn blocking_work_may_wait_too() {
    let (tell, told) = channel();
    blocking(move || tell.send(wait_for_more()).unwrap()).unwrap();
    assert_eq!(received(&told), 21);
}

pub(crate) fn a_thread_that_waits_may_wait_for_more() {
    let waited = acs_runtime::block_on(async {
        let within = wait_for_more();
        tokio::task::yield_now().await;
        within + acs_runtime::block_on(async { wait_for_more() }).unwrap()
    });
    assert_eq!(waited.unwrap(), 42);
    assert!(!acs_runtime::is_runtime_thread());
}

pub(crate) fn a_panic_is_the_caller_s() {
    let caught = catch_unwind(|| acs_runtime::block_on(async { resume_unwind(Box::new("mine")) }));
    let panic = caught.map(|_: Result<(), _>| ()).unwrap_err();
    assert_eq!(*panic.downcast::<&str>().unwrap(), "mine");
    work();
}
