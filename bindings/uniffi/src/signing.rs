//! Signs a request that is sent by other means. No I/O.

use crate::endpoint::AccessKey;
use crate::error::Result;
use crate::shown::shown;

/// The signed parts of a request. It prints without the body.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug, Display)]
pub struct SignableRequest {
    /// The method, case-insensitive.
    pub method: String,
    /// The absolute URL. Its path and query are signed unchanged.
    pub url: String,
    /// The body; empty if there is none.
    #[uniffi(default)]
    pub body: Vec<u8>,
}

/// The headers that sign a request, and how they were computed. It prints without the signature, which can be
/// replayed for some minutes.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug, Display)]
pub struct SignedHeaders {
    /// The value of the header x-ms-date: the time in RFC 1123 form, in GMT.
    pub x_ms_date: String,
    /// The value of the header x-ms-content-sha256: the body's SHA-256 in base64.
    pub x_ms_content_sha256: String,
    /// The value of the header authorization.
    pub authorization: String,
    /// The value that the Host header must have; every HTTP library sends it by itself.
    pub host: String,
    /// The request target to send: path and query, with percent-encoding unchanged.
    pub target: String,
    /// The signed text, to compare when a signature is rejected. It contains no secret.
    pub string_to_sign: String,
}

shown!(SignableRequest { method, url; body });
shown!(SignedHeaders { x_ms_date, x_ms_content_sha256, host, target, string_to_sign; authorization });

/// Signs a request with the access key, for the time at which it is sent. now: seconds since 1970.
///
/// A bare "?" at the URL's end is not signed and must not be sent. Sign each attempt again: the service
/// rejects an old date.
#[uniffi::export]
pub fn sign_request(request: SignableRequest, key: &AccessKey, now: i64) -> Result<SignedHeaders> {
    let SignableRequest { method, url, body } = request;
    let request = core_auth::SignableRequest {
        method: &method,
        url: &url,
        body: &body,
    };
    let signed = core_auth::sign_request(&request, key.0.key(), acs_auth_c::time(now, "now")?)?;
    Ok(SignedHeaders {
        x_ms_date: signed.x_ms_date().to_owned(),
        x_ms_content_sha256: signed.x_ms_content_sha256().to_owned(),
        authorization: signed.authorization().to_owned(),
        host: signed.host().to_owned(),
        target: signed.target().to_owned(),
        string_to_sign: signed.string_to_sign().to_owned(),
    })
}
