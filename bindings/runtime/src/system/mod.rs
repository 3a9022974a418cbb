//! What differs between systems: forks, signals, and keeping the library loaded. All unsafe code of this
//! crate is here.
//!
//! [`unix`] has all of these. Windows neither forks nor sends signals to threads, so its module only keeps
//! the library loaded.

#[cfg(unix)]
mod unix;
#[cfg(unix)]
use self::unix as here;

#[cfg(windows)]
mod windows;
#[cfg(windows)]
use self::windows as here;

pub use self::here::fork_generation;
pub(crate) use self::here::{
    PipeSignalKeptAway, SignalsKeptAway, end_process, keep_signals_away, stay_loaded,
};
