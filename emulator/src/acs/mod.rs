//! Azure Communication Services Identity.

mod access;
pub(crate) mod access_keys;
mod answer;
pub(crate) mod assignments;
mod bearer;
mod exchange;
mod hmac;
pub(crate) mod identities;
mod limit;
mod members;
pub(crate) mod mistakes;
mod scheme;
pub(crate) mod token;
mod versions;

use std::cell::RefCell;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use crate::entra::{Claims, Entra};
use crate::http::{Checks, Reply, WireRequest};
use crate::operation::AcsOperation;
use crate::options::{Behaviour, ErrorBody};
use crate::random::Random;
use crate::seed::Seed;
use crate::time;

use access_keys::AccessKeys;
use answer::Outcome;
use mistakes::Signing;
use token::{Grant, Issued, Signer};
use versions::{IDENTITIES, IDENTITY_DETAILS, TEAMS_EXTENSION, TEAMS_USER};

/// One resource of the service.
#[derive(Debug)]
pub(crate) struct Acs {
    pub(crate) resource_id: String,
    pub(crate) keys: AccessKeys,
    pub(crate) identities: identities::Identities,
    pub(crate) assignments: assignments::Assignments,
    pub(crate) signer: Signer,
    limiter: limit::Limiter,
    random: Random,
}

/// What a response depends on besides the request.
#[derive(Debug)]
pub(crate) struct World<'a> {
    pub(crate) entra: &'a Entra,
    pub(crate) behaviour: &'a Behaviour,
    pub(crate) now: SystemTime,
}

/// One request that is being handled.
struct Call<'a> {
    acs: &'a Acs,
    entra: &'a Entra,
    seed: Arc<Seed>,
    behaviour: &'a Behaviour,
    request: &'a WireRequest,
    /// In seconds since 1970.
    now: i64,
    time: SystemTime,
    checks: RefCell<&'a mut Checks>,
}

impl Acs {
    pub(crate) fn new(resource_id: String, keys: AccessKeys, rng_seed: Option<u64>) -> Result<Self, String> {
        Ok(Self {
            resource_id,
            keys,
            identities: identities::Identities::default(),
            assignments: assignments::Assignments::default(),
            signer: Signer::new()?,
            limiter: limit::Limiter::default(),
            random: Random::new(rng_seed),
        })
    }

    /// Deletes all identities and assignments, resets the limit, and restores the initial access keys.
    pub(crate) fn reset(&self) {
        self.keys.reset();
        self.identities.clear();
        self.assignments.clear();
        self.limiter.clear();
        self.random.restart();
    }

    /// Handles a request. Without `carry_out` it only checks the credential, and returns no response.
    pub(crate) fn handle(
        &self,
        world: &World<'_>,
        request: &WireRequest,
        carry_out: bool,
        checks: &mut Checks,
    ) -> (Option<Reply>, Option<Signing>) {
        let started = Instant::now();
        let call = Call {
            acs: self,
            entra: world.entra,
            seed: world.entra.seed(),
            behaviour: world.behaviour,
            request,
            now: i64::try_from(time::seconds(world.now)).unwrap_or(i64::MAX),
            time: world.now,
            checks: RefCell::new(checks),
        };
        let operation = AcsOperation::of(request);
        let mut signing = None;
        // The exchanges under /access take the user's own token as their credential. If a request is signed
        // instead, the signature is verified only so that the record explains it.
        let takes_users_token = matches!(
            operation,
            AcsOperation::ExchangeTeamsExtension | AcsOperation::ExchangeEntraUser
        );
        let users_token = takes_users_token && bearer::token(request).is_some();
        let allowed = users_token || call.authenticate(&mut signing);
        if !carry_out {
            return (None, signing);
        }
        let outcome = if allowed {
            call.perform(&operation)
        } else {
            Err(denied())
        };
        let outcome = outcome.unwrap_or_else(|error| error);
        let outcome = if operation.has_no_recorded_error() {
            call.unrecorded(outcome)
        } else {
            outcome
        };
        (Some(outcome.into_reply(request, &self.random, started)), signing)
    }

    fn sign(&self, grant: &Grant<'_>) -> Result<Issued, Outcome> {
        self.signer
            .issue(grant, &self.random)
            .map_err(|error| Outcome::error(500, "InternalServerError", &error))
    }
}

impl Call<'_> {
    fn authenticate(&self, signing: &mut Option<Signing>) -> bool {
        if let Some(token) = bearer::token(self.request) {
            return bearer::verify(self, token);
        }
        let window = self.behaviour.date_window_seconds;
        let mut checks = self.checks.borrow_mut();
        match hmac::verify(self.request, &self.acs.keys.now(), self.time, window, &mut checks) {
            Ok(()) => true,
            Err(explanation) => {
                *signing = explanation;
                false
            }
        }
    }

    fn perform(&self, operation: &AcsOperation) -> Result<Outcome, Outcome> {
        match operation {
            AcsOperation::CreateUser => self.version(IDENTITIES).and_then(|()| identities::create(self)),
            AcsOperation::IssueToken(id) => self
                .version(IDENTITIES)
                .and_then(|()| identities::issue(self, id)),
            AcsOperation::RevokeTokens(id) => self
                .version(IDENTITIES)
                .and_then(|()| identities::revoke(self, id)),
            AcsOperation::DeleteUser(id) => self
                .version(IDENTITIES)
                .and_then(|()| identities::delete(self, id)),
            AcsOperation::ExchangeTeamsUser => {
                self.version(TEAMS_USER)?;
                self.limit()?;
                exchange::teams_user(self)
            }
            AcsOperation::GetUserDetail(id) => self
                .version(IDENTITY_DETAILS)
                .and_then(|()| identities::detail(self, id)),
            AcsOperation::ExchangeTeamsExtension => access::teams_extension(self),
            AcsOperation::ExchangeEntraUser => access::entra_user(self),
            AcsOperation::PutAssignment(principal) => self
                .version(TEAMS_EXTENSION)
                .and_then(|()| assignments::put(self, principal)),
            AcsOperation::GetAssignment(principal) => self
                .version(TEAMS_EXTENSION)
                .and_then(|()| assignments::get(self, principal)),
            AcsOperation::DeleteAssignment(principal) => self
                .version(TEAMS_EXTENSION)
                .and_then(|()| assignments::delete(self, principal)),
            AcsOperation::MethodNotAllowed(allowed) => {
                self.fail("route", format!("this path takes {allowed}"));
                Err(
                    Outcome::error(405, "MethodNotAllowed", "The method is not allowed.")
                        .with("allow", (*allowed).to_owned()),
                )
            }
            AcsOperation::Unknown => {
                self.fail("route", "no operation has this path");
                Err(Outcome::error(404, "NotFound", "The resource was not found."))
            }
        }
    }

    fn version(&self, supported: &[&str]) -> Result<(), Outcome> {
        versions::check(self.request, supported, &mut self.checks.borrow_mut())
    }

    /// Applies the service limit. Every request with a valid credential counts, whatever its outcome, which
    /// is unverified.
    fn limit(&self) -> Result<(), Outcome> {
        let Some(limit) = self.behaviour.exchange_limit else {
            return Ok(());
        };
        let Err(wait) = self.acs.limiter.admit(limit, self.time) else {
            return Ok(());
        };
        self.fail(
            "service_limit",
            format!("more than {} in {} s", limit.count, limit.per_seconds),
        );
        let error = Outcome::error(
            429,
            "TooManyRequests",
            "The service limit of this operation was reached.",
        );
        Err(self.unrecorded(error.with("retry-after", wait.to_string())))
    }

    /// Applies the behaviour `unrecorded_errors` to an error that was never recorded; a success is unchanged.
    fn unrecorded(&self, error: Outcome) -> Outcome {
        match self.behaviour.unrecorded_errors {
            ErrorBody::Empty => error.without_error_body(),
            ErrorBody::Code => error,
        }
    }

    /// Verifies an Entra token, and notes its checks under names that differ from those of the request's
    /// signature.
    fn verify_token(&self, token: &str, audiences: &[&str]) -> Option<Claims> {
        let mut checks = Checks::default();
        let claims = self.entra.verify(token, audiences, &mut checks).ok();
        let renamed = checks.0.into_iter().map(|mut check| {
            check.name = match check.name {
                "form" => "token_form",
                "algorithm" => "token_algorithm",
                "key" => "token_key",
                "signature" => "token_signature",
                "issuer" => "token_issuer",
                "audience" => "token_audience",
                "lifetime" => "token_lifetime",
                "token kind" => "token_kind",
                other => other,
            };
            check
        });
        self.checks.borrow_mut().0.extend(renamed);
        claims
    }

    fn pass(&self, name: &'static str, detail: impl Into<String>) {
        self.checks.borrow_mut().pass(name, detail);
    }

    fn fail(&self, name: &'static str, detail: impl Into<String>) {
        self.checks.borrow_mut().fail(name, detail);
    }

    fn note(&self, name: &'static str, ok: bool, detail: impl Into<String>) -> bool {
        self.checks.borrow_mut().note(name, ok, detail)
    }
}

/// The response to any invalid credential. Only third parties quote it; it is unverified for this service.
fn denied() -> Outcome {
    Outcome::error(401, "Denied", "Denied by the resource provider.")
}
