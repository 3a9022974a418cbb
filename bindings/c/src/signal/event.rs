//! An event of Windows, which stays signalled until it is reset.

use std::io;
use std::os::windows::io::{AsRawHandle as _, FromRawHandle as _, OwnedHandle};
use std::ptr;

use windows_sys::Win32::System::Threading::{CreateEventW, ResetEvent, SetEvent};

pub(crate) struct Signal(OwnedHandle);

impl Signal {
    pub(crate) fn new() -> io::Result<Self> {
        // SAFETY: no pointers are passed. The event is manual-reset, and not signalled at first.
        let event = unsafe { CreateEventW(ptr::null(), 1, 0, ptr::null()) };
        if event.is_null() {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the system has just returned it, so nobody else owns it.
        Ok(Self(unsafe { OwnedHandle::from_raw_handle(event) }))
    }

    /// The handle as a number. A Windows handle has at most 32 significant bits, so that 32-bit and 64-bit
    /// programs can share it.
    #[allow(clippy::cast_possible_truncation, reason = "see above")]
    pub(crate) fn descriptor(&self) -> i32 {
        self.0.as_raw_handle() as isize as i32
    }

    pub(crate) fn raise(&self) {
        // SAFETY: the handle is open.
        unsafe { SetEvent(self.0.as_raw_handle()) };
    }

    pub(crate) fn clear(&self) {
        // SAFETY: the handle is open.
        unsafe { ResetEvent(self.0.as_raw_handle()) };
    }
}
