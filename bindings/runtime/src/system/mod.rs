//! What differs between systems: forks, signals, and how a library stays loaded. All unsafe code of this crate is here.
//!
//! [`unix`] has all of it. Windows neither forks nor sends signals to threads, so its twin is empty but for the last.

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
