//! Sends requests as a browser does: over HTTPS, with cookies. Redirects are not followed.

use std::collections::BTreeMap;
use std::time::Duration;

use acs_auth::transport::{HttpTransport, Transport as _};
use acs_auth::{Error, ErrorKind};
use bytes::Bytes;
use http::Request;
use http::header::{CONTENT_TYPE, COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use serde_json::Value;
use url::Url;
use url::form_urlencoded::Serializer;

use crate::failure::Failure;

const FORM: &str = "application/x-www-form-urlencoded;charset=utf-8";
const PATIENCE: Duration = Duration::from_secs(10);

/// A browser with one tab.
#[derive(Debug)]
pub(super) struct Browser {
    transport: HttpTransport,
    cookies: BTreeMap<String, String>,
}

/// A response.
pub(super) struct Page {
    pub(super) status: u16,
    pub(super) location: Option<String>,
    pub(super) body: String,
}

impl Browser {
    pub(super) fn new(transport: HttpTransport) -> Self {
        Self {
            transport,
            cookies: BTreeMap::new(),
        }
    }

    pub(super) async fn get(&mut self, url: &Url) -> Result<Page, Failure> {
        self.send(Request::get(url.as_str()), Bytes::new()).await
    }

    /// Sends a form, with an `Origin` header if the request comes from a page.
    pub(super) async fn submit(
        &mut self,
        url: &Url,
        fields: &[(&str, &str)],
        origin: Option<&str>,
    ) -> Result<Page, Failure> {
        let mut request = Request::post(url.as_str()).header(CONTENT_TYPE, FORM);
        if let Some(origin) = origin {
            request = request.header(ORIGIN, origin);
        }
        let body = Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(request, body.into()).await
    }

    pub(super) async fn post_json(&mut self, url: &Url, body: &Value) -> Result<Page, Failure> {
        let request = Request::post(url.as_str()).header(CONTENT_TYPE, "application/json");
        self.send(request, body.to_string().into()).await
    }

    async fn send(&mut self, mut request: http::request::Builder, body: Bytes) -> Result<Page, Failure> {
        if !self.cookies.is_empty() {
            let cookies: Vec<String> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            request = request.header(COOKIE, cookies.join("; "));
        }
        let request = request
            .body(body)
            .map_err(|error| unexpected(&error.to_string()))?;
        let answer = tokio::time::timeout(PATIENCE, self.transport.send(request))
            .await
            .map_err(|_| Error::new(ErrorKind::Timeout, "The sign-in got no response in time."))?
            .map_err(|failure| Error::new(ErrorKind::TransportError, failure.reason))?;
        for cookie in answer.headers().get_all(SET_COOKIE) {
            let pair = cookie.to_str().unwrap_or_default().split(';').next();
            if let Some((name, value)) = pair.and_then(|pair| pair.split_once('=')) {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let location = answer.headers().get(LOCATION);
        Ok(Page {
            status: answer.status().as_u16(),
            location: location.and_then(|value| value.to_str().ok()).map(str::to_owned),
            body: String::from_utf8_lossy(answer.body()).into_owned(),
        })
    }
}

/// The error of a sign-in that did not go as expected.
pub(super) fn unexpected(what: &str) -> Failure {
    Error::new(
        ErrorKind::UnexpectedResponse,
        format!("The sign-in failed: {what}."),
    )
    .into()
}
