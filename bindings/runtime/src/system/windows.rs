//! Windows: no forks, no signals.

use windows_sys::Win32::System::LibraryLoader::{
    GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, GET_MODULE_HANDLE_EX_FLAG_PIN, GetModuleHandleExW,
};

/// Always 0: a process is never a copy of another.
pub fn fork_generation() -> u64 {
    0
}

/// The signals that the host's threads block: there are none.
#[derive(Clone, Copy)]
pub(crate) enum Signals {}

pub(crate) struct SignalsKeptAway;

impl SignalsKeptAway {
    pub(crate) fn new() -> Self {
        Self
    }

    pub(crate) fn before(&self) -> Option<Signals> {
        None
    }
}

pub(crate) struct PipeSignalKeptAway;

impl PipeSignalKeptAway {
    pub(crate) fn new() -> Self {
        Self
    }
}

pub(crate) fn keep_signals_away(_host: Option<Signals>) {}

/// Ends the process.
pub(crate) fn end_process() -> ! {
    std::process::exit(0)
}

/// Keeps the library loaded until the process ends, even if the host unloads it: its threads run the
/// library's code.
pub(crate) fn stay_loaded() {
    let here: fn() = stay_loaded;
    let mut module = std::ptr::null_mut();
    // SAFETY: with these flags the name is an address within the module, and `module` can be written to. The
    // call doesn't increment the module's reference count.
    unsafe {
        GetModuleHandleExW(
            GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
            here as *const () as *const u16,
            &raw mut module,
        );
    }
}
