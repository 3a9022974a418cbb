//! Microsoft Entra ID, offline: sign-in, tokens, keys, and the verification of its own tokens.

mod aadsts;
mod admin_consent;
mod attack;
mod authorize;
mod claims;
mod client_auth;
mod consent;
mod cors;
mod device;
mod discovery;
mod forge;
mod grants;
mod interact;
mod issue;
mod issuer;
mod jwt;
mod keys;
mod logout;
mod managed_identity;
mod mint;
mod pages;
mod params;
mod redirect;
mod route;
mod scopes;
mod session;
mod store;
mod tenant;
mod token;
mod token_request;
mod verify;

pub use attack::{Attack, RefusedBy};
pub use claims::Claims;
pub use issuer::IssuerMode;
pub use mint::{MintKind, MintRequest};
pub(crate) use pages::escape;
pub use verify::TokenProblem;

use crate::clock::Clock;
use crate::http::{Checks, Reply, WireRequest};
use crate::seed::{Secret, Seed};
use parking_lot::{Mutex, MutexGuard};
use std::sync::Arc;

/// The options of the emulated Entra ID.
#[derive(Debug, Clone)]
pub struct EntraOptions {
    /// Makes token lifetimes the same at each start. Defaults to random ones.
    pub rng_seed: Option<u64>,
    /// What the tokens and metadata name as their issuer. Defaults to [`IssuerMode::Host`].
    pub issuer: IssuerMode,
    /// The tolerated clock skew when verifying `exp` and `nbf`, in seconds. Defaults to 0.
    pub clock_skew: i64,
    /// Generates the next signing key ahead of time in the background, so that a rollover takes no time.
    /// Defaults to true.
    pub spare_key: bool,
    /// The longest accepted lifetime (`exp` − `iat`), in seconds. Defaults to 28 hours.
    pub max_lifetime: i64,
}

impl Default for EntraOptions {
    fn default() -> Self {
        Self {
            rng_seed: None,
            issuer: IssuerMode::Host,
            clock_skew: 0,
            spare_key: true,
            max_lifetime: 28 * 3600,
        }
    }
}

/// The emulated Entra ID. It does no I/O, and can be used from any thread.
#[derive(Debug)]
pub struct Entra {
    seed: Arc<Seed>,
    clock: Arc<Clock>,
    options: EntraOptions,
    keys: keys::KeyRing,
    issuers: issuer::Issuers,
    store: Mutex<store::Store>,
    lifetimes: Mutex<fastrand::Rng>,
    identity_header: Secret,
}

impl Entra {
    /// Creates an Entra ID with this seed and new signing keys.
    ///
    /// # Errors
    /// If the first signing key cannot be generated.
    pub fn new(seed: Arc<Seed>, clock: Arc<Clock>, options: EntraOptions) -> Result<Self, String> {
        let rng = options
            .rng_seed
            .map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed);
        Ok(Self {
            store: Mutex::new(store::Store::new(&seed)),
            seed,
            clock,
            keys: keys::KeyRing::new(options.spare_key)?,
            issuers: issuer::Issuers::new(options.issuer),
            lifetimes: Mutex::new(rng),
            identity_header: Secret::random_client_secret(),
            options,
        })
    }

    /// Whether this path is one of Entra's endpoints.
    pub fn owns(path: &str) -> bool {
        route::route(path).is_some()
    }

    /// Handles a request, and notes what was checked.
    pub fn handle(&self, request: &WireRequest, checks: &mut Checks) -> Reply {
        route::answer(self, request, checks)
    }

    /// The tenants, users and apps.
    pub fn seed(&self) -> Arc<Seed> {
        Arc::clone(&self.seed)
    }

    /// Deletes codes, refresh tokens, sessions and consents other than the seed's, and restarts the random
    /// lifetimes. The signing keys stay, since clients may have cached them.
    pub fn reset(&self) {
        let seed = self.seed();
        *self.store() = store::Store::new(&seed);
        if let Some(rng_seed) = self.options.rng_seed {
            *self.lifetimes.lock() = fastrand::Rng::with_seed(rng_seed);
        }
    }

    /// Rolls the signing key over. The previous key stays published; older ones are dropped.
    ///
    /// # Errors
    /// If no key could be generated; then the current one stays in use.
    pub fn roll_over_keys(&self) -> Result<(), String> {
        self.keys.roll_over()
    }

    /// The secret that App Service's managed identity endpoint requires in `X-IDENTITY-HEADER`.
    pub fn identity_header(&self) -> &Secret {
        &self.identity_header
    }

    fn store(&self) -> MutexGuard<'_, store::Store> {
        self.store.lock()
    }

    fn now(&self) -> i64 {
        self.clock.unix()
    }
}
