//! Classifies a failed request: its kind and its text.

use std::error::Error as StdError;

use hyper_util::client::legacy;
use rustls::AlertDescription;

use super::connect::NoTunnel;
use super::{FailureKind, TransportFailure};
use crate::redact::redact;

type Cause = dyn StdError + 'static;

/// What to do about a failed request.
pub(super) enum Judgement {
    /// Give up this attempt.
    Fail(TransportFailure),
    /// The server did not process it: send it again on another connection.
    Again(TransportFailure),
    /// The server did not process it, and requires the other version of HTTP.
    OtherVersion(TransportFailure),
    /// The connection broke without a response, as those do that were idle for too long.
    Broken(TransportFailure),
}

/// Judges an error that occurred before a response arrived.
pub(super) fn judge(error: &legacy::Error) -> Judgement {
    let fail = |kind, reason: String| Judgement::Fail(TransportFailure::new(kind, reason));
    if is_untrusted(error) {
        return fail(FailureKind::Refused, explain(error));
    }
    if chain(error).any(|cause| cause.downcast_ref() == Some(&NoTunnel::Unauthorized)) {
        return fail(FailureKind::Refused, explain(error));
    }
    if error.is_connect() {
        let failure = TransportFailure::new(FailureKind::NotSent, explain(error));
        let is_version = tls_errors(error).any(is_version_refusal);
        return if is_version {
            Judgement::OtherVersion(failure)
        } else {
            Judgement::Fail(failure)
        };
    }
    if let Some(h2) = chain(error).find_map(|cause| cause.downcast_ref::<h2::Error>()) {
        return judge_http2(h2);
    }
    match chain(error).find_map(|cause| cause.downcast_ref::<hyper::Error>()) {
        Some(hyper) if hyper.is_parse_too_large() => {
            let words = "the response's headers are too large";
            fail(FailureKind::Unexpected, words.into())
        }
        Some(hyper) if hyper.is_parse() => fail(FailureKind::Lost, explain(error)),
        _ => Judgement::Broken(TransportFailure::new(FailureKind::Lost, explain(error))),
    }
}

/// The failure of a body that broke off.
pub(super) fn broken_body(error: &hyper::Error) -> TransportFailure {
    TransportFailure::new(FailureKind::Lost, explain(error))
}

/// Judges an error of HTTP/2, which uses codes for what HTTP/1.1 expresses by a status or by closing the
/// connection.
fn judge_http2(error: &h2::Error) -> Judgement {
    let Some(reason) = error.reason() else {
        let text = redact(&error.to_string());
        return Judgement::Broken(TransportFailure::new(FailureKind::Lost, text));
    };
    let text = redact(&error.to_string());
    // A stream ends with the connection's GOAWAY only if the server has not processed it (RFC 9113 §6.8).
    let is_unprocessed = error.is_remote() && error.is_go_away();
    let kind = if is_unprocessed {
        FailureKind::NotSent
    } else {
        FailureKind::Lost
    };
    let failure = |kind, words: &str| TransportFailure::new(kind, format!("{words} ({text})"));
    match reason {
        h2::Reason::HTTP_1_1_REQUIRED | h2::Reason::INADEQUATE_SECURITY if error.is_remote() => {
            let words = "the server refused HTTP/2 for this request";
            Judgement::OtherVersion(failure(FailureKind::NotSent, words))
        }
        h2::Reason::REFUSED_STREAM if error.is_remote() => Judgement::Fail(failure(
            FailureKind::NotSent,
            "the server refused the request without processing it",
        )),
        h2::Reason::ENHANCE_YOUR_CALM if error.is_remote() => {
            let kind = if is_unprocessed {
                FailureKind::NotSent
            } else {
                FailureKind::Overloaded
            };
            Judgement::Fail(failure(kind, "the server asked for fewer requests"))
        }
        _ if is_unprocessed => Judgement::Again(failure(
            kind,
            "the server closed the connection before it processed the request",
        )),
        _ => Judgement::Fail(failure(kind, "the server aborted the request")),
    }
}

/// Whether TLS failed because the peer supports none of the offered versions of HTTP.
fn is_version_refusal(error: &rustls::Error) -> bool {
    matches!(
        error,
        rustls::Error::AlertReceived(AlertDescription::NoApplicationProtocol)
            | rustls::Error::NoApplicationProtocol
    )
}

/// Whether TLS failed because the peer's certificate is invalid, which a retry doesn't change.
fn is_untrusted(error: &Cause) -> bool {
    tls_errors(error).any(|error| matches!(error, rustls::Error::InvalidCertificate(_)))
}

fn tls_errors(error: &Cause) -> impl Iterator<Item = &rustls::Error> {
    chain(error).filter_map(tls_error)
}

/// Returns the TLS error that this cause is or wraps. An I/O error doesn't return the error that it wraps as
/// its source, so it is unwrapped here.
fn tls_error(cause: &Cause) -> Option<&rustls::Error> {
    match cause.downcast_ref::<std::io::Error>() {
        Some(io) => tls_error(io.get_ref()?),
        None => cause.downcast_ref(),
    }
}

/// The causes of an error, the outermost first, without the error itself.
fn chain(error: &Cause) -> impl Iterator<Item = &Cause> {
    let mut next = error.source();
    std::iter::from_fn(move || {
        let cause = next?;
        next = cause.source();
        Some(cause)
    })
}

/// The causes of an error as text. The outermost text is left out: it names only the part of the client that
/// failed.
fn explain(error: &Cause) -> String {
    let mut causes: Vec<String> = chain(error).map(ToString::to_string).collect();
    if causes.is_empty() {
        causes.push(error.to_string());
    }
    causes.dedup();
    // A text that contains an inner one is dropped: an outer text often ends with the inner one.
    let texts: Vec<&str> = causes
        .iter()
        .enumerate()
        .filter(|(at, text)| {
            !causes
                .iter()
                .skip(at + 1)
                .any(|inner| text.contains(inner.as_str()))
        })
        .map(|(_, text)| text.as_str())
        .collect();
    let text = redact(&texts.join(": "));
    if is_untrusted(error) {
        return format!(
            "the server's certificate is not trusted ({text}); behind a proxy or an emulator that has its own certificate \
             authority, add that one as a root certificate"
        );
    }
    text
}
