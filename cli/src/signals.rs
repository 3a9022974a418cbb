//! The signals that end a command, and the one that makes `serve` reload its files.

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

#[cfg(windows)]
pub(crate) use self::windows::{Ends, Reloads, end, reload};

#[cfg(windows)]
mod windows {
    use std::io;

    use tokio::signal::windows::{CtrlBreak, CtrlC, CtrlClose, ctrl_break, ctrl_c, ctrl_close};

    /// Ctrl-C, Ctrl-Break, and the closing of the console.
    pub(crate) struct Ends {
        interrupt: CtrlC,
        stop: CtrlBreak,
        close: CtrlClose,
    }

    /// Handles these from now on.
    pub(crate) fn end() -> io::Result<Ends> {
        Ok(Ends {
            interrupt: ctrl_c()?,
            stop: ctrl_break()?,
            close: ctrl_close()?,
        })
    }

    impl Ends {
        /// Waits for the next one.
        pub(crate) async fn next(&mut self) {
            tokio::select! {
                _ = self.interrupt.recv() => {}
                _ = self.stop.recv() => {}
                _ = self.close.recv() => {}
            }
        }
    }

    /// Windows has no such signal.
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
