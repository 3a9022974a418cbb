//! The one tokio runtime of a host process, for the facades of languages that know nothing of tokio.
//!
//! It starts at first use, never at load. A child of a fork has only the thread that forked: it builds a runtime of its
//! own at its first use, and what it inherited is leaked and never touched, since its locks and sockets belong to the
//! parent. No lock is taken here that another thread could have held at the fork.
//!
//! A callback may fork too. The child can use everything while it is in the callback. When that returns, a child of one
//! of the runtime's threads ends, as there is nothing left for it to do; a child of a thread in [`block_on`] gets an error
//! from there.

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
