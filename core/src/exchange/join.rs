//! How one caller gets a token: from the cache, or from an exchange that it starts or joins.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout_at};
use tracing::{Instrument as _, info_span, warn};
use zeroize::Zeroizing;

use super::inspected::brought;
use super::leader::ExchangeRequest;
use super::limiter::LIMITED;
use super::state::{Context, Inner};
use super::subject::Subject;
use crate::cache::{CacheKey, Exchanged, KeyParts};
use crate::clock::after;
use crate::credential::CredentialId;
use crate::entra::{TokenCheck, inspect};
use crate::error::{Error, ErrorKind, Result};
use crate::observe::Event;
use crate::single_flight::Ended;
use crate::transport::BoxFuture;

/// How often a caller with time left starts over when the exchange that it shared ended because other
/// callers' time was up.
const MAX_RESTARTS: u32 = 8;

impl Inner {
    pub(super) async fn exchange(
        self: &Arc<Self>,
        aad_token: &str,
        subject: Subject<'_>,
        timeout: Duration,
    ) -> Result<Exchanged> {
        let span = info_span!("acs_auth.exchange");
        self.exchange_within(aad_token, subject, timeout)
            .instrument(span)
            .await
    }

    async fn exchange_within(
        self: &Arc<Self>,
        aad_token: &str,
        subject: Subject<'_>,
        timeout: Duration,
    ) -> Result<Exchanged> {
        let begun = (self.now)();
        let credential = self.client.credential_id();
        let brought = brought(&credential.fingerprint, &subject, aad_token);
        if let Some(key) = self.inspected.key(&brought, begun) {
            if let Some(exchanged) = self.cached(&key) {
                return Ok(exchanged);
            }
        }
        let expected = subject.expectations(self.client.cloud());
        let inspection = inspect(aad_token, &expected, begun);
        let objection = inspection
            .to_error()
            .filter(|_| self.token_check != TokenCheck::Off);
        let has_passed = objection.is_none();
        if let Some(error) = objection {
            if self.token_check == TokenCheck::Enforce {
                return Err(error);
            }
            warn!(
                check = error.code.as_deref(),
                "the token check fails: {}", error.reason
            );
        }
        let claims = inspection.claims();
        let known = subject.known_with(claims);
        let key = self.key(aad_token, &known, &credential);
        if let Some(exchanged) = self.cached(&key) {
            if has_passed {
                let min_remaining = expected.min_remaining.as_secs().try_into().unwrap_or(i64::MAX);
                self.inspected.passed(brought, key, claims, min_remaining, begun);
            }
            return Ok(exchanged);
        }
        self.share(aad_token, known, (key, credential), claims.expires_at, timeout)
            .await
    }

    /// The cache key of an exchange.
    pub(super) fn key(&self, aad_token: &str, known: &Subject<'_>, credential: &CredentialId) -> CacheKey {
        let parts = KeyParts {
            origin: known.origin,
            authority: &self.client.cloud().authority,
            endpoint: self.client.endpoint().url(),
            credential: &credential.fingerprint,
            client_id: known.client_id,
            tenant_id: known.tenant_id,
            user_object_id: known.object_id,
            aad_token,
        };
        CacheKey::new(&self.secret, &parts)
    }

    /// Joins the exchange for this key, or starts it. Boxed for the same reason as `Pipeline::send`.
    pub(super) fn share<'a>(
        self: &'a Arc<Self>,
        aad_token: &'a str,
        subject: Subject<'a>,
        ids: (CacheKey, CredentialId),
        expires_at: Option<i64>,
        timeout: Duration,
    ) -> BoxFuture<'a, Result<Exchanged>> {
        Box::pin(self.join(aad_token, subject, ids, expires_at, timeout))
    }

    async fn join(
        self: &Arc<Self>,
        aad_token: &str,
        subject: Subject<'_>,
        (key, credential): (CacheKey, CredentialId),
        expires_at: Option<i64>,
        timeout: Duration,
    ) -> Result<Exchanged> {
        let deadline = after(Instant::now(), timeout);
        let mut restarts = 0;
        loop {
            let waiter = self.flights.enter(
                key,
                || Context::new(deadline),
                |flight| {
                    let request = ExchangeRequest {
                        aad_token: Zeroizing::new(aad_token.to_owned()),
                        operation: subject.operation(),
                        user: subject.is_somebody().then_some(key.user),
                        key,
                        credential,
                        expires_at,
                    };
                    Arc::clone(self).run_as_leader(request, flight)
                },
            );
            let callers = &waiter.context().callers;
            callers.add(deadline);
            let ended = tokio::select! {
                biased;
                ended = waiter.ended() => ended,
                start = callers.too_late_for(deadline, || self.limiter.expected()) => {
                    return Err(self.limiter.limited(start.saturating_duration_since(Instant::now())));
                }
                () = sleep_until(deadline) => return Err(timed_out(timeout)),
            };
            let result = match ended {
                Ended::Returned(result) => result,
                Ended::Panicked => Err(Error::new(ErrorKind::Internal, "The exchange panicked.")),
                // The leader's runtime ended, but not this caller's.
                Ended::Dropped => Err(timed_out(timeout)),
            };
            restarts += 1;
            if restarts <= MAX_RESTARTS
                && result
                    .as_ref()
                    .is_err_and(|error| self.may_restart(error, deadline))
            {
                continue;
            }
            if waiter.is_leader() {
                // The next request for the token may reach another process.
                let _ = timeout_at(deadline, waiter.context().stored()).await;
            } else {
                self.tell(Event::Coalesced);
            }
            return result;
        }
    }

    /// Whether an exchange failed because other callers' time was up, and this deadline leaves enough time
    /// for another one.
    fn may_restart(&self, error: &Error, deadline: Instant) -> bool {
        let start = match (error.kind, error.code.as_deref()) {
            (ErrorKind::Timeout, _) => Instant::now(),
            (ErrorKind::Throttled, Some(LIMITED)) => {
                after(Instant::now(), error.retry_after.unwrap_or_default())
            }
            _ => return false,
        };
        after(start, self.limiter.expected()) < deadline
    }
}

fn timed_out(timeout: Duration) -> Error {
    Error::new(ErrorKind::Timeout, format!("No token came within {timeout:?}."))
}
