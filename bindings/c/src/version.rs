//! The versions of the header, the library and the ABI.

use std::ffi::c_char;

use crate::ffi::guarded;

/// The version of the header.
pub const ACS_VERSION: &str = "0.1.0";
/// The first number of ACS_VERSION.
pub const ACS_VERSION_MAJOR: i32 = 0;
/// The second number of ACS_VERSION.
pub const ACS_VERSION_MINOR: i32 = 1;
/// The third number of ACS_VERSION.
pub const ACS_VERSION_PATCH: i32 = 0;
/// The version of the header's ABI: major << 16 | minor.
///
/// A program works with a library of the same major version and the same or a higher minor version.
pub const ACS_ABI_VERSION: i32 = 1;

/// Returns the version of the library, such as "0.1.0". The text is static and not freed.
#[unsafe(no_mangle)]
pub extern "C" fn acs_version() -> *const c_char {
    guarded(c"".as_ptr(), || {
        concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
    })
}

/// Returns the version of the library's ABI, to compare with ACS_ABI_VERSION: major << 16 | minor.
#[unsafe(no_mangle)]
pub extern "C" fn acs_abi_version() -> u32 {
    guarded(0, || ACS_ABI_VERSION as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_has_the_version_of_the_package() {
        assert_eq!(ACS_VERSION, env!("CARGO_PKG_VERSION"));
        let parts = format!("{ACS_VERSION_MAJOR}.{ACS_VERSION_MINOR}.{ACS_VERSION_PATCH}");
        assert_eq!(parts, ACS_VERSION);
        assert_eq!(ACS_ABI_VERSION, ACS_VERSION_MAJOR << 16 | ACS_VERSION_MINOR);
    }
}
