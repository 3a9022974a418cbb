//! The state of Entra ID: codes, refresh tokens, sessions, consents. All times are in seconds since 1970.

use super::consent::Consents;
use crate::seed::{RedirectKind, Seed};
use std::collections::HashMap;

/// Everything that a reset deletes.
#[derive(Debug, Default)]
pub(crate) struct Store {
    pub(crate) codes: HashMap<String, Code>,
    pub(crate) refresh_tokens: HashMap<String, RefreshToken>,
    pub(crate) families: HashMap<u64, Family>,
    pub(crate) sessions: HashMap<String, Vec<Identity>>,
    pub(crate) devices: HashMap<String, Device>,
    pub(crate) flows: HashMap<String, Flow>,
    pub(crate) consents: Consents,
    next_family: u64,
}

/// A user who has signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    /// The object id.
    pub(crate) user: String,
    /// Whether the user passed multi-factor authentication.
    pub(crate) mfa: bool,
}

/// A sign-in on another device.
#[derive(Debug, Clone)]
pub(crate) struct Device {
    pub(crate) client_id: String,
    /// The tenant, as in the URL.
    pub(crate) authority: String,
    pub(crate) user_code: String,
    pub(crate) scope: String,
    pub(crate) issued_at: i64,
    pub(crate) state: DeviceState,
}

impl Device {
    /// How long a code can be entered and redeemed, in seconds.
    pub(crate) const LIFETIME: i64 = 900;
}

/// The state of a sign-in on another device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DeviceState {
    Pending,
    Declined,
    Approved(Identity),
    Redeemed,
}

/// An authorization code, kept after its use so that a second use is recognised.
#[derive(Debug, Clone)]
pub(crate) struct Code {
    pub(crate) client_id: String,
    pub(crate) redirect_uri: String,
    pub(crate) kind: RedirectKind,
    pub(crate) challenge: Option<Challenge>,
    pub(crate) nonce: Option<String>,
    pub(crate) identity: Identity,
    pub(crate) scope: String,
    pub(crate) issued_at: i64,
    pub(crate) used: bool,
}

/// A PKCE challenge.
#[derive(Debug, Clone)]
pub(crate) enum Challenge {
    Plain(String),
    S256(String),
}

/// A refresh token. The tokens that replace one another form a family.
#[derive(Debug, Clone)]
pub(crate) struct RefreshToken {
    pub(crate) family: u64,
    pub(crate) issued_at: i64,
    /// When it was first redeemed, and for which resources.
    pub(crate) redeemed: Option<(i64, Vec<String>)>,
}

/// What all refresh tokens of one sign-in share.
#[derive(Debug, Clone)]
pub(crate) struct Family {
    pub(crate) client_id: String,
    pub(crate) identity: Identity,
    pub(crate) spa: bool,
    pub(crate) started_at: i64,
    pub(crate) revoked: bool,
    /// The scope of the sign-in, for a refresh that names none.
    pub(crate) scope: String,
}

/// A sign-in in progress: the password was accepted, and a page asks for the second factor or consent.
#[derive(Debug, Clone)]
pub(crate) struct Flow {
    pub(crate) identity: Identity,
    /// Identifies the request that the user signs in for: the flow is valid only for that one.
    pub(crate) purpose: String,
    pub(crate) issued_at: i64,
}

/// The maximum number of entries of each kind, so that a load test does not fill the memory.
const KEPT: usize = 100_000;

impl Store {
    pub(crate) fn new(seed: &Seed) -> Self {
        Self {
            consents: Consents::of_seed(seed),
            ..Self::default()
        }
    }

    pub(crate) fn keep_code(&mut self, name: String, code: Code) {
        prune(&mut self.codes, |code| code.issued_at);
        self.codes.insert(name, code);
    }

    /// The users of the session with this name, which is created if there is none.
    pub(crate) fn session(&mut self, name: String) -> &mut Vec<Identity> {
        if self.sessions.len() >= KEPT {
            self.sessions.clear();
        }
        self.sessions.entry(name).or_default()
    }

    pub(crate) fn keep_device(&mut self, name: String, device: Device) {
        prune(&mut self.devices, |device| device.issued_at);
        self.devices.insert(name, device);
    }

    pub(crate) fn keep_flow(&mut self, name: String, flow: Flow) {
        prune(&mut self.flows, |flow| flow.issued_at);
        self.flows.insert(name, flow);
    }

    pub(crate) fn start_family(&mut self, family: Family) -> u64 {
        prune(&mut self.families, |family| family.started_at);
        self.next_family += 1;
        self.families.insert(self.next_family, family);
        self.next_family
    }

    pub(crate) fn keep_refresh_token(&mut self, name: String, token: RefreshToken) {
        prune(&mut self.refresh_tokens, |token| token.issued_at);
        self.refresh_tokens.insert(name, token);
    }
}

/// Drops the older half of a map that has grown too large.
fn prune<K: std::hash::Hash + Eq, V>(map: &mut HashMap<K, V>, age: impl Fn(&V) -> i64) {
    if map.len() < KEPT {
        return;
    }
    let mut ages: Vec<i64> = map.values().map(&age).collect();
    let middle = ages.len() / 2;
    let (_, median, _) = ages.select_nth_unstable(middle);
    let median = *median;
    map.retain(|_, value| age(value) > median);
}
