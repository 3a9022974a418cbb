//! The one tokio runtime of a host process, for the facades of languages that know nothing of tokio.
//!
//! It starts at first use, never at load. A child of a fork has only the thread that forked: it builds a runtime of its
//! own at its first use, and what it inherited is leaked and never touched, since its locks and sockets belong to the
//! parent. No lock is taken here that another thread could have held at the fork.

mod cell;
mod fork;
mod runtime;

pub use self::cell::{PerFork, PerProcess};
pub use self::fork::fork_generation;
pub use self::runtime::{
    ShutdownError, Task, block_on, enter, is_runtime_thread, set_worker_threads, shutdown, spawn,
    spawn_blocking,
};
