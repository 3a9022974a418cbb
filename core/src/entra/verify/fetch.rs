//! Fetches Entra's public documents over the transport, within a deadline.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode};

use super::documents::{Discovery, Keys, keys};
use crate::cloud::TokenVersion;
use crate::endpoint::Endpoint;
use crate::transport::Transport;

/// How long both documents may take, second tries included: a caller is waiting.
pub(super) const TIMEOUT: Duration = Duration::from_secs(4);
const TRIES: u32 = 2;
/// Entra's documents have 2 and 20 KB. Our own transport stops sooner; this is for others.
const LARGEST: usize = 256 * 1024;

#[derive(Debug, Clone)]
pub(super) struct Fetcher {
    pub(super) transport: Arc<dyn Transport>,
    /// The authority with the tenant, or with `organizations` where several may call.
    pub(super) base: String,
}

impl Fetcher {
    /// The issuer that the tenant's tokens of this version have, and its keys. The error is for the log.
    pub(super) async fn keys(&self, version: TokenVersion) -> Result<(String, Keys), String> {
        match tokio::time::timeout(TIMEOUT, self.read(version)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(format!("no answer within {TIMEOUT:?}")),
        }
    }

    async fn read(&self, version: TokenVersion) -> Result<(String, Keys), String> {
        let middle = match version {
            TokenVersion::V1 => "",
            TokenVersion::V2 => "/v2.0",
        };
        let url = format!("{}{middle}/.well-known/openid-configuration", self.base);
        let body = self.get(&url).await?;
        let discovery: Discovery = serde_json::from_slice(&body)
            .map_err(|_| "the discovery document is not JSON with one issuer and one jwks_uri".to_owned())?;
        if !self.trusts(&discovery.jwks_uri) {
            return Err("the jwks_uri is of another host than the authority, or not https".to_owned());
        }
        let body = self.get(&discovery.jwks_uri).await?;
        let keys = keys(&body)?;
        Ok((discovery.issuer, keys))
    }

    /// Keys come from the authority's own origin.
    fn trusts(&self, url: &str) -> bool {
        fn origin(url: &str) -> Option<String> {
            let end = url.find("://")? + 3;
            let length = url[end..].find('/').unwrap_or(url.len() - end);
            let endpoint = Endpoint::parse(&url[..end + length]).ok()?;
            Some(endpoint.url().to_owned())
        }
        let ours = origin(&self.base);
        ours.is_some() && ours == origin(url)
    }

    async fn get(&self, url: &str) -> Result<Bytes, String> {
        let mut problem = String::new();
        for _ in 0..TRIES {
            let request = Request::get(url)
                .header("accept", "application/json")
                .body(Bytes::new())
                .map_err(|_| "its URL cannot be used".to_owned())?;
            problem = match self.transport.send(request).await {
                Ok(answer) if answer.body().len() > LARGEST => format!("more than {LARGEST} bytes"),
                Ok(answer) if answer.status() == StatusCode::OK => return Ok(answer.into_body()),
                Ok(answer) => format!("status {}", answer.status().as_u16()),
                Err(failure) => failure.reason,
            };
        }
        Err(problem)
    }
}
