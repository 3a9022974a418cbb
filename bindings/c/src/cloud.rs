//! Microsoft's clouds, and custom ones: the names with which an Entra token is compared.

use std::borrow::Cow;
use std::ffi::{CString, c_char};
use std::ptr;

use core_auth::{Cloud, Result};

use crate::data::ACS_DEFAULT;
use crate::error::acs_error;
use crate::ffi::{
    Out, Text, Versioned, borrowed, c_list, c_text, freed, guarded, init, invalid, optional_text, part, read,
    reference, status, text, texts,
};
use crate::status::acs_status;

/// The public cloud.
pub const ACS_CLOUD_PUBLIC: i32 = 0;
/// The clouds of the US government. Microsoft documents that Teams users cannot be connected there.
pub const ACS_CLOUD_US_GOVERNMENT: i32 = 1;
/// The cloud in China, operated by 21Vianet.
pub const ACS_CLOUD_CHINA: i32 = 2;
/// A custom authority, such as an emulator's; everything else is as in the public cloud. Needs the
/// member authority.
pub const ACS_CLOUD_CUSTOM: i32 = 3;

/// A cloud. It never changes, so any threads may use it at once. Freed with acs_cloud_free.
pub struct acs_cloud {
    pub(crate) cloud: Cloud,
    authority: Text,
    issuer_v1: Text,
    issuer_v2: Text,
    acs_suffix: Text,
    teams_resource: Text,
    teams_user_prefixes: Vec<Text>,
}

/// The options of a cloud. Members that are not NULL override the cloud's own names, since
/// Microsoft doesn't document all of them.
#[repr(C)]
pub struct acs_cloud_options {
    /// sizeof(acs_cloud_options).
    pub struct_size: usize,
    /// ACS_CLOUD_PUBLIC (default), ACS_CLOUD_US_GOVERNMENT, ACS_CLOUD_CHINA or ACS_CLOUD_CUSTOM.
    pub kind: i32,
    /// The authority from which tokens are requested, such as "https://login.microsoftonline.com".
    pub authority: *const c_char,
    /// The issuer of tokens of version 1, with "{tenantid}" in the tenant's place.
    pub issuer_v1: *const c_char,
    /// The issuer of tokens of version 2, with "{tenantid}" in the tenant's place.
    pub issuer_v2: *const c_char,
    /// The suffix of ACS resources' host names, such as ".communication.azure.com".
    pub acs_suffix: *const c_char,
    /// The resource whose Teams permissions a user consents to.
    pub teams_resource: *const c_char,
    /// The prefixes of Teams users' raw ids, such as "8:orgid:".
    pub teams_user_prefixes: *const *const c_char,
    /// The number of teams_user_prefixes.
    pub teams_user_prefix_count: usize,
}

unsafe impl Versioned for acs_cloud_options {
    const FIRST_SIZE: usize = size_of::<Self>();
    const NAME: &'static str = "options";

    fn defaults() -> Self {
        Self {
            struct_size: size_of::<Self>(),
            kind: ACS_DEFAULT,
            authority: ptr::null(),
            issuer_v1: ptr::null(),
            issuer_v2: ptr::null(),
            acs_suffix: ptr::null(),
            teams_resource: ptr::null(),
            teams_user_prefixes: ptr::null(),
            teams_user_prefix_count: 0,
        }
    }
}

impl acs_cloud {
    fn of(cloud: Cloud) -> Self {
        Self {
            authority: c_text(&cloud.authority),
            issuer_v1: c_text(&cloud.issuer_v1),
            issuer_v2: c_text(&cloud.issuer_v2),
            acs_suffix: c_text(&cloud.acs_suffix),
            teams_resource: c_text(&cloud.teams_resource),
            teams_user_prefixes: texts(cloud.teams_user_prefixes.iter()),
            cloud,
        }
    }
}

unsafe fn cloud_of(options: &acs_cloud_options) -> Result<Cloud> {
    let own = |pointer, name| -> Result<Option<Cow<'static, str>>> {
        let text = unsafe { optional_text(pointer, name) }?;
        Ok(text.map(|text| Cow::Owned(text.to_owned())))
    };
    let authority = own(options.authority, "authority")?;
    let mut cloud = match (options.kind, &authority) {
        (ACS_DEFAULT | ACS_CLOUD_PUBLIC, _) => Cloud::public(),
        (ACS_CLOUD_US_GOVERNMENT, _) => Cloud::us_government(),
        (ACS_CLOUD_CHINA, _) => Cloud::china(),
        (ACS_CLOUD_CUSTOM, Some(authority)) => Cloud::custom(authority),
        (ACS_CLOUD_CUSTOM, None) => return Err(invalid("authority", "ACS_CLOUD_CUSTOM requires it.")),
        (other, _) => {
            return Err(invalid(
                "kind",
                format!("It must be one of ACS_CLOUD_…, not {other}."),
            ));
        }
    };
    let named = [
        (&mut cloud.issuer_v1, own(options.issuer_v1, "issuer_v1")?),
        (&mut cloud.issuer_v2, own(options.issuer_v2, "issuer_v2")?),
        (&mut cloud.acs_suffix, own(options.acs_suffix, "acs_suffix")?),
        (
            &mut cloud.teams_resource,
            own(options.teams_resource, "teams_resource")?,
        ),
    ];
    for (name, given) in named {
        if let Some(given) = given {
            *name = given;
        }
    }
    if let (Some(given), true) = (authority, options.kind != ACS_CLOUD_CUSTOM) {
        cloud.authority = given;
    }
    if !options.teams_user_prefixes.is_null() || options.teams_user_prefix_count > 0 {
        let prefixes = unsafe {
            c_list(
                options.teams_user_prefixes,
                options.teams_user_prefix_count,
                "teams_user_prefixes",
            )
        }?;
        cloud.teams_user_prefixes = prefixes
            .into_iter()
            .map(|prefix| Cow::Owned(prefix.to_owned()))
            .collect();
    }
    Ok(cloud)
}

/// Fills the options with their defaults. struct_size is sizeof(acs_cloud_options).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_cloud_options_init(options: *mut acs_cloud_options, struct_size: usize) {
    guarded((), || unsafe { init(options, struct_size) });
}

/// Creates a cloud.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, target naming the member.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_cloud_new(
    options: *const acs_cloud_options,
    cloud: *mut *mut acs_cloud,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let cloud = Out::new(cloud, "cloud")?;
            cloud.give(acs_cloud::of(cloud_of(&read(options)?)?));
            Ok(())
        })
    }
}

/// Returns the authority from which tokens are requested.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_cloud_authority(cloud: *const acs_cloud) -> *const c_char {
    unsafe { borrowed(cloud, |cloud| Some(&cloud.authority)) }
}

/// Returns the issuer of tokens of version 1, with "{tenantid}" in the tenant's place.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_cloud_issuer_v1(cloud: *const acs_cloud) -> *const c_char {
    unsafe { borrowed(cloud, |cloud| Some(&cloud.issuer_v1)) }
}

/// Returns the issuer of tokens of version 2, with "{tenantid}" in the tenant's place.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_cloud_issuer_v2(cloud: *const acs_cloud) -> *const c_char {
    unsafe { borrowed(cloud, |cloud| Some(&cloud.issuer_v2)) }
}

/// Returns the suffix of ACS resources' host names.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_cloud_acs_suffix(cloud: *const acs_cloud) -> *const c_char {
    unsafe { borrowed(cloud, |cloud| Some(&cloud.acs_suffix)) }
}

/// Returns the resource whose Teams permissions a user consents to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_cloud_teams_resource(cloud: *const acs_cloud) -> *const c_char {
    unsafe { borrowed(cloud, |cloud| Some(&cloud.teams_resource)) }
}

/// Returns the number of prefixes of Teams users' raw ids.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_cloud_teams_user_prefix_count(cloud: *const acs_cloud) -> usize {
    unsafe { part(cloud, 0, |cloud| cloud.teams_user_prefixes.len()) }
}

/// Returns a prefix of Teams users' raw ids; NULL out of range.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_cloud_teams_user_prefix(cloud: *const acs_cloud, index: usize) -> *const c_char {
    unsafe { borrowed(cloud, |cloud| cloud.teams_user_prefixes.get(index)) }
}

/// Returns the full name of a Teams permission, such as "Teams.ManageCalls", as it is requested
/// from MSAL. The caller frees the text with acs_string_free.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_cloud_teams_scope(
    cloud: *const acs_cloud,
    permission: *const c_char,
    scope: *mut *mut c_char,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let cloud = reference(cloud, "cloud")?;
            let permission = text(permission, "permission")?;
            let scope = Out::new(scope, "scope")?;
            scope.set(CString::into_raw(c_text(&cloud.cloud.teams_scope(permission))));
            Ok(())
        })
    }
}

/// Frees a cloud. Everything created with it keeps its own copy. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_cloud_free(cloud: *mut acs_cloud) {
    unsafe { freed(cloud) }
}
