//! Where results go.

use core_auth::Result;

use super::invalid;

/// Where a result goes; found good before anything is done, written when it has succeeded.
pub(crate) struct Out<T>(*mut T);

impl<T> Out<T> {
    /// `name` is the parameter's in the header.
    pub(crate) fn new(pointer: *mut T, name: &str) -> Result<Self> {
        if pointer.is_null() {
            return Err(invalid(name, "There is no place for the result: it is NULL."));
        }
        Ok(Self(pointer))
    }

    pub(crate) fn set(self, value: T) {
        // SAFETY: it is not NULL, and the caller vouches that it can be written to.
        unsafe { self.0.write(value) };
    }
}

impl<T> Out<*mut T> {
    /// Gives the caller a handle, to be freed by its own function.
    pub(crate) fn give(self, value: T) {
        self.set(Box::into_raw(Box::new(value)));
    }
}

// SAFETY: nothing is written but by the thread that called in.
unsafe impl<T> Send for Out<T> {}
