//! `libacs_auth`: the C ABI of `acs-auth-c` as a shared and a static library.

pub use acs_auth_c::*;
