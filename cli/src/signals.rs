//! The signals that end a command, and the one that makes it read its files again.

#[cfg(unix)]
pub(crate) use self::unix::{Ends, Reloads, end, reload};

#[cfg(unix)]
mod unix {
    use std::io;

    use tokio::signal::unix::{Signal, SignalKind, signal};

    /// Ctrl-C and SIGTERM.
    pub(crate) struct Ends {
        interrupt: Signal,
        terminate: Signal,
    }

    /// Handles Ctrl-C and SIGTERM from now on.
    pub(crate) fn end() -> io::Result<Ends> {
        Ok(Ends {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    impl Ends {
        /// Waits for the next one.
        pub(crate) async fn next(&mut self) {
            tokio::select! {
                _ = self.interrupt.recv() => {}
                _ = self.terminate.recv() => {}
            }
        }
    }

    /// SIGHUP.
    pub(crate) struct Reloads(Signal);

    /// Handles SIGHUP from now on.
    pub(crate) fn reload() -> io::Result<Reloads> {
        signal(SignalKind::hangup()).map(Reloads)
    }

    impl Reloads {
        /// Waits for the next one.
        pub(crate) async fn next(&mut self) {
            self.0.recv().await;
        }
    }
}

#[cfg(not(unix))]
pub(crate) use self::elsewhere::{Ends, Reloads, end, reload};

#[cfg(not(unix))]
mod elsewhere {
    use std::io;

    /// Ctrl-C.
    pub(crate) struct Ends;

    pub(crate) fn end() -> io::Result<Ends> {
        Ok(Ends)
    }

    impl Ends {
        pub(crate) async fn next(&mut self) {
            let _ = tokio::signal::ctrl_c().await;
        }
    }

    /// There is no such signal.
    pub(crate) struct Reloads;

    pub(crate) fn reload() -> io::Result<Reloads> {
        Ok(Reloads)
    }

    impl Reloads {
        pub(crate) async fn next(&mut self) {
            std::future::pending().await
        }
    }
}
