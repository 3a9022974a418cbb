//! A request as it arrived, a reply, and the checks made in between.

use bytes::Bytes;
use serde::Serialize;

/// A request exactly as it arrived: the target and the header values are not normalised, because the
/// signature covers the bytes that were sent.
#[derive(Debug, Clone)]
pub struct WireRequest {
    /// The method, as sent.
    pub method: String,
    /// The request target in origin form, percent-encoding untouched: `/identities?api-version=…`.
    pub target: String,
    /// The `Host` header (HTTP/1.1) or `:authority` (HTTP/2), as sent.
    pub host: String,
    /// Header names in lower case and their values, in the order of arrival.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Bytes,
    /// Whether it came over TLS.
    pub tls: bool,
}

impl WireRequest {
    /// The first value of a header; `name` in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.as_str())
    }

    /// The target up to the first `?`.
    pub fn path(&self) -> &str {
        self.target
            .split_once('?')
            .map_or(self.target.as_str(), |(p, _)| p)
    }

    /// The target after the first `?`, or an empty string.
    pub fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, q)| q)
    }

    /// `https://host` or `http://host`, as the client addressed this server.
    pub fn base_url(&self) -> String {
        format!("{}://{}", if self.tls { "https" } else { "http" }, self.host)
    }
}

/// A response.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// Headers, in order. `Content-Length`, `Date` and the like are added by the server.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
}

impl Reply {
    /// A reply with a status and nothing else.
    pub fn empty(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Bytes::new(),
        }
    }

    /// A JSON reply.
    pub fn json(status: u16, value: &impl Serialize) -> Self {
        let body = serde_json::to_vec(value).unwrap_or_default();
        Self {
            status,
            headers: vec![("content-type".into(), "application/json; charset=utf-8".into())],
            body: body.into(),
        }
    }

    /// An HTML page.
    pub fn html(status: u16, page: String) -> Self {
        Self {
            status,
            headers: vec![("content-type".into(), "text/html; charset=utf-8".into())],
            body: page.into(),
        }
    }

    /// The same reply with one more header.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }
}

/// One check of a request, as it is recorded and explained.
#[derive(Debug, Clone, Serialize)]
pub struct Check {
    /// What was checked, in a few words: `signature`, `audience`, `redirect_uri`.
    pub name: &'static str,
    /// Whether it passed.
    pub ok: bool,
    /// What was found, and for a failed check what was expected. Never contains a key, a password or a whole
    /// token.
    pub detail: String,
}

/// The checks of one request, in the order in which they were made.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Checks(pub Vec<Check>);

impl Checks {
    /// Notes a check that passed.
    pub fn pass(&mut self, name: &'static str, detail: impl Into<String>) {
        self.0.push(Check {
            name,
            ok: true,
            detail: detail.into(),
        });
    }

    /// Notes a check that failed.
    pub fn fail(&mut self, name: &'static str, detail: impl Into<String>) {
        self.0.push(Check {
            name,
            ok: false,
            detail: detail.into(),
        });
    }

    /// Notes a check with its outcome, and returns the outcome.
    pub fn note(&mut self, name: &'static str, ok: bool, detail: impl Into<String>) -> bool {
        self.0.push(Check {
            name,
            ok,
            detail: detail.into(),
        });
        ok
    }
}
