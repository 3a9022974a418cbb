//! Access keys that replace those of a recipe.

use std::ffi::c_char;
use std::sync::Arc;

use arc_swap::ArcSwapOption;
use core_auth::{Result, Secret};

use crate::ffi::{optional_text, text};
use crate::process::PerProcess;

/// Replaces the access keys of a value in this process, and of those that are made of the same recipe later: in a forked
/// child, and after acs_shutdown.
pub(crate) struct AccessKeyUpdates<T: Send + Sync + 'static> {
    each: Arc<PerProcess<T>>,
    latest: Latest,
    update: Update<T>,
}

type Update<T> = fn(&T, &str, Option<&str>) -> Result<()>;

/// The last keys, if there was an update.
type Latest = Arc<ArcSwapOption<Keys>>;

struct Keys {
    primary: Secret,
    secondary: Option<Secret>,
}

impl<T: Send + Sync + 'static> Clone for AccessKeyUpdates<T> {
    fn clone(&self) -> Self {
        Self {
            each: Arc::clone(&self.each),
            latest: Arc::clone(&self.latest),
            update: self.update,
        }
    }
}

impl<T: Send + Sync + 'static> AccessKeyUpdates<T> {
    /// Values that each process makes, each with the last keys.
    pub(crate) fn new(
        make: impl Fn() -> Result<T> + Send + Sync + 'static,
        update: Update<T>,
    ) -> Result<Self> {
        let latest = Latest::default();
        let kept = Arc::clone(&latest);
        let each = PerProcess::new(move || {
            let made = make()?;
            if let Some(keys) = &*kept.load() {
                keys.apply(&made, update)?;
            }
            Ok(made)
        })?;
        Ok(Self {
            each: Arc::new(each),
            latest,
            update,
        })
    }

    /// The values of the processes.
    pub(crate) fn each(&self) -> &Arc<PerProcess<T>> {
        &self.each
    }

    /// Replaces the primary key, and the secondary one if it is given.
    pub(crate) fn update(&self, primary: &str, secondary: Option<&str>) -> Result<()> {
        // What this refuses is not remembered.
        (self.update)(&*self.each.get()?, primary, secondary)?;
        self.latest.rcu(|former| {
            let former = former.as_ref().and_then(|keys| keys.secondary.clone());
            Some(Arc::new(Keys {
                primary: primary.into(),
                secondary: secondary.map(Secret::from).or(former),
            }))
        });
        // It may have been made anew before the keys were remembered.
        (self.update)(&*self.each.get()?, primary, secondary)
    }
}

impl Keys {
    fn apply<T>(&self, made: &T, update: Update<T>) -> Result<()> {
        update(
            made,
            self.primary.expose(),
            self.secondary.as_ref().map(Secret::expose),
        )
    }
}

/// Replaces the keys by those that C gives.
pub(crate) unsafe fn update<T: Send + Sync + 'static>(
    keys: &AccessKeyUpdates<T>,
    access_key: *const c_char,
    secondary_access_key: *const c_char,
) -> Result<()> {
    let primary = unsafe { text(access_key, "access_key") }?;
    let secondary = unsafe { optional_text(secondary_access_key, "secondary_access_key") }?;
    keys.update(primary, secondary)
}
