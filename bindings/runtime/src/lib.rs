//! The process's single, fork-safe tokio runtime, for facades whose hosts know nothing of tokio.
//!
//! It starts at first use, never when the library is loaded. A forked child has only the thread that forked.
//! It starts a runtime of its own at its first use, and leaks the one it inherited, whose locks and sockets
//! belong to the parent. This crate takes no lock that another thread could hold during a fork.
//!
//! A callback may fork too. The child can use everything while it is in the callback. When the callback
//! returns on one of the runtime's threads, the child exits, because the rest of the thread's work is the
//! parent's. If it returns in [`block_on`], that returns an error.

mod callback;
mod callee;
mod cell;
mod gate;
mod host;
mod live;
mod locking;
mod mailbox;
mod pending;
mod presence;
mod runtime;
mod stamp;
mod standby;
mod system;
mod thread;

pub use self::callback::CALLBACK_THREADS;
pub use self::callee::{CALLS_OF_ONE, Callee};
pub use self::cell::{PerFork, PerProcess};
pub use self::host::HOST_THREADS;
pub use self::locking::unpoisoned;
pub use self::mailbox::{Delivery, Mailbox};
pub use self::runtime::{
    ShutdownError, Task, block_on, call_back, enter, is_ended_beneath, poll_inline, run_on_host_thread,
    set_worker_threads, shutdown, spawn,
};
pub use self::system::fork_generation;
pub use self::thread::is_runtime_thread;
