//! Shuts the runtime down and starts it again.

use std::io;
use std::sync::mpsc::channel;
use std::time::Duration;

use acs_runtime::ShutdownError;

use super::support::{PATIENCE, blocking, received, times, work};

pub(crate) fn it_starts_again_after_its_end() {
    for _ in 0..times(100) {
        work();
        acs_runtime::shutdown(PATIENCE).unwrap();
        acs_runtime::shutdown(PATIENCE).unwrap();
    }
    // Without a limit, and without any time: the threads may need a moment even if nothing blocks.
    work();
    acs_runtime::shutdown(Duration::MAX).unwrap();
    work();
    let _ = acs_runtime::shutdown(Duration::ZERO);
    work();
    acs_runtime::shutdown(PATIENCE).unwrap();
}

pub(crate) fn a_straggler_is_waited_for_by_the_next_end_too() {
    let (release, wait) = channel::<()>();
    let (tell, told) = channel();
    blocking(move || {
        tell.send(()).unwrap();
        let _ = wait.recv();
    })
    .unwrap();
    received(&told);
    let soon = Duration::from_millis(20);
    assert_eq!(acs_runtime::shutdown(soon), Err(ShutdownError::Timeout));
    assert_eq!(acs_runtime::shutdown(soon), Err(ShutdownError::Timeout));
    // The next runtime waits for it too, and so does the one after that.
    for _ in 0..2 {
        work();
        assert_eq!(acs_runtime::shutdown(soon), Err(ShutdownError::Timeout));
    }
    release.send(()).unwrap();
    acs_runtime::shutdown(PATIENCE).unwrap();
}

pub(crate) fn what_ends_does_not_begin_again_by_a_callback() {
    struct CallsBack(std::sync::mpsc::Sender<io::ErrorKind>);

    impl Drop for CallsBack {
        fn drop(&mut self) {
            assert!(acs_runtime::is_runtime_thread());
            let waited = acs_runtime::block_on(async {});
            self.0.send(waited.unwrap_err().kind()).unwrap();
            let spawned = acs_runtime::spawn(async {});
            self.0.send(spawned.unwrap_err().kind()).unwrap();
        }
    }

    let (tell, told) = channel();
    let calls_back = CallsBack(tell);
    acs_runtime::spawn(async move {
        let _calls_back = calls_back;
        std::future::pending().await
    })
    .unwrap();
    acs_runtime::shutdown(PATIENCE).unwrap();
    for _ in 0..2 {
        assert_eq!(received(&told), io::ErrorKind::Interrupted);
    }
    work();
}
