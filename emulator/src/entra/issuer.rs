//! The issuers that tokens name, and the check whether an issuer is this emulator's.

use std::collections::VecDeque;

use parking_lot::RwLock;

/// What the tokens and metadata name as their issuer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum IssuerMode {
    /// The address at which the client reached the emulator, so that validators find the keys there.
    #[default]
    Host,
    /// The names that the public cloud uses: `https://login.microsoftonline.com/{tid}/v2.0` and
    /// `https://sts.windows.net/{tid}/`.
    Production,
}

/// How many of the emulator's addresses are remembered; the oldest is dropped.
const KNOWN_BASES: usize = 256;

/// The issuers that this emulator has used.
#[derive(Debug)]
pub(crate) struct Issuers {
    mode: IssuerMode,
    bases: RwLock<VecDeque<String>>,
}

impl Issuers {
    pub(crate) fn new(mode: IssuerMode) -> Self {
        Self {
            mode,
            bases: RwLock::default(),
        }
    }

    /// The issuer of tokens of this version for a tenant. In the metadata of several tenants, `tid` is the
    /// placeholder `{tenantid}`.
    pub(crate) fn name(&self, base: &str, tid: &str, version: u8) -> String {
        match (self.mode, version) {
            (IssuerMode::Production, 1) => format!("https://sts.windows.net/{tid}/"),
            (IssuerMode::Production, _) => format!("https://login.microsoftonline.com/{tid}/v2.0"),
            (IssuerMode::Host, 1) => format!("{base}/{tid}/"),
            (IssuerMode::Host, _) => format!("{base}/{tid}/v2.0"),
        }
    }

    /// Remembers an address under which tokens are issued.
    pub(crate) fn remember(&self, base: &str) {
        let known = |bases: &VecDeque<String>| bases.iter().any(|b| b == base);
        if known(&self.bases.read()) {
            return;
        }
        let mut bases = self.bases.write();
        if !known(&bases) {
            bases.truncate(KNOWN_BASES - 1);
            bases.push_front(base.to_owned());
        }
    }

    /// Whether `issuer` is exactly what this emulator puts into tokens of this version and tenant.
    pub(crate) fn is_ours(&self, issuer: &str, tid: &str, version: u8) -> bool {
        match self.mode {
            IssuerMode::Production => issuer == self.name("", tid, version),
            IssuerMode::Host => {
                let tail = if version == 1 { "/" } else { "/v2.0" };
                let base = issuer.strip_suffix(tail).and_then(|i| i.strip_suffix(tid));
                let base = base.and_then(|b| b.strip_suffix('/'));
                let bases = self.bases.read();
                base.is_some_and(|base| bases.iter().any(|b| b == base))
            }
        }
    }
}
