//! Rotates access keys, in this process and in its forked children.

use std::ffi::c_char;
use std::sync::Arc;

use arc_swap::ArcSwapOption;
use core_auth::handler::TokenExchangeHandler;
use core_auth::{CommunicationIdentityClient, Result, Secret};

use crate::ffi::{optional_text, text};
use crate::process::PerProcess;

/// A client or handler per process whose access keys can be replaced. The new keys also apply to instances
/// that are created later from the same configuration: in a forked child, and after acs_shutdown.
pub(crate) struct AccessKeyUpdates<T: SignsWithKeys> {
    each: Arc<PerProcess<T>>,
    latest: Latest,
}

/// The keys of the latest update; `None` before the first one.
type Latest = Arc<ArcSwapOption<Keys>>;

/// Access keys to set; `None` leaves a key unchanged.
#[derive(Clone, Default)]
struct Keys {
    primary: Option<Secret>,
    secondary: Option<Secret>,
}

/// A type whose access keys can be replaced.
pub(crate) trait SignsWithKeys: Send + Sync + 'static {
    fn update_both(&self, primary: &str, secondary: Option<&str>) -> Result<()>;
    fn update_secondary(&self, secondary: &str) -> Result<()>;
}

macro_rules! signs_with_keys {
    ($($type:ty),+) => {
        $(impl SignsWithKeys for $type {
            fn update_both(&self, primary: &str, secondary: Option<&str>) -> Result<()> {
                self.update_access_key(primary, secondary)
            }

            fn update_secondary(&self, secondary: &str) -> Result<()> {
                self.update_secondary_access_key(secondary)
            }
        })+
    };
}

signs_with_keys!(CommunicationIdentityClient, TokenExchangeHandler);

impl<T: SignsWithKeys> Clone for AccessKeyUpdates<T> {
    fn clone(&self) -> Self {
        Self {
            each: Arc::clone(&self.each),
            latest: Arc::clone(&self.latest),
        }
    }
}

impl<T: SignsWithKeys> AccessKeyUpdates<T> {
    /// `make` creates the instance of a process, which then gets the latest keys.
    pub(crate) fn new(make: impl Fn() -> Result<T> + Send + Sync + 'static) -> Result<Self> {
        let latest = Latest::default();
        let kept = Arc::clone(&latest);
        let each = PerProcess::new(move || {
            let made = make()?;
            if let Some(keys) = &*kept.load() {
                keys.replace_in(&made)?;
            }
            Ok(made)
        })?;
        Ok(Self {
            each: Arc::new(each),
            latest,
        })
    }

    /// The instance of each process.
    pub(crate) fn each(&self) -> &Arc<PerProcess<T>> {
        &self.each
    }

    /// Replaces the keys that are `Some`, now and in instances created later.
    pub(crate) fn update(&self, primary: Option<&str>, secondary: Option<&str>) -> Result<()> {
        let given = Keys {
            primary: primary.map(Secret::from),
            secondary: secondary.map(Secret::from),
        };
        // Applied before they are stored, so that rejected keys are never stored.
        given.replace_in(&*self.each.get()?)?;
        self.latest.rcu(|former| {
            let former = former.as_deref().cloned().unwrap_or_default();
            let given = given.clone();
            Some(Arc::new(Keys {
                primary: given.primary.or(former.primary),
                secondary: given.secondary.or(former.secondary),
            }))
        });
        // Another thread may have created an instance before the keys were stored.
        given.replace_in(&*self.each.get()?)
    }
}

impl Keys {
    fn replace_in<T: SignsWithKeys>(&self, made: &T) -> Result<()> {
        let secondary = self.secondary.as_ref().map(Secret::expose);
        match (&self.primary, secondary) {
            (Some(primary), secondary) => made.update_both(primary.expose(), secondary),
            (None, Some(secondary)) => made.update_secondary(secondary),
            (None, None) => Ok(()),
        }
    }
}

/// Reads the keys from C and replaces the current ones. `secondary_access_key` may be NULL.
pub(crate) unsafe fn update<T: SignsWithKeys>(
    keys: &AccessKeyUpdates<T>,
    access_key: *const c_char,
    secondary_access_key: *const c_char,
) -> Result<()> {
    let primary = unsafe { text(access_key, "access_key") }?;
    let secondary = unsafe { optional_text(secondary_access_key, "secondary_access_key") }?;
    keys.update(Some(primary), secondary)
}
