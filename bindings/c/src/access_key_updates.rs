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
        // Another thread may have created an instance with the former keys meanwhile, or have stored keys of its
        // own: the instance in use must end with those that are stored.
        loop {
            let latest = self.latest.load_full();
            if let Some(keys) = &latest {
                keys.replace_in(&*self.each.get()?)?;
            }
            if is_same(latest.as_ref(), self.latest.load().as_ref()) {
                return Ok(());
            }
        }
    }
}

fn is_same(one: Option<&Arc<Keys>>, other: Option<&Arc<Keys>>) -> bool {
    one.map(Arc::as_ptr) == other.map(Arc::as_ptr)
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

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Mutex, OnceLock};

    use super::*;

    /// Runs `meanwhile` just before its keys are set for the second time, as another thread might.
    #[derive(Default)]
    struct Interrupted {
        primary: Mutex<String>,
        times: AtomicUsize,
        meanwhile: OnceLock<Box<dyn Fn() + Send + Sync>>,
    }

    impl SignsWithKeys for Interrupted {
        fn update_both(&self, primary: &str, _secondary: Option<&str>) -> Result<()> {
            if self.times.fetch_add(1, Ordering::Relaxed) == 1 {
                self.meanwhile.get().expect("it was set")();
            }
            primary.clone_into(&mut self.primary.lock().unwrap());
            Ok(())
        }

        fn update_secondary(&self, _secondary: &str) -> Result<()> {
            unreachable!("the test sets both")
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "the runtime's thread would outlive the program")]
    fn of_concurrent_updates_the_one_that_is_kept_is_in_use() {
        let updates = AccessKeyUpdates::new(|| Ok(Interrupted::default())).unwrap();
        let other = updates.clone();
        let other_update = move || other.update(Some("second"), None).unwrap();
        assert!(
            updates
                .each()
                .get()
                .unwrap()
                .meanwhile
                .set(Box::new(other_update))
                .is_ok()
        );
        updates.update(Some("first"), None).unwrap();
        assert_eq!(*updates.each().get().unwrap().primary.lock().unwrap(), "second");
    }
}
