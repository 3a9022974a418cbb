//! The operations, named as in the official SDKs.

use std::time::Duration;

use tracing::{Instrument as _, debug, error_span, warn};

use super::{CallResponse, CommunicationIdentityClient};
use crate::api_version::teams_extension;
use crate::callback;
use crate::entra::{Expectations, TokenCheck, inspect};
use crate::error::{Error, ErrorDetails, ErrorKind, Note, Result};
use crate::models::{
    AccessToken, CommunicationTokenScope, CommunicationUserIdentifier, CommunicationUserToken,
};
use crate::pipeline::CallRules;
use crate::protocol::{self, PreparedRequest, RawResponse};
use crate::redact::redact_exact;

impl CommunicationIdentityClient {
    /// Creates an identity.
    ///
    /// It is retried only if the service cannot have processed it, since each request that arrives
    /// creates an identity.
    ///
    /// # Errors
    /// See [`ErrorKind`]; the reason states whether an identity may have been created all the same.
    pub async fn create_user(&self) -> Result<CommunicationUserIdentifier> {
        let request = protocol::prepare_create_user(&self.inner.endpoint, &self.inner.api_version)?;
        self.send("create_user", request, protocol::parse_create_user)
            .await
    }

    /// Creates an identity and issues a first token for it.
    ///
    /// `token_expires_in`: 60 to 1440 minutes, rounded down to whole minutes. `None`: the service's
    /// default (24 hours).
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] for no scope or an expiry out of range; otherwise as
    /// [`Self::create_user`].
    pub async fn create_user_and_token(
        &self,
        scopes: &[CommunicationTokenScope],
        token_expires_in: Option<Duration>,
    ) -> Result<CommunicationUserToken> {
        let inner = &self.inner;
        let request = protocol::create_user_and_token_request(
            &inner.endpoint,
            scopes,
            inner.lifetime(token_expires_in),
            &inner.api_version,
        )?;
        self.send(
            "create_user_and_token",
            request,
            protocol::parse_create_user_and_token,
        )
        .await
    }

    /// Issues a token for an identity.
    ///
    /// `token_expires_in`: 60 to 1440 minutes, rounded down to whole minutes. `None`: the service's
    /// default (24 hours).
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] for an invalid id, no scope or an expiry out of range; see
    /// [`ErrorKind`].
    pub async fn get_token(
        &self,
        user: &CommunicationUserIdentifier,
        scopes: &[CommunicationTokenScope],
        token_expires_in: Option<Duration>,
    ) -> Result<AccessToken> {
        let inner = &self.inner;
        let request = protocol::issue_token_request(
            &inner.endpoint,
            user,
            scopes,
            inner.lifetime(token_expires_in),
            &inner.api_version,
        )?;
        self.send("get_token", request, protocol::parse_issue_token).await
    }

    /// Revokes all tokens of an identity. According to the service's documentation, this can take
    /// up to 15 minutes.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] for an invalid id; see [`ErrorKind`].
    pub async fn revoke_tokens(&self, user: &CommunicationUserIdentifier) -> Result<()> {
        let request = protocol::prepare_revoke_tokens(&self.inner.endpoint, user, &self.inner.api_version)?;
        self.send("revoke_tokens", request, protocol::parse_revoke_tokens)
            .await
    }

    /// Deletes an identity and revokes its tokens.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] for an invalid id; see [`ErrorKind`].
    pub async fn delete_user(&self, user: &CommunicationUserIdentifier) -> Result<()> {
        let request = protocol::prepare_delete_user(&self.inner.endpoint, user, &self.inner.api_version)?;
        self.send("delete_user", request, protocol::parse_delete_user)
            .await
    }

    /// Exchanges a Microsoft 365 user's Entra token for an ACS token of that Teams user.
    ///
    /// `aad_token` must be for the ACS resource (see [`Cloud::teams_resource`](crate::Cloud::teams_resource))
    /// with the permissions `Teams.ManageCalls` and `Teams.ManageChats`; `client_id` is the
    /// application it was issued to, `user_object_id` the user's `oid`. The ACS token expires with
    /// the Entra token.
    ///
    /// # Errors
    /// [`ErrorKind::EntraTokenInvalid`] from the token check, if it is enforced;
    /// [`ErrorKind::EntraTokenRejected`] and [`ErrorKind::ValidationFailed`] from the service, with
    /// what the token check found; see [`ErrorKind`].
    pub async fn get_token_for_teams_user(
        &self,
        aad_token: &str,
        client_id: &str,
        user_object_id: &str,
    ) -> Result<AccessToken> {
        let expected = || {
            let mut expected = Expectations::teams_user(&self.inner.cloud);
            expected.client_id = Some(client_id.to_owned());
            expected.user_object_id = Some(user_object_id.to_owned());
            expected
        };
        self.enforce(aad_token, expected)?;
        let request = protocol::prepare_exchange_teams_user(
            &self.inner.endpoint,
            aad_token,
            client_id,
            user_object_id,
            &self.inner.api_version,
        )?;
        self.send_explained(
            "get_token_for_teams_user",
            request,
            protocol::parse_exchange_teams_user,
            |error| self.explained(error, aad_token, expected),
        )
        .await
    }

    /// Exchanges an Entra user's token with the permission `TeamsExtension.ManageCalls` for an ACS
    /// token.
    ///
    /// The user's own token authenticates this request; the client's credential is not used.
    ///
    /// # Errors
    /// As [`Self::get_token_for_teams_user`].
    pub async fn get_token_for_teams_extension_user(
        &self,
        aad_token: &str,
    ) -> Result<CommunicationUserToken> {
        let expected = || Expectations::teams_extension(&self.inner.cloud);
        self.enforce(aad_token, expected)?;
        let request = protocol::prepare_exchange_teams_extension(
            &self.inner.endpoint,
            aad_token,
            teams_extension(&self.inner.api_version),
        )?;
        self.send_explained(
            "get_token_for_teams_extension_user",
            request,
            protocol::parse_exchange_teams_extension,
            |error| self.explained(error, aad_token, expected),
        )
        .await
    }

    /// If the token check is enforced, returns an error for a token that fails it.
    pub(super) fn enforce(&self, aad_token: &str, expected: impl Fn() -> Expectations) -> Result<()> {
        if self.inner.token_check != TokenCheck::Enforce {
            return Ok(());
        }
        match self.inspect(aad_token, &expected()) {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    fn inspect(&self, aad_token: &str, expected: &Expectations) -> Option<Error> {
        inspect(aad_token, expected, (self.inner.pipeline.now)()).to_error()
    }

    /// Adds the token check's finding to a rejection that it can explain, and redacts the token in all texts.
    pub(super) fn explained(
        &self,
        mut error: Error,
        aad_token: &str,
        expected: impl Fn() -> Expectations,
    ) -> Error {
        let ErrorDetails {
            reason,
            code,
            target,
            ms_cv,
            ..
        } = error.details_mut();
        for text in [Some(reason), code.as_mut(), target.as_mut(), ms_cv.as_mut()]
            .into_iter()
            .flatten()
        {
            *text = redact_exact(text, &[aad_token]);
        }
        let explicable = matches!(
            error.kind,
            ErrorKind::EntraTokenRejected | ErrorKind::ValidationFailed
        );
        if explicable && self.inner.token_check != TokenCheck::Off {
            if let Some(finding) = self.inspect(aad_token, &expected()) {
                warn!(
                    check = finding.code.as_deref(),
                    "the service rejected an Entra token: {}", finding.reason
                );
                return error.with_note(Note::EntraToken {
                    check: finding.code.clone(),
                    reason: finding.reason.clone(),
                });
            }
        }
        error
    }

    pub(super) async fn send<T>(
        &self,
        operation: &'static str,
        request: PreparedRequest,
        parse: impl FnOnce(&RawResponse<'_>) -> Result<T>,
    ) -> Result<T> {
        self.send_explained(operation, request, parse, |error| error)
            .await
    }

    /// Sends the request. `explain` completes an error; it runs in the call's span.
    pub(super) async fn send_explained<T>(
        &self,
        operation: &'static str,
        request: PreparedRequest,
        parse: impl FnOnce(&RawResponse<'_>) -> Result<T>,
        explain: impl FnOnce(Error) -> Error,
    ) -> Result<T> {
        let (options, pipeline) = (&self.options, &self.inner.pipeline);
        options.check_attempts()?;
        let request_id = options.request_id()?;
        let headers = options.headers(&self.inner.headers)?;
        let creates = request.retryable == protocol::Retryable::IfNotProcessed;
        // At level ERROR: if a filter drops the span, its fields are missing from every record within it.
        let span = error_span!("acs_auth", operation, client_request_id = %request_id);
        let rules = CallRules {
            timeout: options.timeout,
            max_attempts: options.max_attempts,
            attempt_timeout: options.attempt_timeout,
            user_agent: options.user_agent(&pipeline.user_agent)?,
            headers: Some(&headers),
            gate: self.gate.as_deref(),
        };
        let sent = pipeline.send(request, rules, &request_id);
        let outcome = sent.instrument(span.clone()).await;
        let result = outcome.result.and_then(|answer| {
            if let Some(hook) = &self.on_response {
                let (status, headers) = (answer.status().as_u16(), answer.headers());
                let response = CallResponse::new(status, headers, &request_id, outcome.attempts);
                span.in_scope(|| callback::call("response hook", || hook(&response)));
            }
            answer.read(parse)
        });
        result.map_err(|mut error| {
            if creates && outcome.maybe_processed {
                error = error.with_note(Note::IdentityMaybeCreated);
            }
            let seconds = self.clock_skew_seconds();
            if error.kind == ErrorKind::CredentialDenied && seconds != 0 {
                error = error.with_note(Note::ClockSkew { seconds });
            }
            // The id that was sent, even if a gateway returned another.
            error.details_mut().client_request_id = Some(request_id);
            span.in_scope(|| {
                let error = explain(error);
                debug!(kind = %error.kind, status = error.status, code = error.code, "failed");
                error
            })
        })
    }
}
