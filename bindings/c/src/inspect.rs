//! Finds what the service would reject in a user's Entra token, without trusting it. No I/O.
//!
//! No signature is verified here: a token that passes can still be forged. Use it to explain errors
//! and to save calls, never to authorize anyone; acs_verifier_verify does that.

use std::ffi::c_char;

use core_auth::entra::{CheckName, Inspection, Outcome, UnverifiedClaims, inspect};

use crate::error::acs_error;
use crate::expectations::{acs_expectations, expectations_of};
use crate::ffi::{
    Out, Text, borrowed, c_text, freed, guarded, optional_c_text, part, read, status, text, texts, time,
};
use crate::status::acs_status;

/// The application id of ACS in Entra, for which tokens to exchange are issued.
pub const ACS_RESOURCE_APP_ID: &str = "1fd5118e-2576-4263-8130-9503064c837a";

/// The token is a readable signed JWT.
pub const ACS_CHECK_SHAPE: i32 = 0;
/// The token is for ACS.
pub const ACS_CHECK_AUDIENCE: i32 = 1;
/// The token has the expected permissions, and a user consented to them.
pub const ACS_CHECK_SCOPES: i32 = 2;
/// The token was issued to the expected application.
pub const ACS_CHECK_APP: i32 = 3;
/// The token belongs to the expected user.
pub const ACS_CHECK_USER: i32 = 4;
/// The token is from the expected tenant, and from one that ACS accepts.
pub const ACS_CHECK_TENANT: i32 = 5;
/// The token is valid now, and for long enough.
pub const ACS_CHECK_EXPIRY: i32 = 6;

/// The check found nothing wrong.
pub const ACS_OUTCOME_PASSED: i32 = 0;
/// The service is likely to reject the token, or the token is of little use.
pub const ACS_OUTCOME_FAILED: i32 = 1;
/// There was nothing to compare the token with.
pub const ACS_OUTCOME_NOT_CHECKED: i32 = 2;

/// The result of inspecting a token. It contains neither the token nor its signature. Freed with
/// acs_inspection_free.
pub struct acs_inspection {
    checks: Vec<(i32, i32, Text)>,
    first_failure: Option<usize>,
    tenant_id: Option<Text>,
    object_id: Option<Text>,
    app_id: Option<Text>,
    audience: Option<Text>,
    version: Option<Text>,
    scopes: Vec<Text>,
    app_only: bool,
    issued_at: Option<i64>,
    expires_at: Option<i64>,
}

const fn number_of(check: CheckName) -> i32 {
    match check {
        CheckName::Shape => ACS_CHECK_SHAPE,
        CheckName::Audience => ACS_CHECK_AUDIENCE,
        CheckName::Scopes => ACS_CHECK_SCOPES,
        CheckName::App => ACS_CHECK_APP,
        CheckName::User => ACS_CHECK_USER,
        CheckName::Tenant => ACS_CHECK_TENANT,
        CheckName::Expiry => ACS_CHECK_EXPIRY,
    }
}

const fn outcome_of(outcome: Outcome) -> i32 {
    match outcome {
        Outcome::Passed => ACS_OUTCOME_PASSED,
        Outcome::Failed => ACS_OUTCOME_FAILED,
        Outcome::NotChecked => ACS_OUTCOME_NOT_CHECKED,
    }
}

impl From<&Inspection> for acs_inspection {
    fn from(found: &Inspection) -> Self {
        let UnverifiedClaims {
            tenant_id,
            object_id,
            app_id,
            audience,
            scopes,
            version,
            issued_at,
            expires_at,
            app_only,
        } = found.claims();
        let checks = found.checks().iter();
        Self {
            checks: checks
                .map(|check| {
                    let explanation = c_text(&check.explanation);
                    (number_of(check.name), outcome_of(check.outcome), explanation)
                })
                .collect(),
            first_failure: found
                .checks()
                .iter()
                .position(|check| check.outcome == Outcome::Failed),
            tenant_id: optional_c_text(tenant_id.as_deref()),
            object_id: optional_c_text(object_id.as_deref()),
            app_id: optional_c_text(app_id.as_deref()),
            audience: optional_c_text(audience.as_deref()),
            version: optional_c_text(version.as_deref()),
            scopes: texts(scopes),
            app_only: *app_only,
            issued_at: *issued_at,
            expires_at: *expires_at,
        }
    }
}

/// Returns the name of a check, which is also the code of an error of the token check: "shape",
/// "audience", "scopes", "app", "user", "tenant" or "expiry"; NULL for an unknown number. The text
/// is static and not freed.
#[unsafe(no_mangle)]
pub extern "C" fn acs_check_name(check: i32) -> *const c_char {
    guarded(std::ptr::null(), || {
        let name = match check {
            ACS_CHECK_SHAPE => c"shape",
            ACS_CHECK_AUDIENCE => c"audience",
            ACS_CHECK_SCOPES => c"scopes",
            ACS_CHECK_APP => c"app",
            ACS_CHECK_USER => c"user",
            ACS_CHECK_TENANT => c"tenant",
            ACS_CHECK_EXPIRY => c"expiry",
            _ => return std::ptr::null(),
        };
        name.as_ptr()
    })
}

/// Inspects a user's Entra token without trusting it, and reports check by check what the service
/// would reject. Any text is accepted as a token. now: seconds since 1970.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, target naming the argument or member.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_inspect(
    token: *const c_char,
    expectations: *const acs_expectations,
    now: i64,
    inspection: *mut *mut acs_inspection,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let inspection = Out::new(inspection, "inspection")?;
            let expected = expectations_of(&read(expectations)?)?;
            let found = inspect(text(token, "token")?, &expected, time(now, "now")?);
            inspection.give((&found).into());
            Ok(())
        })
    }
}

/// Returns whether no check failed; false for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_inspection_is_ok(inspection: *const acs_inspection) -> bool {
    unsafe { part(inspection, false, |found| found.first_failure.is_none()) }
}

/// Returns the number of checks; they are made in the order of ACS_CHECK_….
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_inspection_check_count(inspection: *const acs_inspection) -> usize {
    unsafe { part(inspection, 0, |found| found.checks.len()) }
}

/// Returns which check this is: ACS_CHECK_…; -1 out of range.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_inspection_check(inspection: *const acs_inspection, index: usize) -> i32 {
    unsafe {
        part(inspection, -1, |found| {
            found.checks.get(index).map_or(-1, |check| check.0)
        })
    }
}

/// Returns the outcome of the check: ACS_OUTCOME_…; -1 out of range.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_inspection_outcome(inspection: *const acs_inspection, index: usize) -> i32 {
    unsafe {
        part(inspection, -1, |found| {
            found.checks.get(index).map_or(-1, |check| check.1)
        })
    }
}

/// Returns what was found, what was expected and what to do, as text for a person; NULL out of
/// range.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_inspection_explanation(
    inspection: *const acs_inspection,
    index: usize,
) -> *const c_char {
    unsafe { borrowed(inspection, |found| found.checks.get(index).map(|check| &check.2)) }
}

/// Returns the index of the first check that failed; -1 if none did.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_inspection_first_failure(inspection: *const acs_inspection) -> i64 {
    unsafe {
        part(inspection, -1, |found| {
            found
                .first_failure
                .and_then(|index| i64::try_from(index).ok())
                .unwrap_or(-1)
        })
    }
}

/// Returns the claim tid (the user's tenant), not verified; NULL if the token doesn't contain it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_inspection_tenant_id(inspection: *const acs_inspection) -> *const c_char {
    unsafe { borrowed(inspection, |found| found.tenant_id.as_ref()) }
}

/// Returns the claim oid (the user's object id), not verified; NULL if the token doesn't contain
/// it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_inspection_object_id(inspection: *const acs_inspection) -> *const c_char {
    unsafe { borrowed(inspection, |found| found.object_id.as_ref()) }
}

/// Returns the claim appid or azp (the application the token was issued to), not verified; NULL if
/// the token doesn't contain it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_inspection_app_id(inspection: *const acs_inspection) -> *const c_char {
    unsafe { borrowed(inspection, |found| found.app_id.as_ref()) }
}

/// Returns the claim aud (the resource the token is for), not verified; NULL if the token doesn't
/// contain it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_inspection_audience(inspection: *const acs_inspection) -> *const c_char {
    unsafe { borrowed(inspection, |found| found.audience.as_ref()) }
}

/// Returns the claim ver ("1.0" or "2.0"), not verified; NULL if the token doesn't contain it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_inspection_version(inspection: *const acs_inspection) -> *const c_char {
    unsafe { borrowed(inspection, |found| found.version.as_ref()) }
}

/// Returns the number of permissions in the token.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_inspection_scope_count(inspection: *const acs_inspection) -> usize {
    unsafe { part(inspection, 0, |found| found.scopes.len()) }
}

/// Returns a permission from the claim scp, not verified; NULL out of range.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_inspection_scope(
    inspection: *const acs_inspection,
    index: usize,
) -> *const c_char {
    unsafe { borrowed(inspection, |found| found.scopes.get(index)) }
}

/// Returns whether the token belongs to an application and not to a user; false for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_inspection_app_only(inspection: *const acs_inspection) -> bool {
    unsafe { part(inspection, false, |found| found.app_only) }
}

/// Reads the claim iat, in seconds since 1970. Returns false, and doesn't change time, if the token
/// doesn't contain it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_inspection_issued_at(inspection: *const acs_inspection, time: *mut i64) -> bool {
    unsafe { part(inspection, false, |found| written(found.issued_at, time)) }
}

/// Reads the claim exp, in seconds since 1970. Returns false, and doesn't change time, if the token
/// doesn't contain it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_inspection_expires_at(
    inspection: *const acs_inspection,
    time: *mut i64,
) -> bool {
    unsafe { part(inspection, false, |found| written(found.expires_at, time)) }
}

unsafe fn written(value: Option<i64>, place: *mut i64) -> bool {
    match value {
        Some(value) if !place.is_null() => {
            // SAFETY: it is not NULL, and the caller vouches that it can be written to.
            unsafe { place.write(value) };
            true
        }
        _ => false,
    }
}

/// Frees the result of acs_inspect. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_inspection_free(inspection: *mut acs_inspection) {
    unsafe { freed(inspection) }
}

#[cfg(test)]
mod tests {
    use std::ffi::CStr;

    use super::*;

    #[test]
    fn names_and_constants_are_those_of_the_core() {
        assert_eq!(
            ACS_RESOURCE_APP_ID,
            core_auth::entra::inspect::ACS_RESOURCE_APP_ID
        );
        for check in CheckName::ALL {
            // SAFETY: the names are static.
            let name = unsafe { CStr::from_ptr(acs_check_name(number_of(*check))) };
            assert_eq!(name.to_str(), Ok(check.as_str()));
        }
    }
}
