//! Options structs, which may grow in later versions: the first member of each is its size.

use core_auth::Result;

use super::invalid;

/// The maximum size of a struct. A greater `struct_size` was never set.
const LARGEST: usize = 4096;

/// A struct whose first member is `size_t struct_size`.
///
/// # Safety
/// `repr(C)`, `struct_size` first, and valid for any bits in its other members: numbers, pointers and
/// nullable function pointers.
pub(crate) unsafe trait Versioned: Sized {
    /// Its size in the first version of the ABI that had it.
    const FIRST_SIZE: usize;
    /// Its parameter's name.
    const NAME: &'static str;

    /// All members at their defaults; `struct_size` as of this version.
    fn defaults() -> Self;
}

/// Fills the caller's struct with the defaults. Members that this version doesn't know become 0.
pub(crate) unsafe fn init<T: Versioned>(target: *mut T, struct_size: usize) {
    if target.is_null() || !(size_of::<usize>()..=LARGEST).contains(&struct_size) {
        return;
    }
    let defaults = T::defaults();
    let known = size_of::<T>().min(struct_size);
    // SAFETY: the caller vouches for `struct_size` bytes at `target`.
    unsafe {
        target.cast::<u8>().write_bytes(0, struct_size);
        std::ptr::copy_nonoverlapping((&raw const defaults).cast::<u8>(), target.cast::<u8>(), known);
        target.cast::<usize>().write_unaligned(struct_size);
    }
}

/// Reads a required struct.
pub(crate) unsafe fn read<T: Versioned>(source: *const T) -> Result<T> {
    // SAFETY: as the caller of this function vouches.
    unsafe { read_optional(source) }?.ok_or_else(|| invalid(T::NAME, "It is NULL."))
}

/// Reads an optional struct; `None` for NULL.
pub(crate) unsafe fn read_optional<T: Versioned>(source: *const T) -> Result<Option<T>> {
    if source.is_null() {
        return Ok(None);
    }
    // SAFETY: every such struct begins with its size.
    let size = unsafe { source.cast::<usize>().read_unaligned() };
    if size < T::FIRST_SIZE || size > LARGEST {
        return Err(invalid(
            "struct_size",
            format!(
                "{} has no usable struct_size ({size}): fill the struct with its _init function first.",
                T::NAME
            ),
        ));
    }
    let mut value = T::defaults();
    let known = size_of::<T>().min(size);
    // SAFETY: the caller vouches for `size` bytes; whatever they are, `T` can hold them.
    unsafe {
        std::ptr::copy_nonoverlapping(source.cast::<u8>(), (&raw mut value).cast::<u8>(), known);
        let rest = std::slice::from_raw_parts(source.cast::<u8>().add(known), size - known);
        if rest.iter().any(|byte| *byte != 0) {
            return Err(invalid(
                "struct_size",
                format!(
                    "{} sets members that this version of the library does not have yet.",
                    T::NAME
                ),
            ));
        }
    }
    Ok(Some(value))
}
