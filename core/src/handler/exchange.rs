//! The two routes that exchange a Teams token.

use std::sync::Arc;

use tracing::warn;

use super::credentials::Credentials;
use super::known::{Known, Pair};
use super::message::Response;
use super::problem::Problem;
use super::{Code, Context, Inner, failure, log_failure, teams_token, token_body};
use crate::cache::{Exchanged, Origin};
use crate::entra::verify::VerifiedToken;
use crate::error::Error;
use crate::exchange::Subject;
use crate::unix_time::unix_seconds;

impl Inner {
    pub(super) async fn teams_token(&self, context: &Context<'_>) -> Result<Response, Problem> {
        let (exchanged, _) = self.exchange(Origin::TeamsUser, context).await?;
        token_body::created(&exchanged.token, None)
    }

    pub(super) async fn teams_extension_token(&self, context: &Context<'_>) -> Result<Response, Problem> {
        let origin = Origin::TeamsExtension;
        let (exchanged, bearer) = self.exchange(origin, context).await?;
        let exchanged = exchanged
            .with_identity()
            .map_err(|error| self.exchange_failed(origin, &error))?;
        if !teams_token::is_identity_of(&exchanged.user, &bearer) {
            warn!(
                event = "teams_token_rejected",
                check = "identity",
                "the service gave a token of another user than the bearer's"
            );
            return Err(Code::UserMismatch.into());
        }
        token_body::created(&exchanged.token, Some(&exchanged.user.id))
    }

    /// Exchanges a request's Teams token for the user of its bearer token. A known pair of tokens is answered
    /// from the cache; for any other pair, each token is parsed once.
    async fn exchange(
        &self,
        origin: Origin,
        context: &Context<'_>,
    ) -> Result<(Exchanged, Arc<VerifiedToken>), Problem> {
        let credentials = Credentials::of(context.request)?;
        let pair = credentials.pair(origin);
        if let Some(pair) = &pair {
            if let Some((exchanged, known)) = self.find(pair, context).await {
                return Ok((exchanged, Arc::clone(&known.bearer.token)));
            }
        }
        let bearer = self.let_in(&credentials, context).await?;
        let token = credentials.teams_token()?;
        let now = (self.now)();
        let (passed, subject);
        match origin {
            Origin::TeamsUser => {
                passed = self.rules.client_id(token, &bearer.token, now)?;
                subject = Subject::teams_user(passed.client_id, &bearer.token.object_id);
            }
            Origin::TeamsExtension => {
                passed = self.rules.extension(token, &bearer.token, now)?;
                subject = Subject::teams_extension(&bearer.token.tenant_id, &bearer.token.object_id);
            }
        }
        let exchange = self
            .exchanger
            .exchange_checked(token, subject, passed.claims.as_ref());
        let exchanged = context.access.exchange.time(exchange).await;
        let (exchanged, stored) = exchanged.map_err(|error| self.exchange_failed(origin, &error))?;
        let bearer_token = Arc::clone(&bearer.token);
        if let (Some(pair), Some(teams_token), Some(stored)) = (pair, passed.valid, stored) {
            let known = Known {
                bearer,
                teams_token,
                stored,
            };
            self.known.insert(pair, known);
        }
        Ok((exchanged, bearer_token))
    }

    /// Returns the cached token of a pair that was accepted before and would still be accepted.
    async fn find(&self, pair: &Pair, context: &Context<'_>) -> Option<(Exchanged, Arc<Known>)> {
        let verdict = async {
            let known = self.known.get(pair)?;
            let now = unix_seconds((self.now)());
            let holds = known.teams_token.contains(&now) && self.verifier.still_holds(&known.bearer).await;
            holds.then_some(known)
        };
        let known = context.access.verify.time(verdict).await?;
        let cached = async { self.exchanger.cached(&known.stored) };
        let exchanged = context.access.exchange.time(cached).await?;
        Some((exchanged, known))
    }

    fn exchange_failed(&self, origin: Origin, error: &Error) -> Problem {
        log_failure("exchange_failed", "exchange", error);
        match origin {
            Origin::TeamsUser => failure::of_exchange(error, self.rules.token_check),
            Origin::TeamsExtension => failure::of_extension_exchange(error, self.rules.token_check),
        }
    }
}
