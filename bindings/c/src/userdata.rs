//! What a host hands to the library to get it back in its callbacks.

use std::ffi::c_void;
use std::fmt;

/// A pointer of the host's, and what to call when it is not needed any more.
pub(crate) struct UserData {
    pointer: *mut c_void,
    release: Option<unsafe extern "C" fn(*mut c_void)>,
}

// SAFETY: the header says that callbacks run on threads of the library.
unsafe impl Send for UserData {}
// SAFETY: the same.
unsafe impl Sync for UserData {}

impl UserData {
    pub(crate) fn new(pointer: *mut c_void, release: Option<unsafe extern "C" fn(*mut c_void)>) -> Self {
        Self { pointer, release }
    }

    pub(crate) fn pointer(&self) -> *mut c_void {
        self.pointer
    }
}

impl Drop for UserData {
    fn drop(&mut self) {
        if let Some(release) = self.release {
            // SAFETY: the host vouches for its callback.
            unsafe { release(self.pointer) };
        }
    }
}

impl fmt::Debug for UserData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserData")
    }
}
