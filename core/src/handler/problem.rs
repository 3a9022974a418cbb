//! Error responses: `application/problem+json` according to RFC 9457, without any text of another service.

use std::time::Duration;

use serde::Serialize;

use super::challenge::Challenge;
use super::message::{BodyError, Response};

/// The `Retry-After` of a response from an overloaded server.
const SOON: Duration = Duration::from_secs(1);

macro_rules! codes {
    ($($name:ident = $code:literal, $status:literal, $detail:literal;)+) => {
        /// The kind of an error response, with a stable name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Code {
            $($name,)+
        }

        impl Code {
            #[cfg(test)]
            pub(super) const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The member `code`.
            pub(super) const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }

            /// The default status.
            const fn status(self) -> u16 {
                match self {
                    $(Self::$name => $status,)+
                }
            }

            const fn detail(self) -> &'static str {
                match self {
                    $(Self::$name => $detail,)+
                }
            }
        }
    };
}

codes! {
    Unauthorized = "unauthorized", 401,
        "A valid bearer token for this API is needed in the header Authorization.";
    Forbidden = "forbidden", 403,
        "The bearer token does not allow this.";
    TeamsTokenMissing = "teams_token_missing", 400,
        "The user's Teams token is needed in the header teams-user-aad-token.";
    TeamsTokenMalformed = "teams_token_malformed", 400,
        "The header teams-user-aad-token must contain one complete Entra access token and nothing else.";
    TeamsTokenUnreadable = "teams_token_unreadable", 400,
        "The Teams token is encrypted or opaque, so the application that it was issued to is unknown.";
    UserMismatch = "user_mismatch", 403,
        "The Teams token and the bearer token are of different users or tenants. Acquire both for one account.";
    TeamsTokenWrongApp = "teams_token_wrong_app", 400,
        "The Teams token was issued to an application that this service does not accept.";
    TeamsTokenScope = "teams_token_scope", 400,
        "The Teams token lacks a permission: ask for both Teams.ManageCalls and Teams.ManageChats.";
    TeamsTokenAudience = "teams_token_audience", 400,
        "The Teams token was issued for another resource: ask for the Teams permissions of Azure Communication Services.";
    TeamsTokenExpired = "teams_token_expired", 401,
        "The Teams token has expired, will within ten minutes, or is not valid yet. Acquire it with a forced refresh.";
    TeamsTokenRejected = "teams_token_rejected", 401,
        "Azure Communication Services rejected the Teams token. Acquire it with a forced refresh.";
    TeamsLicenceMissing = "teams_licence_missing", 403,
        "The user has no licence that includes Teams.";
    TeamsExtensionForbidden = "teams_extension_forbidden", 403,
        "Azure Communication Services does not allow the user Teams Phone extensibility on this resource: it may need an assignment.";
    AcsValidation = "acs_validation", 400,
        "Azure Communication Services rejected the request as invalid.";
    AcsCredential = "acs_credential", 502,
        "Azure Communication Services rejected this service's own credential.";
    Throttled = "throttled", 429,
        "There are too many requests at the moment: try again later.";
    Upstream = "upstream", 502,
        "A service that this request depends on failed: try again later.";
    KeysUnavailable = "keys_unavailable", 503,
        "Bearer tokens cannot be verified at this time: try again later.";
    IdentityNotMapped = "identity_not_mapped", 404,
        "The user has no identity of Azure Communication Services yet: create it with POST /api/user.";
    InteractionRequired = "interaction_required", 401,
        "The user must sign in again with the claims in WWW-Authenticate.";
    ConsentRequired = "consent_required", 403,
        "The user or an administrator has not consented to what this service needs.";
    GraphCredential = "graph_credential", 502,
        "Entra ID or Microsoft Graph rejected this service's own credential or permissions.";
    IdentityUnusable = "identity_unusable", 409,
        "The user's mapping contains no usable identity: remove it with DELETE /api/user.";
    MappingNotTrusted = "mapping_not_trusted", 409,
        "The user's mapping in Microsoft Graph was not made by this service, so it is not used.";
    IdentityOfAnotherResource = "identity_of_another_resource", 409,
        "The user's identity belongs to another resource of Azure Communication Services.";
    BadRequest = "bad_request", 400,
        "The headers Authorization and teams-user-aad-token may each appear only once.";
    NotFound = "not_found", 404,
        "There is no resource at this path.";
    MethodNotAllowed = "method_not_allowed", 405,
        "The path accepts other methods: the header Allow lists them.";
    BodyTooLarge = "body_too_large", 413,
        "The body is too large; none is needed.";
    HeadersTooLarge = "headers_too_large", 431,
        "The headers are too large or too many.";
    BodyIncomplete = "body_incomplete", 400,
        "The body ended early or is not framed correctly; none is needed.";
    Overloaded = "overloaded", 503,
        "This server is at its limit of connections: try again later.";
    RequestTimeout = "request_timeout", 408,
        "The body did not arrive in time; none is needed.";
    CorsRejected = "cors_rejected", 403,
        "Pages of this origin may not make this request.";
    Internal = "internal", 500,
        "This service failed. Its log has the cause under the correlation id.";
}

impl From<BodyError> for Code {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::TooLarge => Self::BodyTooLarge,
            BodyError::Incomplete => Self::BodyIncomplete,
            BodyError::Timeout => Self::RequestTimeout,
            BodyError::Overloaded => Self::Overloaded,
        }
    }
}

impl From<BodyError> for Problem {
    fn from(error: BodyError) -> Self {
        let retry_after = (error == BodyError::Overloaded).then_some(SOON);
        Self {
            retry_after,
            ..Code::from(error).into()
        }
    }
}

/// The body. A struct, so that the order of members does not depend on a feature of serde_json.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    title: &'a str,
    status: u16,
    code: &'a str,
    detail: &'a str,
    correlation_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ms_cv: Option<&'a str>,
}

/// An error response.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Problem {
    pub(super) code: Code,
    pub(super) status: u16,
    /// The detail, if it differs from the code's.
    pub(super) detail: Option<&'static str>,
    /// The field that the service rejected.
    pub(super) target: Option<&'static str>,
    pub(super) challenge: Option<Challenge>,
    pub(super) retry_after: Option<Duration>,
    pub(super) ms_cv: Option<Box<str>>,
    pub(super) allow: Option<Box<str>>,
    /// Whether an identity may be left without a mapping, which is added to the detail.
    pub(super) orphan: bool,
}

/// The addition to the detail if [`Problem::orphan`] is set. The id is only logged.
const ORPHAN: &str = "An identity may have been created that no mapping names: the log of this service has its id, if it is \
                      known.";

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self {
            code,
            status: code.status(),
            detail: None,
            target: None,
            challenge: None,
            retry_after: None,
            ms_cv: None,
            allow: None,
            orphan: false,
        }
    }
}

impl Problem {
    pub(super) fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    pub(super) fn with_challenge(self, challenge: Challenge) -> Self {
        Self {
            challenge: Some(challenge),
            ..self
        }
    }

    /// Returns the response as `application/problem+json`.
    pub(super) fn response(&self, correlation_id: &str) -> Response {
        let detail = self.detail.unwrap_or(self.code.detail());
        let detail = match self.orphan {
            true => format!("{detail} {ORPHAN}"),
            false => detail.to_owned(),
        };
        let body = Body {
            kind: "about:blank",
            title: title(self.status),
            status: self.status,
            code: self.code.as_str(),
            detail: &detail,
            correlation_id,
            target: self.target,
            ms_cv: self.ms_cv.as_deref(),
        };
        let mut response = Response::new(self.status);
        response.add("content-type", "application/problem+json");
        if let Some(cv) = &self.ms_cv {
            response.add("ms-cv", &**cv);
        }
        if let Some(challenge) = &self.challenge {
            response.add("www-authenticate", challenge.to_string());
        }
        if let Some(wait) = self.retry_after {
            response.add("retry-after", whole_seconds(wait).to_string());
        }
        if let Some(allow) = &self.allow {
            response.add("allow", &**allow);
        }
        response.body = serde_json::to_vec(&body).unwrap_or_default();
        response
    }
}

/// A wait in whole seconds, rounded up.
fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs().saturating_add(u64::from(wait.subsec_nanos() > 0))
}

/// The status's standard phrase, as RFC 9457 requires with the type `about:blank`.
fn title(status: u16) -> &'static str {
    http::StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason())
        .unwrap_or("Error")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct_and_each_has_a_title() {
        for (at, code) in Code::ALL.iter().enumerate() {
            assert_ne!(title(code.status()), "Error", "{code:?}");
            assert!(
                Code::ALL[..at]
                    .iter()
                    .all(|other| other.as_str() != code.as_str())
            );
        }
    }

    #[test]
    fn waits_are_rounded_up() {
        for (millis, seconds) in [(0, 0), (1, 1), (1000, 1), (1001, 2)] {
            assert_eq!(whole_seconds(Duration::from_millis(millis)), seconds);
        }
        assert_eq!(whole_seconds(Duration::MAX), u64::MAX);
    }
}
