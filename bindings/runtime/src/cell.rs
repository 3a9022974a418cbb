//! Values of which each process has its own instance.

use std::io;
use std::mem;
use std::sync::Arc;

use arc_swap::{ArcSwapOption, Guard};

use crate::live::{Present, current, was_ended};
use crate::stamp::Stamp;
use crate::system::fork_generation;
use crate::thread::polled_in;

type Build<T, E> = Box<dyn Fn() -> Result<T, E> + Send + Sync>;

/// A value, with the runtime and the process in which it was made.
struct Made<S, T> {
    stamp: S,
    fork: u64,
    value: Arc<T>,
}

/// One value at a time, made on demand for the current stamp.
struct Cell<S, T, E> {
    build: Build<T, E>,
    made: ArcSwapOption<Made<S, T>>,
}

impl<S: Copy + PartialEq, T, E> Cell<S, T, E> {
    /// The value, if it was made for this stamp.
    fn peek(&self, stamp: S) -> Option<Arc<T>> {
        let made = self.made.load();
        let made = made.as_ref().filter(|made| made.stamp == stamp);
        made.map(|made| Arc::clone(&made.value))
    }

    fn get(&self, stamp: S, fork: u64) -> Result<Arc<T>, E> {
        loop {
            let current = self.made.load();
            match &*current {
                Some(made) if made.stamp == stamp => return Ok(Arc::clone(&made.value)),
                _ => {}
            }
            let value = Arc::new((self.build)()?);
            let made = Arc::new(Made {
                stamp,
                fork,
                value: Arc::clone(&value),
            });
            let before = self.made.compare_and_swap(&current, Some(made));
            let is_in = match (&*before, &*current) {
                (None, None) => true,
                (Some(before), Some(current)) => Arc::ptr_eq(before, current),
                _ => false,
            };
            if is_in {
                drop(current);
                dispose(Guard::into_inner(before));
                return Ok(value);
            }
        }
    }
}

/// Drops a value that was made in this process, and leaks one that was made in a parent, to which its locks
/// and sockets belong.
fn dispose<S, T>(made: Option<Arc<Made<S, T>>>) {
    if let Some(made) = made
        && made.fork != fork_generation()
    {
        mem::forget(made);
    }
}

impl<S, T, E> Drop for Cell<S, T, E> {
    fn drop(&mut self) {
        dispose(self.made.swap(None));
    }
}

/// A value that depends on the runtime. It is made again in a forked child, and after the runtime was shut
/// down.
pub struct PerProcess<T, E>(Cell<Stamp, T, E>);

impl<T, E: From<io::Error>> PerProcess<T, E> {
    /// Makes the first instance at once. `build` runs within the runtime.
    ///
    /// # Errors
    /// Those of `build`, or that the runtime cannot be started.
    pub fn new(build: impl Fn() -> Result<T, E> + Send + Sync + 'static) -> Result<Self, E> {
        let cell = Self(Cell {
            build: Box::new(build),
            made: ArcSwapOption::empty(),
        });
        cell.get()?;
        Ok(cell)
    }

    /// The instance of this process and its current runtime.
    ///
    /// # Errors
    /// Those of `build`, or that the runtime cannot be started. [`io::ErrorKind::Interrupted`] in work of a
    /// runtime that is being shut down, even if another runtime has been started: what the work would start
    /// in the value ends with its own runtime.
    pub fn get(&self) -> Result<Arc<T>, E> {
        let polled_in = polled_in();
        let is_foreign = |stamp: Option<Stamp>| polled_in.is_some() && polled_in != stamp;
        let current = current();
        if is_foreign(current) {
            return Err(was_ended().into());
        }
        if let Some(value) = current.and_then(|stamp| self.0.peek(stamp)) {
            return Ok(value);
        }
        let live = Present::new()?;
        if is_foreign(Some(live.stamp)) {
            return Err(was_ended().into());
        }
        live.enter(|| self.0.get(live.stamp, live.stamp.fork))
    }
}

/// A value that does not depend on the runtime: made again only in a forked child.
pub struct PerFork<T>(Cell<u64, T, io::Error>);

impl<T> PerFork<T> {
    /// Makes the first instance at once.
    ///
    /// # Errors
    /// Those of `build`.
    pub fn new(build: impl Fn() -> io::Result<T> + Send + Sync + 'static) -> io::Result<Self> {
        let cell = Self::lazy(build);
        cell.get()?;
        Ok(cell)
    }

    /// Makes the first instance when it is needed.
    pub fn lazy(build: impl Fn() -> io::Result<T> + Send + Sync + 'static) -> Self {
        Self(Cell {
            build: Box::new(build),
            made: ArcSwapOption::empty(),
        })
    }

    /// The instance of this process.
    ///
    /// # Errors
    /// Those of `build`.
    pub fn get(&self) -> io::Result<Arc<T>> {
        let fork = fork_generation();
        self.0.get(fork, fork)
    }
}

impl<T, E> std::fmt::Debug for PerProcess<T, E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PerProcess")
    }
}

impl<T> std::fmt::Debug for PerFork<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PerFork")
    }
}
