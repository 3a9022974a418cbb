//! The expected properties of a user's Entra token, for inspecting it.

use std::ffi::c_char;

use core_auth::entra::Expectations;
use core_auth::{Cloud, Result};

use crate::cloud::acs_cloud;
use crate::data::ACS_DEFAULT;
use crate::ffi::{Versioned, guarded, init, invalid, owned, owned_list, seconds};

/// The expectations of the Teams user exchange: both Teams permissions, and more than ten minutes
/// left.
pub const ACS_EXPECT_TEAMS_USER: i32 = 0;
/// The expectations of the Teams extension exchange: TeamsExtension.ManageCalls, and more than ten
/// minutes left.
pub const ACS_EXPECT_TEAMS_EXTENSION: i32 = 1;
/// The expectations of the Entra user exchange: a token for
/// https://communication.azure.com/clients, whatever the cloud, and more than ten minutes left.
pub const ACS_EXPECT_ENTRA_USER: i32 = 2;

/// The expected properties of a token. GUIDs are compared case-insensitively.
#[repr(C)]
pub struct acs_expectations {
    /// sizeof(acs_expectations).
    pub struct_size: usize,
    /// ACS_EXPECT_TEAMS_USER (default), ACS_EXPECT_TEAMS_EXTENSION or ACS_EXPECT_ENTRA_USER.
    pub kind: i32,
    /// The cloud whose names are expected; NULL for the public one.
    pub cloud: *const acs_cloud,
    /// The application that signed the user in; NULL: not compared.
    pub client_id: *const c_char,
    /// The user's object id; NULL: not compared.
    pub user_object_id: *const c_char,
    /// The user's tenant; NULL, "organizations" and "common" mean any.
    pub tenant_id: *const c_char,
    /// The accepted audiences, instead of the kind's; NULL for those of the kind.
    pub audiences: *const *const c_char,
    /// The number of audiences; 0 with audiences that are not NULL accepts any.
    pub audience_count: usize,
    /// The permissions that the token must have, all of them, by their short names, instead of the
    /// kind's; NULL for those of the kind.
    pub scopes: *const *const c_char,
    /// The number of scopes; 0 with scopes that are not NULL means none.
    pub scope_count: usize,
    /// The resource that the permissions belong to, for the advice on what to request from MSAL;
    /// NULL for the kind's.
    pub resource: *const c_char,
    /// The minimum remaining lifetime in seconds: the token must have more than this left. Default
    /// 600.
    pub min_remaining_s: i64,
}

unsafe impl Versioned for acs_expectations {
    const FIRST_SIZE: usize = size_of::<Self>();
    const NAME: &'static str = "expectations";

    fn defaults() -> Self {
        Self {
            struct_size: size_of::<Self>(),
            kind: ACS_DEFAULT,
            cloud: std::ptr::null(),
            client_id: std::ptr::null(),
            user_object_id: std::ptr::null(),
            tenant_id: std::ptr::null(),
            audiences: std::ptr::null(),
            audience_count: 0,
            scopes: std::ptr::null(),
            scope_count: 0,
            resource: std::ptr::null(),
            min_remaining_s: i64::from(ACS_DEFAULT),
        }
    }
}

pub(crate) unsafe fn expectations_of(given: &acs_expectations) -> Result<Expectations> {
    let public = Cloud::public();
    let cloud = unsafe { given.cloud.as_ref() }.map_or(&public, |cloud| &cloud.cloud);
    let mut expected = match given.kind {
        ACS_DEFAULT | ACS_EXPECT_TEAMS_USER => Expectations::teams_user(cloud),
        ACS_EXPECT_TEAMS_EXTENSION => Expectations::teams_extension(cloud),
        ACS_EXPECT_ENTRA_USER => Expectations::entra_user(),
        other => {
            return Err(invalid(
                "kind",
                format!("It must be one of ACS_EXPECT_…, not {other}."),
            ));
        }
    };
    let own = |pointer, name| unsafe { owned(pointer, name) };
    expected.client_id = own(given.client_id, "client_id")?;
    expected.user_object_id = own(given.user_object_id, "user_object_id")?;
    expected.tenant_id = own(given.tenant_id, "tenant_id")?;
    let list = |items, count, name| unsafe { owned_list(items, count, name) };
    if !given.audiences.is_null() || given.audience_count > 0 {
        expected.audiences = list(given.audiences, given.audience_count, "audiences")?;
    }
    if !given.scopes.is_null() || given.scope_count > 0 {
        expected.scopes = list(given.scopes, given.scope_count, "scopes")?;
    }
    if let Some(resource) = own(given.resource, "resource")? {
        expected.resource = resource;
    }
    if let Some(remaining) = seconds(given.min_remaining_s, "min_remaining_s")? {
        expected.min_remaining = remaining;
    }
    Ok(expected)
}

/// Fills the expectations with their defaults. struct_size is sizeof(acs_expectations).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_expectations_init(expectations: *mut acs_expectations, struct_size: usize) {
    guarded((), || unsafe { init(expectations, struct_size) });
}
