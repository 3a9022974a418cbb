//! The back end's endpoint: an HTTP request in, an HTTP response out, for any framework.
//!
//! [`TokenExchangeHandler`] serves the routes of Microsoft's authentication server sample, with the
//! same responses in every host:
//!
//! | route | purpose |
//! |---|---|
//! | `POST` or `GET /api/token/teams` | exchanges the Teams token in the header `teams-user-aad-token` for an ACS token: 201 `{"token", "expiresOn"}` |
//! | `POST /api/token/teams-extension` | exchanges the Teams token in that header for one of Teams Phone extensibility: 201 `{"token", "expiresOn", "user"}` |
//! | `GET /livez` | 200 `{"status": "alive"}`, whatever else fails: restart a process only if it doesn't answer |
//! | `GET /readyz` | 200 `{"status": "ready"}`, or 503 `keys_unreachable` if the process has no keys of Entra: it never fetched them, or not for 7 days |
//! | `GET /healthz` | 200 or 503 `{"status", "keys", "redis"}` within 5 s, with `reason` if Redis doesn't serve everything |
//! | `GET`, `POST`, `DELETE /api/user` | the user's ACS identity: 200 or 201 `{"acsUserIdentity"}`, 204 |
//! | `GET /api/token` | an ACS token for that identity: 201 `{"token", "expiresOn", "user"}` |
//!
//! `/api/user` and `/api/token` exist if the settings have a client secret for Microsoft Graph.
//! They then need mapping keys: the user can write the mapping, so it is signed.
//! `/api/token/teams-extension` exists if the setting `teams_extension` is on; its Teams token
//! needs only the permission `TeamsExtension.ManageCalls`. `HEAD` is answered like `GET`, without
//! the body. Paths are compared as sent: nothing is decoded, and a trailing slash is a 404.
//!
//! # Who may call
//! The header `Authorization` must contain a bearer token for this API, which [`TokenVerifier`]
//! verifies. The Teams token must belong to the same user and tenant, and must be issued to one of
//! `teams_client_ids`; that application's id is sent to ACS. Everything else about it is checked by
//! the token check of [`entra`](crate::entra), before ACS decides.
//!
//! An encrypted or opaque Teams token is left to ACS. It is exchanged for the bearer's user and, as
//! the application cannot be read, only if `teams_client_ids` has a single entry.
//!
//! # Error responses
//! They are `application/problem+json` with the members `type` (`about:blank`), `title`, `status`,
//! `code`, `detail`, `correlationId`, and `msCv` and `target` if ACS returned them. They contain no
//! text of another service.
//!
//! | `code` | status | when |
//! |---|---|---|
//! | `unauthorized` | 401 | no valid bearer token; only the log names the check that failed |
//! | `forbidden` | 403 | the bearer's scope, application or tenant is not allowed, or the token belongs to no user |
//! | `teams_token_missing`, `teams_token_malformed` | 400 | the Teams token is missing; is no access token, is incomplete, or has something around it |
//! | `teams_token_unreadable` | 400 | the Teams token is encrypted or opaque, and `teams_client_ids` has several |
//! | `user_mismatch` | 403 | the Teams token doesn't belong to the bearer's user and tenant |
//! | `teams_token_wrong_app`, `teams_token_scope`, `teams_token_audience` | 400 | the Teams token was issued to an application that is not listed; lacks a permission; is for something else |
//! | `teams_token_expired` | 401 | the Teams token has ten minutes left or less: acquire it with a forced refresh |
//! | `teams_token_rejected` | 401 | ACS rejected the Teams token |
//! | `teams_licence_missing` | 403 | the user has no Teams licence, according to ACS (unverified for this exchange) |
//! | `teams_extension_forbidden` | 403 | ACS doesn't allow the user Teams Phone extensibility: most likely there is no assignment (unverified) |
//! | `acs_validation` | 400 with `target`, 502 | ACS rejected the request; 502 if this service's settings are wrong |
//! | `acs_credential` | 502 | ACS rejected this service's own credential |
//! | `throttled` | 429 | the limit is reached; with `Retry-After` if known |
//! | `upstream` | 502, 504 | a service failed, or didn't answer in time |
//! | `keys_unavailable` | 503 | bearer tokens cannot be verified because Entra's keys cannot be fetched |
//! | `identity_not_mapped` | 404 | the user has no ACS identity |
//! | `identity_unusable`, `identity_of_another_resource` | 409 | the mapping names no identity, a deleted one, or one of another resource |
//! | `mapping_not_trusted` | 409 | the mapping has no valid signature of this service; neither it nor its identity is touched |
//! | `graph_credential` | 502 | Entra or Microsoft Graph rejected this service's own secret or permissions |
//! | `interaction_required`, `consent_required` | 401, 403 | Entra requires something from the user before Microsoft Graph can be called |
//! | `bad_request` | 400 | one of the two token headers was sent twice |
//! | `not_found`, `method_not_allowed` | 404, 405 | with `Allow` |
//! | `body_too_large`, `headers_too_large` | 413, 431 | more than 16 KiB; more than 64 KiB or 128 headers |
//! | `body_incomplete`, `request_timeout` | 400, 408 | the body ended early, or didn't arrive in time ([`TokenExchangeHandler::handle_with_body`]) |
//! | `overloaded` | 503 | the server in front of the handler is full; with `Retry-After` |
//! | `cors_rejected` | 403 | a preflight for an origin, method or header that is not allowed |
//! | `internal` | 500 | a bug, or a wrong setting that only shows in use |
//!
//! `WWW-Authenticate` is sent with `unauthorized` (`error="invalid_token"`, and no error if no
//! token was sent) and `forbidden` (`error="insufficient_scope"`), according to RFC 6750, and with
//! `interaction_required` (`claims`, in the form that MSAL accepts). The 401s about the Teams token
//! have a challenge with the scheme `TeamsUserAadToken`: with the scheme `Bearer`, a client would
//! renew its bearer token, which is valid, and come back with the same Teams token.
//!
//! Every response has `Cache-Control: no-store`, `X-Content-Type-Options: nosniff` and
//! `X-Correlation-ID`: the request's own `X-Correlation-ID`, `x-ms-client-request-id` or trace id
//! of `traceparent`, if it has 1 to 64 characters of `A-Z a-z 0-9 - _ .`, otherwise a new one.
//!
//! # What is logged
//! Events are logged through `tracing`, in the span `request` with the fields `route` and
//! `correlation_id`. The span has level error, so a subscriber that records anything of a request
//! also gets these fields. Events have a field `event`:
//!
//! | `event` | level | fields |
//! |---|---|---|
//! | `bearer_rejected` | warn | `check`: the failed check of [`TokenVerifier`]; `kind` |
//! | `teams_token_rejected` | warn | `check`: a [`CheckName`](crate::entra::CheckName), or `identity` if ACS returned a token of another user; `found`: the application that is not listed |
//! | `teams_token_doubtful` | warn | `check`: a [`CheckName`](crate::entra::CheckName) that failed, if the token check only warns |
//! | `exchange_failed`, `identity_failed` | warn | `step`, `kind`, `status`, `code`, `target`, `ms_cv`, `client_request_id`; `reason` if no service answered |
//! | `identity_may_be_left` | warn | `identity`, if its id is known: it was created, may not be mapped to anyone, and was not deleted |
//! | `mapping_adopted` | info | `identity`: a mapping without a signature was accepted and signed |
//! | `mapping_not_signed` | warn | `error`: a mapping still has the signature of the former key |
//! | `keys_unreadable`, `keys_recovered` | warn, info | `version`; the first also has `problem`: Entra's keys cannot be fetched, or can be again |
//! | `keys_skipped` | warn or info | `version`, `used`, `skipped`, `reasons`: some entries of Entra's key document are not used |
//! | `paused` | warn | `wait`, and `operation` for an operation on identities: ACS throttles, so these requests pause |
//! | `panic_caught` | error | |
//! | `callback_panicked` | error | `callback`: `observer`, `response hook` or `resolver`, whichever of the program's callbacks panicked; the call goes on |
//! | `request_completed` | info | the access record, target `acs_auth::handler::access`: `method`, `status`, `code`, `cache`, `attempts`, `total_ms`, `verify_ms`, `exchange_ms` |
//!
//! There is one access record per request, even if the caller left before its response: that record
//! has no `status`. `cache` is where the token came from: `hit`, `shared_hit`, `coalesced`,
//! `negative_hit` or `miss`. `attempts` counts the requests sent to ACS, Entra's token endpoint and
//! Microsoft Graph. `verify_ms` and `exchange_ms` are present if that work was started.
//!
//! `route` is the path of a route, or `other` for an unknown path, here and in
//! [`Event::RequestCompleted`].
//!
//! # In a framework
//! The connecting code is similar for every framework. This is axum's:
//!
//! ```no_run
//! # mod axum { pub mod body { pub struct Bytes(pub Vec<u8>); impl Bytes { pub fn to_vec(&self) -> Vec<u8> { self.0.clone() } } } }
//! # use acs_auth::handler::{Request, Response, TokenExchangeHandler};
//! # type Body = Vec<u8>;
//! async fn serve(handler: TokenExchangeHandler, request: http::Request<axum::body::Bytes>) -> http::Response<Body> {
//!     let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
//!     let headers = request.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
//!     let (method, path) = (request.method().to_string(), request.uri().to_string());
//!     let answer = handler.handle(Request { method, path, headers, body: request.body().to_vec() }).await;
//!     let mut response = http::Response::builder().status(answer.status);
//!     for (name, value) in answer.headers {
//!         response = response.header(name, value);
//!     }
//!     response.body(answer.body.into()).unwrap_or_default()
//! }
//! ```

mod access;
mod access_keys;
mod assemble;
mod blame;
mod builder;
mod challenge;
mod correlation;
mod cors;
mod credentials;
mod exchange;
mod failure;
mod fleet;
mod guard;
mod health;
mod identity;
mod known;
mod message;
mod probes;
mod problem;
mod route;
mod settings;
mod teams_token;
mod token_body;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tracing::{Instrument as _, error, error_span, warn};

use self::access::Access;
pub use self::builder::TokenExchangeHandlerBuilder;
use self::cors::Cors;
use self::credentials::Credentials;
use self::known::KnownPairs;
pub use self::message::{BodyError, Request, Response};
use self::problem::{Code, Problem};
use self::route::Route;
pub use self::settings::{HandlerSettings, SettingName, SettingValue, SettingsChange};
use self::teams_token::TeamsTokenRules;
use crate::clock::Now;
use crate::entra::verify::{TokenVerifier, Verdict};
use crate::error::Error;
use crate::exchange::TeamsTokenExchanger;
use crate::graph::IdentityMapping;
use crate::meter;
use crate::observe::{self, Event, Observer};
use crate::single_flight::SingleFlight;

/// The maximum size of a request's body in bytes: 16 KiB. No route reads it, so a server in front
/// may allow less.
pub const MAX_BODY_BYTES: usize = 16 * 1024;
/// The maximum size of all names and values of a request's headers, in bytes: 64 KiB. This is
/// enough for two tokens of 16 KiB and what browsers and proxies add.
///
/// A server in front of the handler must accept as much, or else its own response to a long token
/// lacks CORS headers and is not logged. HTTP/2 counts 32 bytes more for each header
/// (`SETTINGS_MAX_HEADER_LIST_SIZE`): allow `MAX_HEADER_BYTES + 32 * MAX_HEADER_COUNT`, plus the
/// pseudo-headers.
pub const MAX_HEADER_BYTES: usize = 64 * 1024;
/// The maximum number of headers of a request: 128.
pub const MAX_HEADER_COUNT: usize = 128;

/// Answers the requests to a back end's endpoint. The page of [this module](self) describes the
/// responses.
///
/// Clones are cheap and share everything. It runs on your tokio runtime.
#[derive(Clone)]
pub struct TokenExchangeHandler {
    inner: Arc<Inner>,
}

struct Inner {
    verifier: TokenVerifier,
    /// The fetch of keys that concurrent probes share.
    readiness: SingleFlight<(), bool>,
    exchanger: TeamsTokenExchanger,
    /// Set if the settings have a client secret for Microsoft Graph.
    mapping: Option<IdentityMapping>,
    rules: TeamsTokenRules,
    known: KnownPairs,
    required_scope: String,
    /// Whether `/api/token/teams-extension` is served.
    teams_extension: bool,
    cors: Cors,
    timeout: Duration,
    observer: Option<Arc<dyn Observer>>,
    now: Now,
}

/// A request with its correlation id and measurements.
struct Context<'a> {
    request: &'a Request,
    correlation_id: &'a str,
    access: &'a Access,
}

impl TokenExchangeHandler {
    /// Returns a builder with the default options. See [`HandlerSettings`] for what must be set.
    pub fn builder() -> TokenExchangeHandlerBuilder {
        TokenExchangeHandlerBuilder::default()
    }

    /// Answers a request. There is always a response, at the latest after the handler's timeout
    /// (the setting `timeout_ms`, 15 s by default). Dropping the future cancels the request.
    pub async fn handle(&self, request: Request) -> Response {
        self.handle_with_body(request, std::future::ready(Ok(()))).await
    }

    /// Like [`Self::handle`], for a server that has received a request's headers but not yet its
    /// body.
    ///
    /// `body` is a future that reads the body, which no route needs, and drops it: up to
    /// [`MAX_BODY_BYTES`], within the server's own timeout. An error that it returns becomes a
    /// problem response like any other, with CORS headers and an access record. It is not polled
    /// if the request's headers or body are too large.
    pub async fn handle_with_body(
        &self,
        request: Request,
        body: impl Future<Output = Result<(), BodyError>>,
    ) -> Response {
        let inner = &self.inner;
        let correlation_id = correlation::correlation_id(&request);
        let route = Route::of(&request.path).filter(|route| inner.serves(*route));
        let name = route.map_or("other", Route::path);
        // At level ERROR: if a subscriber drops the span, its fields are missing from every record within it.
        let span = error_span!("request", route = name, correlation_id = %correlation_id);
        let access = Access::begin(&request.method, span.clone());
        let context = Context {
            request: &request,
            correlation_id: &correlation_id,
            access: &access,
        };
        // Boxed, because it is as large as the largest route's future, and hosts' threads may have small
        // stacks.
        let answer = Box::pin(inner.answer(&context, route, body));
        let answer = async {
            match tokio::time::timeout(inner.timeout, answer).await {
                Ok(answer) => answer,
                Err(_) => Err(failure::timeout()),
            }
        };
        let answer = meter::measured(Arc::clone(&access.meter), answer.instrument(span.clone()));
        let answer = guard::caught(answer).await;
        let answer = span.in_scope(|| {
            answer.unwrap_or_else(|_| {
                error!(event = "panic_caught", "a panic was caught: this is a bug");
                Err(Code::Internal.into())
            })
        });
        let code = answer.as_ref().err().map(|problem| problem.code.as_str());
        let mut response = answer.unwrap_or_else(|problem| problem.response(&correlation_id));
        inner.finish(&context, &mut response);
        let duration = access.end(response.status, code);
        let event = Event::RequestCompleted {
            route: name,
            status: response.status,
            took: duration,
        };
        observe::notify(inner.observer.as_ref(), event);
        response
    }
}

impl Inner {
    fn serves(&self, route: Route) -> bool {
        match route {
            Route::TeamsExtensionToken => self.teams_extension,
            route => !route.needs_graph() || self.mapping.is_some(),
        }
    }

    async fn answer(
        &self,
        context: &Context<'_>,
        route: Option<Route>,
        body: impl Future<Output = Result<(), BodyError>>,
    ) -> Result<Response, Problem> {
        let request = context.request;
        let length = |(name, value): &(String, String)| name.len() + value.len();
        let headers: usize = request.headers.iter().map(length).sum();
        if request.headers.len() > MAX_HEADER_COUNT || headers > MAX_HEADER_BYTES {
            return Err(Code::HeadersTooLarge.into());
        }
        if request.body.len() > MAX_BODY_BYTES {
            return Err(Code::BodyTooLarge.into());
        }
        body.await?;
        let route = route.ok_or(Code::NotFound)?;
        if Cors::is_preflight(request) {
            return self
                .cors
                .preflight(request, route)
                .ok_or(Code::CorsRejected.into());
        }
        if request.method == "OPTIONS" {
            let mut response = Response::new(204);
            response.add("allow", route.allow());
            return Ok(response);
        }
        if !route.methods().contains(&request.method.as_str()) {
            return Err(Problem {
                allow: Some(route.allow().into()),
                ..Code::MethodNotAllowed.into()
            });
        }
        match (route, &self.mapping) {
            // Boxed, so that the requests of the other routes need no memory for them.
            (Route::Health, _) => Ok(Box::pin(health::health(self)).await),
            (Route::Live, _) => Ok(probes::live()),
            (Route::Ready, _) => Ok(Box::pin(probes::ready(self)).await),
            (Route::TeamsToken, _) => self.teams_token(context).await,
            (Route::TeamsExtensionToken, _) => self.teams_extension_token(context).await,
            (Route::User, Some(mapping)) => identity::user(self, mapping, context).await,
            (Route::Token, Some(mapping)) => identity::token(self, mapping, context).await,
            (Route::User | Route::Token, None) => Err(Code::NotFound.into()),
        }
    }

    /// Verifies the caller's bearer token.
    async fn let_in(&self, credentials: &Credentials<'_>, context: &Context<'_>) -> Result<Verdict, Problem> {
        let token = credentials.bearer()?;
        let verified = context.access.verify.time(self.verifier.judge(token)).await;
        verified.map_err(|error| {
            warn!(
                event = "bearer_rejected",
                check = error.code,
                kind = %error.kind,
                "the bearer token was rejected"
            );
            failure::of_bearer(&error, &self.required_scope)
        })
    }

    /// Adds the headers that every response has.
    fn finish(&self, context: &Context<'_>, response: &mut Response) {
        response.add("cache-control", "no-store");
        response.add("x-content-type-options", "nosniff");
        response.add(correlation::CORRELATION_ID, context.correlation_id);
        self.cors.finish(context.request, response);
        if context.request.method == "HEAD" {
            response.body.clear();
        }
    }
}

/// Logs an error without the message of another service, which may echo what was sent to it.
fn log_failure(event: &'static str, step: &'static str, error: &Error) {
    let reason = error.status.is_none().then_some(error.reason.as_str());
    warn!(
        event,
        step,
        kind = %error.kind,
        status = error.status,
        code = error.code,
        target = error.target,
        ms_cv = error.ms_cv,
        client_request_id = error.client_request_id,
        reason,
        "a service that is needed for the answer failed"
    );
}

impl fmt::Debug for TokenExchangeHandler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenExchangeHandler")
            .field("rules", &self.inner.rules)
            .field("required_scope", &self.inner.required_scope)
            .field("cors", &self.inner.cors)
            .field("timeout", &self.inner.timeout)
            .finish_non_exhaustive()
    }
}
