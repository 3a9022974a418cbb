//! The parameters of a query or of a form.

use crate::http::WireRequest;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};

/// Everything but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Percent-encodes a value for a query, fragment or path segment.
pub(crate) fn encode(value: impl AsRef<[u8]>) -> String {
    percent_encode(value.as_ref(), RESERVED).to_string()
}

/// The parameters of a query or of a form, in order. Of two equal names the first counts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Params {
    pairs: Vec<(String, Vec<u8>)>,
    texts: Vec<String>,
}

impl Params {
    /// Reads `application/x-www-form-urlencoded` text. Values stay bytes, so that one that is not UTF-8 can
    /// be returned unchanged.
    pub(crate) fn parse(raw: &str) -> Self {
        let decode = |part: &str| percent_decode_str(&part.replace('+', " ")).collect::<Vec<u8>>();
        let pairs: Vec<_> = raw
            .split('&')
            .filter(|part| !part.is_empty())
            .map(|part| {
                let (name, value) = part.split_once('=').unwrap_or((part, ""));
                (String::from_utf8_lossy(&decode(name)).into_owned(), decode(value))
            })
            .collect();
        let texts = pairs
            .iter()
            .map(|(_, value)| String::from_utf8_lossy(value).into_owned())
            .collect();
        Self { pairs, texts }
    }

    /// The parameters in a request's query.
    pub(crate) fn of_query(request: &WireRequest) -> Self {
        Self::parse(request.query())
    }

    /// The parameters in a request's form body.
    pub(crate) fn of_body(request: &WireRequest) -> Self {
        Self::parse(&String::from_utf8_lossy(&request.body))
    }

    /// The parameters of a request for a page: those of the query, and for a `POST` also those of the form.
    pub(crate) fn of_page(request: &WireRequest) -> Self {
        let query = Self::of_query(request);
        if request.method == "POST" {
            query.and(Self::of_body(request))
        } else {
            query
        }
    }

    /// A value as text; an empty one counts as absent.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let at = self.pairs.iter().position(|(n, _)| n == name)?;
        self.texts
            .get(at)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// A value as the bytes that were sent.
    pub(crate) fn bytes(&self, name: &str) -> Option<&[u8]> {
        self.pairs
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.as_slice())
    }

    /// The names, in order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.pairs.iter().map(|(name, _)| name.as_str())
    }

    /// The parameters as a query string, without those named.
    pub(crate) fn without(&self, names: &[&str]) -> String {
        let kept = self
            .pairs
            .iter()
            .filter(|(name, _)| !names.contains(&name.as_str()));
        kept.map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect::<Vec<_>>()
            .join("&")
    }

    /// These parameters, then `other`'s.
    fn and(mut self, other: Self) -> Self {
        self.pairs.extend(other.pairs);
        self.texts.extend(other.texts);
        self
    }
}
