//! The user data that the library passes back to the host's callbacks.

use std::ffi::c_void;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use acs_runtime::fork_generation;

use crate::ffi::host;

/// The host's pointer, and the function to call when it isn't needed any more.
pub(crate) struct UserData {
    pointer: *mut c_void,
    release: Option<unsafe extern "C-unwind" fn(*mut c_void)>,
    is_kept: AtomicBool,
    /// The only process that releases it; `None` if a forked child does so as well.
    released_in: Option<u64>,
}

/// The user data that a function takes over if it succeeds. Only then does the library release it, and never
/// in a forked child.
#[derive(Default)]
pub(crate) struct Transfer(Vec<Arc<UserData>>);

impl Transfer {
    pub(crate) fn add(
        &mut self,
        pointer: *mut c_void,
        release: Option<unsafe extern "C-unwind" fn(*mut c_void)>,
    ) -> Arc<UserData> {
        let user_data = Arc::new(UserData {
            pointer,
            release,
            is_kept: AtomicBool::new(false),
            released_in: Some(fork_generation()),
        });
        self.0.push(Arc::clone(&user_data));
        user_data
    }

    /// The function has succeeded.
    pub(crate) fn commit(self) {
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
    /// User data that the library owns from the beginning, and releases in a forked child as well.
    pub(crate) fn new(
        pointer: *mut c_void,
        release: Option<unsafe extern "C-unwind" fn(*mut c_void)>,
    ) -> Self {
        Self {
            pointer,
            release,
            is_kept: AtomicBool::new(true),
            released_in: None,
        }
    }

    pub(crate) fn pointer(&self) -> *mut c_void {
        self.pointer
    }
}

impl Drop for UserData {
    fn drop(&mut self) {
        // A forked child leaks most of what it inherits, but may still drop the last reference to user data
        // that its parent took over.
        let is_here = self.released_in.is_none_or(|fork| fork == fork_generation());
        let is_ours = is_here && self.is_kept.load(Ordering::Acquire);
        if let (Some(release), true) = (self.release, is_ours) {
            // SAFETY: the host vouches for its callback.
            host("release", || unsafe { release(self.pointer) });
        }
    }
}

impl fmt::Debug for UserData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserData")
    }
}
