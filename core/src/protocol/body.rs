//! The JSON bodies of requests.

use std::time::Duration;

use serde::Serialize;
use serde::ser::Serializer;
use zeroize::Zeroizing;

use crate::error::{Error, ErrorKind, Result};
use crate::models::CommunicationTokenScope;

const SHORTEST_MINUTES: u64 = 60;
const LONGEST_MINUTES: u64 = 1440;

/// Writes compact JSON. `size` is its expected maximum, so that reallocation leaves no copy of a secret
/// behind.
pub(super) fn to_json<T: Serialize>(value: &T, size: usize) -> Result<Zeroizing<Vec<u8>>> {
    let mut body = Zeroizing::new(Vec::with_capacity(size));
    write_json(&mut body, value)?;
    Ok(body)
}

/// Writes a JSON object of texts. Has a fast path for texts without escapes, such as tokens of 2 KiB.
pub(super) fn strings_to_json<const N: usize>(members: [(&str, &str); N]) -> Result<Zeroizing<Vec<u8>>> {
    let size = members
        .iter()
        .map(|(name, text)| name.len() + text.len() + 6)
        .sum::<usize>();
    let mut body = Zeroizing::new(Vec::with_capacity(size + 1));
    for (at, (name, text)) in members.into_iter().enumerate() {
        body.push(if at == 0 { b'{' } else { b',' });
        push_json(&mut body, name)?;
        body.push(b':');
        push_json(&mut body, text)?;
    }
    body.push(b'}');
    Ok(body)
}

fn push_json(body: &mut Vec<u8>, text: &str) -> Result<()> {
    let plain = text
        .bytes()
        .fold(true, |plain, b| plain & (b >= b' ' && b != b'"' && b != b'\\'));
    if !plain {
        return write_json(body, text);
    }
    body.push(b'"');
    body.extend_from_slice(text.as_bytes());
    body.push(b'"');
    Ok(())
}

fn write_json<T: Serialize + ?Sized>(body: &mut Vec<u8>, value: &T) -> Result<()> {
    serde_json::to_writer(body, value)
        .map_err(|_| Error::new(ErrorKind::Internal, "The body could not be written as JSON."))
}

/// At least one scope.
pub(super) struct Scopes<'a>(&'a [CommunicationTokenScope]);

impl<'a> Scopes<'a> {
    pub(super) fn check(scopes: &'a [CommunicationTokenScope]) -> Result<Self> {
        if scopes.is_empty() {
            return Err(Error::invalid_argument(
                "scopes",
                "It is empty; a token needs at least one scope, such as chat or voip.",
            ));
        }
        Ok(Self(scopes))
    }
}

impl Serialize for Scopes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(CommunicationTokenScope::as_str))
    }
}

/// The lifetime of a token. If `wanted` is `None`, the service decides.
#[derive(Clone, Copy)]
pub(crate) struct Lifetime {
    pub(crate) wanted: Option<Duration>,
    /// Whether to check it before anything is sent, instead of leaving that to the service.
    pub(crate) is_checked: bool,
}

impl Lifetime {
    pub(super) fn checked(wanted: Option<Duration>) -> Self {
        Self {
            wanted,
            is_checked: true,
        }
    }

    /// The lifetime in whole minutes, rounded down as the official clients do.
    pub(super) fn minutes(self) -> Result<Option<u64>> {
        if let (Some(wanted), true) = (self.wanted, self.is_checked) {
            check_token_lifetime(wanted)?;
        }
        Ok(self.wanted.map(whole_minutes))
    }
}

fn whole_minutes(lifetime: Duration) -> u64 {
    lifetime.as_secs() / 60
}

/// Checks a token's lifetime: 60 to 1440 minutes, rounded down to whole minutes.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] with `target` = `token_expires_in`.
pub fn check_token_lifetime(token_expires_in: Duration) -> Result<()> {
    let minutes = whole_minutes(token_expires_in);
    if !(SHORTEST_MINUTES..=LONGEST_MINUTES).contains(&minutes) {
        return Err(Error::invalid_argument(
            "token_expires_in",
            format!("It is {minutes} minutes; the service accepts {SHORTEST_MINUTES} to {LONGEST_MINUTES}."),
        ));
    }
    Ok(())
}
