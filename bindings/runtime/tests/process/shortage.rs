//! A system that provides no more threads.

use std::io;

use super::child::forked;
use super::support::{PATIENCE, blocking, work};

pub(crate) fn without_threads_there_is_an_error() {
    for count in [1, 3] {
        acs_runtime::set_worker_threads(count);
        forked(|| {
            let before = threads_allowed(0);
            assert!(acs_runtime::block_on(async {}).is_err());
            assert!(acs_runtime::spawn(async {}).is_err());
            assert!(blocking(|| {}).is_err());
            assert_eq!(
                acs_runtime::enter(|| ()).unwrap_err().kind(),
                io::ErrorKind::WouldBlock
            );
            acs_runtime::shutdown(PATIENCE).unwrap();
            threads_allowed(before);
            work();
            // A runtime that is running, but can't start a thread for a blocking callback.
            threads_allowed(0);
            std::panic::set_hook(Box::new(|_| {}));
            let ends = super::support::Ends::default();
            let end = ends.one();
            let refused = blocking(move || drop(end));
            assert_eq!(refused.unwrap_err().kind(), io::ErrorKind::WouldBlock);
            assert_eq!(ends.count(), 1);
            threads_allowed(before);
            work();
            acs_runtime::shutdown(PATIENCE).unwrap();
        })
        .ended_well();
    }
    acs_runtime::set_worker_threads(1);
}

/// Sets how many threads this process, which ends soon, may have. Returns the former number.
fn threads_allowed(count: libc::rlim_t) -> libc::rlim_t {
    // SAFETY: the calls only read and write the limit. It doesn't apply to root, so the process becomes the
    // user nobody.
    unsafe {
        let mut limit = std::mem::zeroed::<libc::rlimit>();
        assert_eq!(libc::getrlimit(libc::RLIMIT_NPROC, &raw mut limit), 0);
        let before = limit.rlim_cur;
        limit.rlim_cur = count;
        assert_eq!(libc::setrlimit(libc::RLIMIT_NPROC, &raw const limit), 0);
        if libc::geteuid() == 0 {
            assert_eq!(libc::setuid(65534), 0);
        }
        before
    }
}
