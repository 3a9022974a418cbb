//! A resource's access keys, which can be replaced while clients are using them.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, RwLock};

use tracing::warn;

#[cfg(feature = "exchange")]
use super::CredentialId;
use super::Fingerprint;
use crate::error::{Error, OptionName, Result};
use crate::locking::{read, write};
use crate::secret::AccessKey;

/// The text whose HMAC is a key's fingerprint. It cannot be a request's string to sign, which begins with a
/// method and a line feed.
const FINGERPRINT: &[u8] = b"acs-auth fingerprint of an access key";

/// The names of the keys in the errors of an update.
pub(super) const PRIMARY: (&str, OptionName) = ("access_key", OptionName::AccessKey);
pub(super) const SECONDARY: (&str, OptionName) = ("secondary_access_key", OptionName::SecondaryAccessKey);

/// An access key that can be replaced while clients are using it.
///
/// Share it among the clients of a resource with
/// [`key_credential`](crate::CommunicationIdentityClientBuilder::key_credential). It is read for each
/// signature, so [`Self::update`] takes effect with the next attempt.
pub struct AzureKeyCredential {
    key: RwLock<Arc<Key>>,
    updates: AtomicU64,
}

/// A key with its fingerprint.
pub(super) struct Key {
    pub(super) access_key: AccessKey,
    pub(super) fingerprint: Fingerprint,
}

impl Key {
    fn new(access_key: AccessKey) -> Self {
        Self {
            fingerprint: fingerprint(&access_key),
            access_key,
        }
    }
}

/// Returns a value that identifies a key without revealing it.
pub(crate) fn fingerprint(access_key: &AccessKey) -> Fingerprint {
    access_key.hmac_sha256(FINGERPRINT)
}

impl AzureKeyCredential {
    /// Creates a credential with this access key, in base64 as the Azure portal shows it.
    ///
    /// # Errors
    /// As [`AccessKey::from_base64`].
    pub fn new(access_key: &str) -> Result<Self> {
        AccessKey::from_base64(access_key).map(Self::from)
    }

    /// Replaces the key. Signatures made from now on use the new one.
    ///
    /// # Errors
    /// As [`AccessKey::from_base64`]; the former key then stays in use.
    pub fn update(&self, access_key: &str) -> Result<()> {
        self.replace(AccessKey::from_base64(access_key)?);
        Ok(())
    }

    fn replace(&self, access_key: AccessKey) {
        let new = Key::new(access_key);
        let mut key = write(&self.key);
        if key.fingerprint != new.fingerprint {
            *key = Arc::new(new);
            self.updates.fetch_add(1, Ordering::Release);
        }
    }

    fn current(&self) -> Arc<Key> {
        Arc::clone(&read(&self.key))
    }
}

impl From<AccessKey> for AzureKeyCredential {
    fn from(access_key: AccessKey) -> Self {
        Self {
            key: RwLock::new(Arc::new(Key::new(access_key))),
            updates: AtomicU64::new(0),
        }
    }
}

impl fmt::Debug for AzureKeyCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AzureKeyCredential(…)")
    }
}

/// What happens to the secondary key when keys are replaced.
#[derive(Clone, Copy)]
pub(crate) enum SecondaryKey<'a> {
    Unchanged,
    Replaced(&'a str),
    #[cfg(feature = "handler")]
    Removed,
}

impl<'a> From<Option<&'a str>> for SecondaryKey<'a> {
    fn from(key: Option<&'a str>) -> Self {
        key.map_or(Self::Unchanged, Self::Replaced)
    }
}

/// The primary key of a resource and, if there is one, the secondary. The primary is preferred until the
/// service rejects it, then the secondary until that is rejected in turn.
pub(crate) struct AccessKeys(RwLock<State>);

struct State {
    primary: Arc<AzureKeyCredential>,
    secondary: Option<Arc<AzureKeyCredential>>,
    /// The fingerprint of the rejected primary key. A new primary key is preferred again.
    rejected: Option<Fingerprint>,
    switches: u64,
}

impl State {
    /// The key to sign with, and the other one.
    fn keys(&self) -> (Preferred, Option<Arc<Key>>) {
        let primary = self.primary.current();
        let secondary = self.secondary.as_ref().map(|secondary| secondary.current());
        match secondary.filter(|secondary| secondary.fingerprint != primary.fingerprint) {
            Some(secondary) if self.rejected == Some(primary.fingerprint) => {
                (Preferred::Secondary(secondary), Some(primary))
            }
            secondary => (Preferred::Primary(primary), secondary),
        }
    }

    /// Counts every change of the keys and of which is preferred.
    #[cfg(feature = "exchange")]
    fn generation(&self) -> u64 {
        let updates = |key: &Arc<AzureKeyCredential>| key.updates.load(Ordering::Acquire);
        self.switches + updates(&self.primary) + self.secondary.as_ref().map_or(0, updates)
    }
}

enum Preferred {
    Primary(Arc<Key>),
    Secondary(Arc<Key>),
}

impl Preferred {
    fn key(&self) -> &Arc<Key> {
        match self {
            Self::Primary(key) | Self::Secondary(key) => key,
        }
    }
}

impl AccessKeys {
    pub(crate) fn new(primary: Arc<AzureKeyCredential>, secondary: Option<Arc<AzureKeyCredential>>) -> Self {
        Self(RwLock::new(State {
            primary,
            secondary,
            rejected: None,
            switches: 0,
        }))
    }

    /// The key to sign with.
    pub(super) fn preferred(&self) -> Arc<Key> {
        let state = read(&self.0);
        Arc::clone(state.keys().0.key())
    }

    #[cfg(feature = "exchange")]
    pub(super) fn id(&self) -> CredentialId {
        let state = read(&self.0);
        // Read before the key: after an update in between, the generation is too old, so the next id differs.
        let generation = state.generation();
        CredentialId {
            fingerprint: state.keys().0.key().fingerprint,
            generation,
        }
    }

    /// Records that the service rejected this key. Returns whether another one is preferred now.
    pub(super) fn rejected(&self, fingerprint: &Fingerprint) -> bool {
        let mut state = write(&self.0);
        let (preferred, other) = state.keys();
        if preferred.key().fingerprint != *fingerprint {
            return true;
        }
        if other.is_none() {
            return false;
        }
        state.switches += 1;
        match preferred {
            Preferred::Primary(key) => {
                state.rejected = Some(key.fingerprint);
                warn!("the service rejected the primary access key: signing with the secondary one");
            }
            Preferred::Secondary(_) => {
                state.rejected = None;
                warn!("the service rejected the secondary access key: signing with the primary one");
            }
        }
        true
    }

    /// Replaces the keys that are given. A new primary key is preferred.
    pub(super) fn update(&self, primary: Option<&str>, secondary: SecondaryKey<'_>) -> Result<()> {
        let key = |text: Option<&str>, (name, option)| {
            let key = text.map(AccessKey::from_base64).transpose();
            key.map_err(|error: Error| error.with_target(name).of_option(option))
        };
        let primary = key(primary, PRIMARY)?;
        let (secondary, is_removed) = match secondary {
            SecondaryKey::Unchanged => (None, false),
            SecondaryKey::Replaced(text) => (key(Some(text), SECONDARY)?, false),
            #[cfg(feature = "handler")]
            SecondaryKey::Removed => (None, true),
        };
        let mut state = write(&self.0);
        if let Some(primary) = primary {
            state.primary.replace(primary);
            if state.rejected.take().is_some() {
                state.switches += 1;
            }
        }
        match (&state.secondary, secondary) {
            (Some(credential), None) if is_removed => {
                // The secondary's updates no longer count, so they are added: a generation must never come
                // back.
                state.switches += 1 + credential.updates.load(Ordering::Acquire);
                state.secondary = None;
            }
            (_, None) => {}
            (Some(credential), Some(key)) => credential.replace(key),
            (None, Some(key)) => {
                state.switches += 1;
                state.secondary = Some(Arc::new(key.into()));
            }
        }
        Ok(())
    }
}

impl fmt::Debug for AccessKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessKeys(…)")
    }
}
