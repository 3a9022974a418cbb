//! Exchanges of tokens that the handler has already checked and parsed.

use tracing::{Instrument as _, info_span};

use super::{Subject, TeamsTokenExchanger};
use crate::cache::{CacheKey, Exchanged};
use crate::credential::Fingerprint;
use crate::entra::{UnverifiedClaims, unverified_claims};
use crate::error::Result;
use crate::observe::Event;

/// Where an exchanged token is cached.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    key: CacheKey,
    /// The credential that is a part of the key.
    credential: Fingerprint,
}

impl TeamsTokenExchanger {
    /// Returns the ACS token for a token that the caller has checked, and where this process caches it, if it
    /// does. `claims` are the token's claims, if the caller has parsed them.
    pub(crate) async fn exchange_checked(
        &self,
        aad_token: &str,
        subject: Subject<'_>,
        claims: Option<&UnverifiedClaims>,
    ) -> Result<(Exchanged, Option<Stored>)> {
        let inner = &self.inner;
        let exchange = async {
            let credential = inner.client.credential_id();
            let read;
            let claims = match claims {
                Some(claims) => claims,
                None => {
                    read = unverified_claims(aad_token);
                    &read
                }
            };
            let known = subject.known_with(claims);
            let key = inner.key(aad_token, &known, &credential);
            let stored = inner.memory.is_some().then_some(Stored {
                key,
                credential: credential.fingerprint,
            });
            if let Some(exchanged) = inner.cached(&key) {
                return Ok((exchanged, stored));
            }
            let exchanged = inner
                .share(
                    aad_token,
                    known,
                    (key, credential),
                    claims.expires_at,
                    inner.timeout,
                )
                .await?;
            Ok((exchanged, stored))
        };
        exchange.instrument(info_span!("acs_auth.exchange")).await
    }

    /// Returns the token that [`Self::exchange_checked`] cached there, if the client still uses the same
    /// credential.
    pub(crate) fn cached(&self, stored: &Stored) -> Option<Exchanged> {
        let inner = &self.inner;
        if inner.client.credential_id().fingerprint != stored.credential {
            return None;
        }
        let entry = inner.memory.as_ref()?.get(&stored.key)?;
        // Only for a hit: after a miss, the exchange that follows opens its own span.
        info_span!("acs_auth.exchange").in_scope(|| inner.tell(Event::CacheHit));
        Some(entry.exchanged)
    }
}
