//! The registered redirect URIs, and redirecting back to them.

use super::aadsts::{Refusal, Trace};
use super::pages;
use super::params::encode;
use crate::http::Reply;
use crate::seed::{App, RedirectKind};
use url::Url;

/// How the response is passed to the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Query,
    Fragment,
    FormPost,
}

/// Where and how to redirect back to a client.
#[derive(Debug, Clone)]
pub(crate) struct Back {
    pub(crate) uri: String,
    pub(crate) mode: Mode,
    pub(crate) state: Option<Vec<u8>>,
}

impl Mode {
    pub(crate) fn parse(name: &str) -> Option<Self> {
        match name {
            "query" => Some(Self::Query),
            "fragment" => Some(Self::Fragment),
            "form_post" => Some(Self::FormPost),
            _ => None,
        }
    }
}

/// The type of the registered redirect URI that `uri` matches; `None` if it matches none. Only `http`
/// loopback addresses of type `public` may have another port.
pub(crate) fn registered(app: &App, uri: &str) -> Option<RedirectKind> {
    let exact = app.redirect_uris.iter().find(|known| known.uri == uri);
    let loopback = || {
        let asked = without_port(uri)?;
        let public = app
            .redirect_uris
            .iter()
            .filter(|known| known.kind == RedirectKind::Public);
        public
            .into_iter()
            .find(|known| without_port(&known.uri).as_ref() == Some(&asked))
    };
    exact.or_else(loopback).map(|known| known.kind)
}

/// A loopback `http` URI without its port.
fn without_port(uri: &str) -> Option<Url> {
    let mut url = Url::parse(uri).ok()?;
    let loopback = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    if url.scheme() != "http" || !loopback || url.fragment().is_some() || !url.username().is_empty() {
        return None;
    }
    url.set_port(None).ok()?;
    Some(url)
}

impl Back {
    /// Redirects with these parameters and the client's `state`, which is returned byte for byte.
    pub(crate) fn send(&self, parameters: &[(&str, &str)]) -> Reply {
        let mut all: Vec<(&str, &[u8])> = parameters
            .iter()
            .map(|(name, value)| (*name, value.as_bytes()))
            .collect();
        if let Some(state) = &self.state {
            all.push(("state", state));
        }
        if self.mode == Mode::FormPost {
            return pages::form_post(&self.uri, &all);
        }
        let encoded: Vec<_> = all
            .iter()
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect();
        let mark = match self.mode {
            Mode::Fragment => "#",
            _ if self.uri.contains('?') => "&",
            _ => "?",
        };
        Reply::empty(302).with("location", format!("{}{mark}{}", self.uri, encoded.join("&")))
    }

    /// Redirects with an error.
    pub(crate) fn refuse(&self, refusal: &Refusal, trace: &Trace, base: &str) -> Reply {
        let description = refusal.description(trace);
        let uri = format!("{base}/error?code={}", refusal.code);
        let mut parameters = vec![
            ("error", refusal.error),
            ("error_description", &description),
            ("error_uri", &uri),
        ];
        if refusal.error == "access_denied" {
            parameters.push(("error_subcode", "cancel"));
        }
        self.send(&parameters)
    }
}
