//! The status map: the response for each error. Services' messages are only logged.

use super::challenge::Challenge;
use super::problem::{Code, Problem};
use super::teams_token;
use crate::entra::{CheckName, TokenCheck};
use crate::error::{Error, ErrorKind};
use crate::graph::{MappingError, MappingFailure};
use crate::protocol::is_licence_missing;
use crate::redact;

const LONGEST_ID: usize = 128;

/// The response to a rejected bearer token. Only the log names the check that failed.
pub(super) fn of_bearer(error: &Error, scope: &str) -> Problem {
    match error.kind {
        ErrorKind::Unauthorized => Problem::from(Code::Unauthorized).with_challenge(Challenge::BearerInvalid),
        ErrorKind::Forbidden => {
            Problem::from(Code::Forbidden).with_challenge(Challenge::BearerInsufficient {
                scope: scope.to_owned(),
            })
        }
        _ => Problem {
            retry_after: error.retry_after,
            ..Code::KeysUnavailable.into()
        },
    }
}

/// The response to a failed exchange.
pub(super) fn of_exchange(error: &Error, token_check: TokenCheck) -> Problem {
    let code = error.code.as_deref().unwrap_or_default();
    let problem = match error.kind {
        ErrorKind::EntraTokenInvalid => CheckName::ALL
            .iter()
            .find(|check| check.as_str() == code)
            .map_or_else(
                || Code::TeamsTokenMalformed.into(),
                |check| teams_token::problem(*check),
            ),
        ErrorKind::EntraTokenRejected => {
            Problem::from(Code::TeamsTokenRejected).with_challenge(Challenge::TeamsToken)
        }
        ErrorKind::ValidationFailed => validation(error, token_check),
        _ => of_service(error),
    };
    with_answer(problem, error)
}

/// The response to a failed exchange for Teams Phone extensibility. The user's token is its credential, so a
/// 403 is about the user.
pub(super) fn of_extension_exchange(error: &Error, token_check: TokenCheck) -> Problem {
    let problem = of_exchange(error, token_check);
    if error.kind == ErrorKind::ServiceError && error.status == Some(403) && problem.code == Code::Upstream {
        return with_answer(Code::TeamsExtensionForbidden.into(), error);
    }
    problem
}

/// The response to a failed operation on the user's identity.
pub(super) fn of_mapping(failed: &MappingError) -> Problem {
    let error = &failed.error;
    let problem = match failed.failure {
        MappingFailure::BearerRejected => {
            Problem::from(Code::Unauthorized).with_challenge(Challenge::BearerInvalid)
        }
        MappingFailure::InteractionRequired => {
            let challenge = match &failed.claims {
                Some(claims) => Challenge::Claims {
                    claims: claims.clone(),
                },
                None => Challenge::BearerInvalid,
            };
            Problem::from(Code::InteractionRequired).with_challenge(challenge)
        }
        MappingFailure::ConsentRequired => Code::ConsentRequired.into(),
        MappingFailure::EntraRefused | MappingFailure::GraphRefused => Code::GraphCredential.into(),
        MappingFailure::MappingUnusable | MappingFailure::IdentityGone => Code::IdentityUnusable.into(),
        MappingFailure::MappingNotTrusted => Code::MappingNotTrusted.into(),
        MappingFailure::MappingOfAnotherResource => Code::IdentityOfAnotherResource.into(),
        MappingFailure::EntraFailed | MappingFailure::GraphFailed | MappingFailure::AcsFailed => {
            of_service(error)
        }
        MappingFailure::Internal => Code::Internal.into(),
    };
    let problem = Problem {
        orphan: failed.orphan.is_some(),
        ..problem
    };
    with_answer(problem, error)
}

/// The response to a failure of a service that the request needs.
fn of_service(error: &Error) -> Problem {
    match error.kind {
        ErrorKind::CredentialDenied => Code::AcsCredential.into(),
        ErrorKind::Throttled => Code::Throttled.into(),
        ErrorKind::Timeout => timeout(),
        ErrorKind::ServiceError if is_licence_missing(error) => Code::TeamsLicenceMissing.into(),
        ErrorKind::ServiceError if error.status == Some(504) => timeout(),
        ErrorKind::InvalidArgument
        | ErrorKind::InvalidConnectionString
        | ErrorKind::Cancelled
        | ErrorKind::Internal => Code::Internal.into(),
        _ => Code::Upstream.into(),
    }
}

/// The response after a timeout.
pub(super) fn timeout() -> Problem {
    Problem::from(Code::Upstream).with_status(504)
}

/// The response to a 400 of the service. If it is about the user id (from the verified bearer token) or the
/// application id (from the Teams token), it is the caller's fault: 400. If the application id comes from the
/// settings, or it is about anything else (such as the API version), it is this back end's fault: 502.
fn validation(error: &Error, token_check: TokenCheck) -> Problem {
    let problem = Problem::from(Code::AcsValidation);
    let about = |name: &str| {
        error
            .target
            .as_deref()
            .is_some_and(|target| target.eq_ignore_ascii_case(name))
    };
    let target = ["appId", "userId"].into_iter().find(|name| about(name));
    let configured = target != Some("userId") && token_check == TokenCheck::Off;
    match target {
        Some(target) => Problem {
            target: Some(target),
            ..problem.with_status(if configured { 502 } else { 400 })
        },
        None => problem.with_status(502),
    }
}

/// Adds `Retry-After` and `MS-CV` from the service's response.
fn with_answer(mut problem: Problem, error: &Error) -> Problem {
    problem.retry_after = error.retry_after;
    problem.ms_cv = error
        .ms_cv
        .as_deref()
        .map(|cv| redact::for_display(cv, LONGEST_ID))
        .filter(|cv| !cv.is_empty() && cv.bytes().all(|b| b.is_ascii_graphic()))
        .map(String::into_boxed_str);
    problem
}
