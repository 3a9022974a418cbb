//! Verifies the access key's signature over the bytes that arrived.
//!
//! This is written from the description of the scheme alone, and shares no code with the clients that it
//! tests.

use std::time::SystemTime;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::http::{Checks, WireRequest};
use crate::time;

use super::access_keys::{AccessKey, Pair};
use super::mistakes::{self, Signing};
use super::scheme::{sha256, string_to_sign};

const SCHEME: &str = "HMAC-SHA256 ";
const SIGNED_HEADERS: &str = "x-ms-date;host;x-ms-content-sha256";

/// The content of a well-formed `Authorization` header.
struct Parsed<'a> {
    signature: &'a str,
}

/// Verifies the signature and notes each check.
///
/// # Errors
/// If any check failed: `Some` with both strings to sign if the signature is wrong, otherwise `None`.
pub(crate) fn verify(
    request: &WireRequest,
    keys: &Pair,
    now: SystemTime,
    window: Option<u64>,
    checks: &mut Checks,
) -> Result<(), Option<Signing>> {
    let before = checks.0.len();
    let parsed = authorization(request, checks);
    let date = date(request, now, window, checks);
    let hash = STANDARD.encode(sha256(&request.body));
    let sent_hash = request.header("x-ms-content-sha256");
    checks.note(
        "content_hash",
        sent_hash == Some(&hash),
        match sent_hash {
            Some(sent) if sent == hash => {
                format!("x-ms-content-sha256 is that of the {} bytes", request.body.len())
            }
            Some(sent) => {
                format!(
                    "x-ms-content-sha256 is {sent}, but the {} bytes hash to {hash}",
                    request.body.len()
                )
            }
            None => format!(
                "x-ms-content-sha256 is missing; the {} bytes hash to {hash}",
                request.body.len()
            ),
        },
    );
    let expected = string_to_sign(&request.method, &request.target, date, &request.host, &hash);
    let Some(parsed) = parsed else { return Err(None) };

    let signature = STANDARD.decode(parsed.signature).unwrap_or_default();
    let signed = |key: &&AccessKey| hmac::verify(&key.key, expected.as_bytes(), &signature).is_ok();
    if [&keys.primary, &keys.secondary].iter().any(signed) {
        checks.pass("signature", "the signature is that of the string to sign");
        return if checks.0[before..].iter().all(|c| c.ok) {
            Ok(())
        } else {
            Err(None)
        };
    }
    let explain = |key| mistakes::explain(request, key, parsed.signature, &expected, &hash);
    let signing = Some(explain(&keys.secondary))
        .filter(|signing| signing.reproduced)
        .unwrap_or_else(|| explain(&keys.primary));
    let detail = match signing.mistakes.as_slice() {
        [] => "the signature is not that of the string to sign".to_owned(),
        mistakes => mistakes
            .iter()
            .map(|m| m.detail.as_str())
            .collect::<Vec<_>>()
            .join("; "),
    };
    checks.fail("signature", detail);
    Err(Some(signing))
}

/// Parses the `Authorization` header, and notes whether it has the one accepted form.
fn authorization<'a>(request: &'a WireRequest, checks: &mut Checks) -> Option<Parsed<'a>> {
    let Some(value) = request.header("authorization") else {
        checks.fail("authorization", "there is no Authorization header");
        return None;
    };
    let Some(rest) = value.strip_prefix(SCHEME) else {
        let scheme = value
            .split(' ')
            .next()
            .filter(|s| s.len() < 40)
            .unwrap_or_default();
        checks.fail(
            "authorization",
            format!("the scheme is {scheme:?}, not \"HMAC-SHA256\" or \"Bearer\""),
        );
        return None;
    };
    let mut headers = None;
    let mut signature = None;
    for part in rest.split('&') {
        match part.split_once('=') {
            Some(("SignedHeaders", names)) if headers.is_none() => headers = Some(names),
            Some(("Signature", value)) if signature.is_none() => signature = Some(value),
            Some(("Credential", _)) => {
                checks.fail(
                    "authorization",
                    "Credential belongs to App Configuration, not to this service",
                );
            }
            _ => {
                checks.fail("authorization", "it is not SignedHeaders=…&Signature=…");
            }
        };
    }
    let (Some(headers), Some(signature)) = (headers, signature) else {
        checks.fail("authorization", "SignedHeaders or Signature is missing");
        return None;
    };
    checks.pass("authorization", "HMAC-SHA256 with SignedHeaders and Signature");
    checks.note(
        "signed_headers",
        headers == SIGNED_HEADERS,
        if headers == SIGNED_HEADERS {
            headers.to_owned()
        } else {
            format!("SignedHeaders is {headers:?}, not {SIGNED_HEADERS:?}")
        },
    );
    Some(Parsed { signature })
}

/// Returns `x-ms-date` as sent, and notes whether it is a date within the window, in seconds.
fn date<'a>(request: &'a WireRequest, now: SystemTime, window: Option<u64>, checks: &mut Checks) -> &'a str {
    if request
        .headers
        .iter()
        .filter(|(name, _)| name == "x-ms-date")
        .count()
        > 1
    {
        checks.fail("x_ms_date", "x-ms-date was sent more than once");
    }
    let Some(sent) = request.header("x-ms-date") else {
        let hint = match request.header("date") {
            Some(_) => "; there is a Date, which the scheme has not used since 2021",
            None => "",
        };
        checks.fail("x_ms_date", format!("x-ms-date is missing{hint}"));
        return "";
    };
    let Some(time) = time::parse_http_date(sent) else {
        checks.fail(
            "x_ms_date",
            format!("{sent:?} is not of the form \"Tue, 05 Nov 2024 09:08:07 GMT\""),
        );
        return sent;
    };
    let (apart, side) = match now.duration_since(time) {
        Ok(behind) => (behind.as_secs(), "behind"),
        Err(ahead) => (ahead.duration().as_secs(), "ahead of"),
    };
    let near = window.is_none_or(|window| apart <= window);
    let allowed = window.map_or_else(|| "any is allowed".to_owned(), |w| format!("{w} s are allowed"));
    checks.note(
        "x_ms_date",
        near,
        format!("{apart} s {side} the service's clock; {allowed}"),
    );
    sent
}
