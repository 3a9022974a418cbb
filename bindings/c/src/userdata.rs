//! What a host hands to the library to get it back in its callbacks.

use std::ffi::c_void;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use acs_runtime::fork_generation;

use crate::ffi::host;

/// A pointer of the host's, and what to call when it is not needed any more.
pub(crate) struct UserData {
    pointer: *mut c_void,
    release: Option<unsafe extern "C-unwind" fn(*mut c_void)>,
    is_kept: AtomicBool,
    /// The only process that releases it; `None` if a forked child does so as well.
    released_in: Option<u64>,
}

/// What a function takes over when it succeeds: only then it is the library's to release, and never in a forked child.
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
    /// One that is the library's from the beginning, and is released in a forked child as well.
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
        // A child may hold the last reference to what its parent took over: not all of it is in a value that is leaked.
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
