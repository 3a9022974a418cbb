//! Signals belong to the host.

use std::io;
use std::sync::mpsc;

use tokio::io::AsyncWriteExt as _;

use super::child::forked;
use super::support::{blocking, received, work};

/// Whether the calling thread blocks a signal.
pub(crate) fn blocks(signal: i32) -> bool {
    // SAFETY: the set is filled by the call before it is read.
    unsafe {
        let mut set = std::mem::zeroed();
        libc::pthread_sigmask(libc::SIG_BLOCK, std::ptr::null(), &raw mut set);
        libc::sigismember(&raw const set, signal) == 1
    }
}

pub(crate) const SIGNALS: [i32; 4] = [libc::SIGINT, libc::SIGTERM, libc::SIGCHLD, libc::SIGUSR1];

pub(crate) fn signals_stay_with_the_host_s_threads() {
    const FAULTS: [i32; 3] = [libc::SIGSEGV, libc::SIGBUS, libc::SIGFPE];
    let (tell, told) = mpsc::channel();
    let other = tell.clone();
    let seen = || (SIGNALS.map(blocks), FAULTS.map(blocks));
    acs_runtime::spawn(async move { tell.send(seen()).unwrap() }).unwrap();
    blocking(move || other.send(seen()).unwrap()).unwrap();
    for _ in 0..2 {
        assert_eq!(received(&told), ([true; 4], [false; 3]));
    }
    assert_eq!(SIGNALS.map(blocks), [false; 4]);
}

/// Writes to a pipe whose reader is closed.
async fn break_a_pipe() {
    let (mut into, out) = tokio::net::unix::pipe::pipe().unwrap();
    drop(out);
    let error = into.write_all(&[7]).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
}

fn is_pending(signal: i32) -> bool {
    // SAFETY: the set is filled by the call before it is read.
    unsafe {
        let mut set = std::mem::zeroed();
        libc::sigpending(&raw mut set);
        libc::sigismember(&raw const set, signal) == 1
    }
}

pub(crate) fn a_peer_that_went_away_is_no_signal() {
    forked(|| {
        // SAFETY: it restores the system's default, which ends the process.
        unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
        acs_runtime::block_on(break_a_pipe()).unwrap();
        assert!(!blocks(libc::SIGPIPE) && !is_pending(libc::SIGPIPE));
        let (tell, told) = mpsc::channel();
        acs_runtime::spawn(async move {
            break_a_pipe().await;
            tell.send(()).unwrap();
        })
        .unwrap();
        received(&told);
        let nested = acs_runtime::block_on(async { acs_runtime::block_on(break_a_pipe()) });
        nested.unwrap().unwrap();
        assert!(!blocks(libc::SIGPIPE) && !is_pending(libc::SIGPIPE));

        // If the host blocks SIGPIPE, its own stays pending, and the runtime adds none.
        unsafe {
            let mut set = std::mem::zeroed();
            libc::sigemptyset(&raw mut set);
            libc::sigaddset(&raw mut set, libc::SIGPIPE);
            libc::pthread_sigmask(libc::SIG_BLOCK, &raw const set, std::ptr::null_mut());
        }
        acs_runtime::block_on(break_a_pipe()).unwrap();
        assert!(blocks(libc::SIGPIPE) && !is_pending(libc::SIGPIPE));
        // SAFETY: it is for the calling thread, which blocks it.
        unsafe { libc::raise(libc::SIGPIPE) };
        acs_runtime::block_on(break_a_pipe()).unwrap();
        assert!(blocks(libc::SIGPIPE) && is_pending(libc::SIGPIPE));
        work();
    })
    .ended_well();
}
