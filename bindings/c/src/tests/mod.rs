//! The ABI called as C calls it, where no I/O and no foreign code is needed: this is what Miri runs.

mod completions;
mod options;
mod pure;

use std::ffi::{CStr, CString, c_char};
use std::ptr;

use crate::error::{acs_error, acs_error_free, acs_error_reason, acs_error_target};
use crate::status::acs_status;

fn c(text: &str) -> CString {
    CString::new(text).unwrap()
}

fn shown(text: *const c_char) -> String {
    assert!(!text.is_null());
    unsafe { CStr::from_ptr(text) }.to_str().unwrap().to_owned()
}

/// The result or the failure of a call, from its last two parameters.
fn called<T>(call: impl FnOnce(*mut *mut T, *mut *mut acs_error) -> acs_status) -> Result<*mut T, Failure> {
    let (mut result, mut error) = (ptr::null_mut(), ptr::null_mut());
    let status = call(&raw mut result, &raw mut error);
    if status == acs_status::Ok {
        assert!(error.is_null() && !result.is_null());
        return Ok(result);
    }
    assert!(result.is_null(), "written by a call that failed");
    let failure = unsafe {
        Failure {
            status,
            target: (!acs_error_target(error).is_null()).then(|| shown(acs_error_target(error))),
            reason: shown(acs_error_reason(error)),
        }
    };
    unsafe { acs_error_free(error) };
    Err(failure)
}

#[derive(Debug)]
struct Failure {
    status: acs_status,
    target: Option<String>,
    reason: String,
}

impl Failure {
    fn is_about(&self, target: &str) -> bool {
        self.status == acs_status::InvalidArgument && self.target.as_deref() == Some(target)
    }
}
