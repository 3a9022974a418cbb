//! Parameters through which results are returned.

use core_auth::Result;

use super::invalid;

/// The place for a result. It is checked before the operation starts, so that no result is lost, and written
/// after the operation has succeeded.
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
    /// Writes a handle, which the caller frees with the type's _free function.
    pub(crate) fn give(self, value: T) {
        self.set(Box::into_raw(Box::new(value)));
    }
}

// SAFETY: only the thread that called the exported function writes to it.
unsafe impl<T> Send for Out<T> {}
