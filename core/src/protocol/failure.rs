//! Turns an error response into an error that states what happened and what to do.

use super::error_body::ErrorBody;
use super::message::{Authentication, RawResponse, first_usable};
use super::operation::{Operation, Subject};
use super::retry_after::retry_after;
use crate::error::{Error, ErrorKind};
use crate::redact;

const LONGEST_ID: usize = 128;
const INVALID_ACCESS_TOKEN: &str = "InvalidAccessToken";
const IDENTITY_NOT_OWNED: &str = "IdentityNotOwned";
const LICENCE_MISSING: &str = "UserLicenseNotPresentForbidden";

/// Turns an error response into an error. The status decides its kind; the body explains it.
pub(super) fn explain(operation: &Operation, response: &RawResponse<'_>) -> Error {
    let body = ErrorBody::read(response.body);
    let kind = kind(operation, response.status, &body);
    let mut error = Error::new(kind, reason(operation, response.status, kind, &body));
    let details = error.details_mut();
    details.code = body.code;
    details.target = body.target;
    with_response(error, response)
}

/// Whether a response is a 401 about the client's credential, and not about the user's token or the identity
/// in the request.
#[cfg(feature = "client")]
pub(crate) fn is_credential_denied(response: &RawResponse<'_>) -> bool {
    let code = ErrorBody::read(response.body).code.unwrap_or_default();
    let of_the_request = [INVALID_ACCESS_TOKEN, IDENTITY_NOT_OWNED]
        .iter()
        .any(|known| code.eq_ignore_ascii_case(known));
    response.status == 401 && !of_the_request
}

/// Whether an error is about an identity that another resource created.
#[cfg(feature = "handler")]
pub(crate) fn is_identity_not_owned(error: &Error) -> bool {
    error
        .code
        .as_deref()
        .is_some_and(|code| code.eq_ignore_ascii_case(IDENTITY_NOT_OWNED))
}

/// Whether an error is about a user without a licence that includes Teams.
#[cfg(feature = "handler")]
pub(crate) fn is_licence_missing(error: &Error) -> bool {
    error.status == Some(403)
        && error
            .code
            .as_deref()
            .is_some_and(|code| code.eq_ignore_ascii_case(LICENCE_MISSING))
}

/// Explains a status that comes from a gateway or proxy in front of the service.
pub(crate) fn intermediary(status: u16) -> Option<&'static str> {
    Some(match status {
        407 => {
            "A proxy on the way to the service requires a user name and a password: put them into the proxy's URL."
        }
        421 => {
            "The connection reached a server that is not responsible for this host: check the endpoint and the proxy."
        }
        431 => {
            "The request's headers are too large for the service or a gateway in front of it: the token may be too long."
        }
        505 => "The server does not support this version of HTTP: check the option http2 and the proxy.",
        511 => "The network requires users to sign in before they reach the service.",
        _ => return None,
    })
}

/// Adds the details that every response has.
pub(super) fn with_response(mut error: Error, response: &RawResponse<'_>) -> Error {
    let header = |name| {
        first_usable(response.headers, name, |value| {
            Some(redact::for_display(value, LONGEST_ID)).filter(|shown| !shown.is_empty())
        })
    };
    let details = error.details_mut();
    details.status = Some(response.status);
    details.retry_after = retry_after(response.headers, response.received_at);
    details.client_request_id = header("x-ms-client-request-id");
    details.ms_cv = header("ms-cv");
    error
}

fn kind(operation: &Operation, status: u16, body: &ErrorBody) -> ErrorKind {
    match status {
        400 => ErrorKind::ValidationFailed,
        401 => {
            let of_the_token = operation.subject == Subject::EntraToken
                && body
                    .code
                    .as_deref()
                    .is_some_and(|code| code.eq_ignore_ascii_case(INVALID_ACCESS_TOKEN));
            if of_the_token || operation.authentication == Authentication::UserToken {
                ErrorKind::EntraTokenRejected
            } else {
                ErrorKind::CredentialDenied
            }
        }
        404 => ErrorKind::NotFound,
        429 => ErrorKind::Throttled,
        402..=599 => ErrorKind::ServiceError,
        _ => ErrorKind::UnexpectedResponse,
    }
}

fn reason(operation: &Operation, status: u16, kind: ErrorKind, body: &ErrorBody) -> String {
    let mut parts = Vec::new();
    match &body.message {
        Some(message) => parts.push(sentence(message)),
        None => parts.push(format!(
            "The service could not {}: it returned {status}.",
            operation.name
        )),
    }
    parts.extend(body.details.iter().map(|detail| sentence(detail)));
    if let Some(code) = &body.inner_code {
        parts.push(format!("Inner error: {}", sentence(code)));
    }
    parts.extend(advice(operation, status, kind, body).map(str::to_owned));
    parts.join(" ")
}

fn advice(operation: &Operation, status: u16, kind: ErrorKind, body: &ErrorBody) -> Option<&'static str> {
    let code = body.code.as_deref().unwrap_or_default();
    if let Some(words) = intermediary(status) {
        return Some(words);
    }
    Some(match kind {
        ErrorKind::ValidationFailed => return validation_advice(operation, code, body.target.as_deref()),
        ErrorKind::EntraTokenRejected => {
            "The user's Entra token was rejected: it may have expired, be issued for another resource or lack a \
             Teams permission. Inspect it to find out which, and acquire it again with a forced refresh."
        }
        ErrorKind::CredentialDenied if code.eq_ignore_ascii_case(IDENTITY_NOT_OWNED) => {
            "The identity was created in another resource: use that resource's connection string, or a new identity."
        }
        ErrorKind::CredentialDenied => {
            "The credential was rejected: check that the access key is this endpoint's and was not rotated, \
             that this machine's clock is right, and that no proxy rewrites the Host header or the URL; with \
             an Entra credential, that it has a role on the resource."
        }
        ErrorKind::NotFound if operation.subject == Subject::Identity => {
            "The identity may have been deleted or belong to another resource; otherwise check the endpoint."
        }
        ErrorKind::NotFound if operation.subject == Subject::Assignment => {
            "The principal has no assignment on this resource; otherwise check the endpoint and the API version."
        }
        ErrorKind::NotFound => "Check the endpoint and the API version.",
        ErrorKind::Throttled => "The resource's limit is reached: wait before the next attempt.",
        ErrorKind::UnexpectedResponse if (300..400).contains(&status) => {
            "Redirects are not followed, since the request contains secrets: check the endpoint and the proxy."
        }
        ErrorKind::UnexpectedResponse => "This operation has no such response: check the endpoint.",
        _ => return service_advice(status, code),
    })
}

fn validation_advice(operation: &Operation, code: &str, target: Option<&str>) -> Option<&'static str> {
    let about = |name: &str| target.is_some_and(|target| target.eq_ignore_ascii_case(name));
    if code.eq_ignore_ascii_case("UnsupportedApiVersion") {
        return Some("Choose another API version.");
    }
    match operation.subject {
        Subject::EntraToken if about("appId") => Some(
            "Pass the client id of the application that the user's token was issued to (its appid or azp \
             claim), which need not be the back end's own.",
        ),
        Subject::EntraToken if about("userId") => Some(
            "Pass the user's object id (the token's oid claim), not the tenant id and not a whole homeAccountId.",
        ),
        _ => None,
    }
}

fn service_advice(status: u16, code: &str) -> Option<&'static str> {
    match status {
        403 if code.eq_ignore_ascii_case(LICENCE_MISSING) => {
            Some("Assign the user a licence that includes Teams.")
        }
        403 => Some(
            "The credential is valid but not permitted to do this: check roles, assignments and the firewall.",
        ),
        500.. => Some("The service failed: try again later."),
        _ => None,
    }
}

fn sentence(text: &str) -> String {
    if text.ends_with(['.', '!', '?', '…']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}
