//! A signal that an event loop can wait for: an eventfd on Linux, the end of a pipe on other Unix systems, an
//! event on Windows.

#[cfg(any(target_os = "linux", target_os = "android"))]
mod eventfd;
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) use self::eventfd::Signal;

// Tested on Linux too.
#[cfg(all(unix, any(test, not(any(target_os = "linux", target_os = "android")))))]
mod pipe;
#[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
pub(crate) use self::pipe::Signal;

#[cfg(windows)]
mod event;
#[cfg(windows)]
pub(crate) use self::event::Signal;

#[cfg(all(test, not(miri)))]
mod tests;
