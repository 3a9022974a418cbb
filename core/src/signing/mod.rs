//! Pure functions that compute the headers of a signed request from the request, a key and the
//! time.
//!
//! The scheme is Azure Communication Services' HMAC-SHA256: it signs the method, the request
//! target, `x-ms-date`, the `Host` header and the body's SHA-256, all exactly as sent. A client
//! that normalises the URL after signing breaks the signature, so build the URL once, sign it, and
//! send those bytes.

use std::fmt;
use std::ops::Range;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use httpdate::HttpDate;
use sha2::{Digest as _, Sha256};

use crate::endpoint::{Authority, scheme_end};
use crate::error::{Error, Result};
use crate::secret::AccessKey;

const SCHEME: &str = "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=";
const DATE_LEN: usize = "Tue, 05 Nov 2024 09:08:07 GMT".len();
/// 32 bytes in base64.
const HASH_LEN: usize = 44;

/// The parts of a request that are signed.
#[derive(Clone, Copy)]
pub struct SignableRequest<'a> {
    /// The method, case-insensitive.
    pub method: &'a str,
    /// The absolute URL. Its path and query are signed unchanged.
    pub url: &'a str,
    /// The body's bytes; empty if there is none.
    pub body: &'a [u8],
}

impl fmt::Debug for SignableRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignableRequest")
            .field("method", &self.method)
            .field("url", &self.url)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}

/// The headers that sign a request, and how they were computed.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedHeaders {
    /// The string to sign, followed by the `authorization` value: one allocation for all texts.
    text: String,
    string_to_sign: usize,
    host: Range<usize>,
    target: Range<usize>,
}

impl SignedHeaders {
    /// Returns `x-ms-date`: the time in RFC 1123 form, in GMT.
    pub fn x_ms_date(&self) -> &str {
        &self.text[self.host.start - 1 - DATE_LEN..self.host.start - 1]
    }

    /// Returns `x-ms-content-sha256`: the body's SHA-256 in base64.
    pub fn x_ms_content_sha256(&self) -> &str {
        &self.text[self.host.end + 1..self.string_to_sign]
    }

    /// Returns `authorization`: the scheme, the signed headers' names and the signature.
    pub fn authorization(&self) -> &str {
        &self.text[self.string_to_sign..]
    }

    /// Returns the signed text, to compare when a signature is rejected. It contains no secret.
    pub fn string_to_sign(&self) -> &str {
        &self.text[..self.string_to_sign]
    }

    /// Returns the value that the `Host` header must have; every HTTP stack sends it by itself.
    pub fn host(&self) -> &str {
        &self.text[self.host.clone()]
    }

    /// Returns the request target to send: path and query, with percent-encoding unchanged.
    pub fn target(&self) -> &str {
        &self.text[self.target.clone()]
    }

    /// Returns the headers to add: names in lower case, and values.
    pub fn headers(&self) -> [(&'static str, &str); 3] {
        [
            ("x-ms-date", self.x_ms_date()),
            ("x-ms-content-sha256", self.x_ms_content_sha256()),
            ("authorization", self.authorization()),
        ]
    }
}

impl fmt::Debug for SignedHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A signature allows replays while the service accepts its date, so it is not printed.
        f.debug_struct("SignedHeaders")
            .field("string_to_sign", &self.string_to_sign())
            .finish_non_exhaustive()
    }
}

/// Signs a request with the access key, for the time at which it is sent.
///
/// The request isn't changed, so this works with any HTTP stack. A bare `?` at the end of the URL
/// is not signed and must not be sent. Sign again for each attempt: the service rejects an old
/// date.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) with `target` = `method` (not a token),
/// `url` (not absolute, not http or https, user information, a fragment, a space, a control or a non-ASCII
/// character) or `now` (a year outside 1970 to 9999).
pub fn sign_request(
    request: &SignableRequest<'_>,
    key: &AccessKey,
    now: SystemTime,
) -> Result<SignedHeaders> {
    let SignableRequest { method, url, body } = *request;
    if !is_token(method) {
        return Err(Error::invalid_argument(
            "method",
            "The method is not an HTTP token.",
        ));
    }
    let refused = |why: &str| Error::invalid_argument("url", format!("The URL cannot be signed: {why}."));
    if scheme_end(url.as_bytes()).is_none() {
        return Err(refused("it is not absolute"));
    }
    let (authority, target) = Authority::split(url).map_err(|why| refused(&why))?;
    if target.as_bytes().contains(&b'#') {
        return Err(refused("it has a fragment, which is never sent"));
    }
    let target = match target.strip_suffix('?') {
        Some(path) if !path.contains('?') => path,
        _ => target,
    };

    let mut text =
        String::with_capacity(method.len() + url.len() + DATE_LEN + 2 * HASH_LEN + SCHEME.len() + 16);
    text.push_str(method);
    text.make_ascii_uppercase();
    text.push('\n');
    let target_at = text.len();
    if !target.starts_with('/') {
        text.push('/');
    }
    text.push_str(target);
    let target = target_at..text.len();
    text.push('\n');
    push_date(now, &mut text)?;
    text.push(';');
    let host_at = text.len();
    authority.write_host(&mut text);
    let host = host_at..text.len();
    text.push(';');
    STANDARD.encode_string(Sha256::digest(body), &mut text);
    let string_to_sign = text.len();

    let signature = key.hmac_sha256(text.as_bytes());
    text.push_str(SCHEME);
    STANDARD.encode_string(signature, &mut text);
    Ok(SignedHeaders {
        text,
        string_to_sign,
        host,
        target,
    })
}

fn push_date(now: SystemTime, text: &mut String) -> Result<()> {
    // HttpDate panics outside these years.
    const YEAR_10000: Duration = Duration::from_secs(253_402_300_800);
    let out_of_range = || Error::invalid_argument("now", "The time is not between the years 1970 and 9999.");
    let since = now
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_err(|_| out_of_range())?;
    if since >= YEAR_10000 {
        return Err(out_of_range());
    }
    fmt::Write::write_fmt(text, format_args!("{}", HttpDate::from(now))).map_err(|_| out_of_range())
}

fn is_token(method: &str) -> bool {
    !method.is_empty()
        && method
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}
