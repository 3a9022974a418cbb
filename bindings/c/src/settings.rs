//! The settings of a handler, read from a file or the environment, or set by name. Their names are
//! the same in every host.

use std::ffi::{CStr, CString, c_char, c_void};
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use core_auth::handler::{HandlerSettings, SettingValue};
use core_auth::{Result, Secret};

use crate::error::acs_error;
use crate::ffi::{
    Out, Text, c_text, freed, guarded, host, invalid, owned_list, pointer, reference, status, text, texts,
};
use crate::status::acs_status;

/// Settings. Any threads may read them at once, but no other thread may use them while a value is
/// set. Freed with acs_handler_settings_free.
pub struct acs_handler_settings {
    pub(crate) settings: HandlerSettings,
}

/// Returns the value of a variable, or NULL if it is not set. The text must live until the next
/// call of the function, or until acs_handler_settings_from_env returns.
pub type acs_variable_lookup =
    Option<unsafe extern "C-unwind" fn(user_data: *mut c_void, name: *const c_char) -> *const c_char>;

unsafe fn given(
    settings: *mut *mut acs_handler_settings,
    read: impl FnOnce() -> Result<HandlerSettings>,
) -> Result<()> {
    let settings = Out::new(settings, "settings")?;
    settings.give(acs_handler_settings { settings: read()? });
    Ok(())
}

/// Creates settings without values, for acs_handler_settings_set_text and similar.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_handler_settings_new(
    settings: *mut *mut acs_handler_settings,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe { status(error, || given(settings, || Ok(HandlerSettings::default()))) }
}

/// Reads settings from the text of a TOML file.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, target naming the setting. No value that may be secret is
/// shown.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_handler_settings_from_toml(
    toml: *const c_char,
    settings: *mut *mut acs_handler_settings,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            given(settings, || HandlerSettings::from_toml(text(toml, "toml")?))
        })
    }
}

/// Reads settings from variables. lookup: NULL for the process's environment. A variable that is
/// not UTF-8 counts as not set.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, target naming the variable. No value that may be secret is
/// shown.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_handler_settings_from_env(
    lookup: acs_variable_lookup,
    user_data: *mut c_void,
    settings: *mut *mut acs_handler_settings,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let variable = |name: &str| match lookup {
                None => std::env::var(name).ok(),
                Some(lookup) => {
                    let name = c_text(name);
                    let value = host("acs_variable_lookup", || lookup(user_data, name.as_ptr()));
                    (!value.is_null())
                        .then(|| CStr::from_ptr(value).to_str().ok().map(str::to_owned))
                        .flatten()
                }
            };
            given(settings, || HandlerSettings::from_env(variable))
        })
    }
}

/// Sets the setting of this name.
unsafe fn set(
    settings: *mut acs_handler_settings,
    name: *const c_char,
    value: impl FnOnce() -> Result<SettingValue>,
) -> Result<()> {
    let settings = unsafe { settings.as_mut() };
    let settings = settings.ok_or_else(|| invalid("settings", "It is NULL."))?;
    settings.settings.set(unsafe { text(name, "name") }?, value()?)
}

/// Sets a text setting, replacing a former value. name: a name as returned by acs_setting_toml, in
/// which an underscore may replace a dot ("redis_url").
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, with the name as target, for an unknown name (the reason
/// suggests the nearest one), and for a setting of another type. No value is shown.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_handler_settings_set_text(
    settings: *mut acs_handler_settings,
    name: *const c_char,
    value: *const c_char,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe { status(error, || set(settings, name, || Ok(text(value, "value")?.into()))) }
}

/// Sets a setting that is a list of texts, as acs_handler_settings_set_text does.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_handler_settings_set_list(
    settings: *mut acs_handler_settings,
    name: *const c_char,
    values: *const *const c_char,
    value_count: usize,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            set(settings, name, || {
                let values: Vec<Secret> = owned_list(values, value_count, "values")?
                    .into_iter()
                    .map(Secret::from)
                    .collect();
                Ok(values.iter().map(Secret::expose).collect())
            })
        })
    }
}

/// Sets a number setting (milliseconds if its name ends in "_ms"), as acs_handler_settings_set_text
/// does.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_handler_settings_set_number(
    settings: *mut acs_handler_settings,
    name: *const c_char,
    value: i64,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe { status(error, || set(settings, name, || Ok(value.into()))) }
}

/// Sets a setting that is true (1) or false (0), as acs_handler_settings_set_text does.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_handler_settings_set_flag(
    settings: *mut acs_handler_settings,
    name: *const c_char,
    value: i32,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            set(settings, name, || match value {
                0 => Ok(false.into()),
                1 => Ok(true.into()),
                _ => Err(invalid("value", "It must be 0 or 1.")),
            })
        })
    }
}

/// Merges settings: returns those of first, and those of other that first doesn't have. Both
/// stay unchanged and are freed separately.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_handler_settings_or(
    first: *const acs_handler_settings,
    other: *const acs_handler_settings,
    settings: *mut *mut acs_handler_settings,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            given(settings, || {
                let first = reference(first, "first")?.settings.clone();
                Ok(first.or(reference(other, "other")?.settings.clone()))
            })
        })
    }
}

/// Frees settings. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_handler_settings_free(settings: *mut acs_handler_settings) {
    unsafe { freed(settings) }
}

struct Setting {
    toml: Text,
    about: Text,
    environment: Vec<Text>,
}

/// Every setting, made at the first use. It uses no lock, because another thread might hold that
/// while the process forks.
fn listed() -> &'static [Setting] {
    static LISTED: AtomicPtr<Vec<Setting>> = AtomicPtr::new(ptr::null_mut());
    let mut list = LISTED.load(Ordering::Acquire);
    if list.is_null() {
        let names = HandlerSettings::names();
        let made = Box::into_raw(Box::new(
            names
                .map(|name| Setting {
                    toml: c_text(name.toml),
                    about: c_text(name.about),
                    environment: texts(name.environment),
                })
                .collect(),
        ));
        match LISTED.compare_exchange(ptr::null_mut(), made, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => list = made,
            Err(first) => {
                // SAFETY: nobody else has seen it.
                drop(unsafe { Box::from_raw(made) });
                list = first;
            }
        }
    }
    // SAFETY: it was made above and is never freed.
    unsafe { &*list }
}

fn of_setting(
    index: usize,
    text: impl FnOnce(&'static Setting) -> Option<&'static CString>,
) -> *const c_char {
    guarded(ptr::null(), || pointer(listed().get(index).and_then(text)))
}

/// Returns the number of settings.
#[unsafe(no_mangle)]
pub extern "C" fn acs_setting_count() -> usize {
    guarded(0, || listed().len())
}

/// Returns the name of a setting in TOML, where a dot stands for a table; NULL out of range. The
/// text is static and not freed.
#[unsafe(no_mangle)]
pub extern "C" fn acs_setting_toml(index: usize) -> *const c_char {
    of_setting(index, |setting| Some(&setting.toml))
}

/// Returns what a setting is for; NULL out of range. The text is static and not freed.
#[unsafe(no_mangle)]
pub extern "C" fn acs_setting_about(index: usize) -> *const c_char {
    of_setting(index, |setting| Some(&setting.about))
}

/// Returns the number of environment variables of a setting.
#[unsafe(no_mangle)]
pub extern "C" fn acs_setting_environment_count(index: usize) -> usize {
    guarded(0, || {
        listed().get(index).map_or(0, |setting| setting.environment.len())
    })
}

/// Returns an environment variable of a setting; the first one that is set is used. NULL out of
/// range. The text is static and not freed.
#[unsafe(no_mangle)]
pub extern "C" fn acs_setting_environment(index: usize, which: usize) -> *const c_char {
    of_setting(index, |setting| setting.environment.get(which))
}
