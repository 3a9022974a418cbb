//! When tokens are renewed, and from which source.

use std::time::{Duration, SystemTime};

use crate::clock::after;
use crate::credential::{ACS_SCOPE, AccessTokenInfo};
use crate::error::{Error, ErrorKind, Result};

/// How long before its expiry a token for the service is renewed, unless its credential returns `refresh_on`.
const MARGIN: Duration = Duration::from_secs(300);
/// The shortest time between two renewals, whatever the credential's `refresh_on`.
const SHORTEST_INTERVAL: Duration = Duration::from_secs(30);
/// The bounds of [`RenewalRules::stall_timeout`], whatever the client's timeout.
const MIN_STALL_TIMEOUT: Duration = Duration::from_secs(1);
const MAX_STALL_TIMEOUT: Duration = Duration::from_secs(30);
/// A user's token that has less left than this is only returned after an attempt to renew it.
const WAIT_MARGIN: Duration = Duration::from_secs(120);

/// How the tokens of a source are renewed.
#[derive(Debug, Clone)]
pub(crate) struct RenewalRules {
    /// The name of the source in errors and log records.
    pub(super) source: &'static str,
    /// The scopes that tokens are requested for.
    pub(super) scopes: &'static [&'static str],
    /// After this time a renewal counts as hung, and another one may begin beside it.
    pub(super) stall_timeout: Duration,
    /// How long before its expiry a token is renewed.
    margin: Duration,
    /// A token that lives no longer than this is renewed after half its lifetime.
    halved_below: Duration,
    /// How long before the token's expiry callers wait for its renewal; half its lifetime if that is shorter.
    wait_margin: Duration,
    /// How long they wait then: shorter than their timeout, so that they get the valid token if the renewal
    /// hangs.
    pub(super) wait: Duration,
    /// Whether a token that has expired is an error.
    rejects_expired: bool,
}

impl RenewalRules {
    /// The rules of a token credential for the service. `timeout` is that of the client's calls; a renewal
    /// that takes longer counts as hung.
    pub(crate) fn of_client(timeout: Duration) -> Self {
        Self {
            source: "token credential",
            scopes: &[ACS_SCOPE],
            stall_timeout: timeout.clamp(MIN_STALL_TIMEOUT, MAX_STALL_TIMEOUT),
            margin: MARGIN,
            halved_below: MARGIN * 2,
            wait_margin: Duration::ZERO,
            wait: Duration::ZERO,
            rejects_expired: false,
        }
    }

    /// The rules of a user's token, which is renewed `margin` before it expires. `timeout` is that of
    /// callers.
    pub(crate) fn of_user(margin: Duration, timeout: Duration) -> Self {
        Self {
            source: "token refresher",
            scopes: &[],
            stall_timeout: timeout.clamp(MIN_STALL_TIMEOUT, MAX_STALL_TIMEOUT),
            margin,
            halved_below: margin,
            wait_margin: WAIT_MARGIN,
            wait: timeout.min(MAX_STALL_TIMEOUT) / 2,
            rejects_expired: true,
        }
    }

    pub(super) fn renew_at(&self, info: &AccessTokenInfo, now: SystemTime) -> SystemTime {
        let half = Self::half(info, now);
        let at = match info.refresh_on.filter(|at| *at < info.expires_on) {
            Some(at) => at,
            None if half * 2 <= self.halved_below => after(now, half),
            None => info.expires_on.checked_sub(self.margin).unwrap_or(now),
        };
        at.max(after(now, SHORTEST_INTERVAL.min(half)))
    }

    pub(super) fn wait_from(&self, info: &AccessTokenInfo, now: SystemTime) -> SystemTime {
        let margin = self.wait_margin.min(Self::half(info, now));
        info.expires_on.checked_sub(margin).unwrap_or(now)
    }

    fn half(info: &AccessTokenInfo, now: SystemTime) -> Duration {
        info.expires_on.duration_since(now).unwrap_or_default() / 2
    }

    /// Returns the token, or an error if it has expired and the rules reject that.
    pub(super) fn usable(&self, info: AccessTokenInfo, now: SystemTime) -> Result<AccessTokenInfo> {
        if self.rejects_expired && info.expires_on <= now {
            return Err(Error::new(
                ErrorKind::CredentialDenied,
                format!("The {} returned a token that has expired.", self.source),
            ));
        }
        Ok(info)
    }

    pub(super) fn closed(&self) -> Error {
        Error::new(ErrorKind::Cancelled, format!("The {} is closed.", self.source))
    }
}
