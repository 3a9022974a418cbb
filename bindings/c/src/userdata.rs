//! What a host hands to the library to get it back in its callbacks.

use std::ffi::c_void;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A pointer of the host's, and what to call when it is not needed any more.
pub(crate) struct UserData {
    pointer: *mut c_void,
    release: Option<unsafe extern "C" fn(*mut c_void)>,
    is_kept: AtomicBool,
}

/// What a function is lent until it succeeds: only then it is the library's to release.
#[derive(Default)]
pub(crate) struct Lent(Vec<Arc<UserData>>);

impl Lent {
    pub(crate) fn add(
        &mut self,
        pointer: *mut c_void,
        release: Option<unsafe extern "C" fn(*mut c_void)>,
    ) -> Arc<UserData> {
        let user_data = Arc::new(UserData {
            pointer,
            release,
            is_kept: AtomicBool::new(false),
        });
        self.0.push(Arc::clone(&user_data));
        user_data
    }

    /// The function has succeeded.
    pub(crate) fn keep(self) {
        for user_data in self.0 {
            user_data.is_kept.store(true, Ordering::Release);
        }
    }
}

// SAFETY: the header says that callbacks run on threads of the library.
unsafe impl Send for UserData {}
// SAFETY: the same.
unsafe impl Sync for UserData {}

impl UserData {
    /// One that is the library's from the beginning.
    pub(crate) fn new(pointer: *mut c_void, release: Option<unsafe extern "C" fn(*mut c_void)>) -> Self {
        Self {
            pointer,
            release,
            is_kept: AtomicBool::new(true),
        }
    }

    pub(crate) fn pointer(&self) -> *mut c_void {
        self.pointer
    }
}

impl Drop for UserData {
    fn drop(&mut self) {
        if let (Some(release), true) = (self.release, self.is_kept.load(Ordering::Acquire)) {
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
