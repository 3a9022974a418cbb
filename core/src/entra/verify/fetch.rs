//! Fetches Entra's public documents over the transport, within a deadline.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode};
use tokio::time::Instant;

use super::documents::{Discovery, Keys, keys};
use crate::cloud::TokenVersion;
use crate::endpoint::Endpoint;
use crate::transport::{Attempt, Limits, Transport};

/// How long both documents may take, second tries included: a caller is waiting.
pub(super) const TIMEOUT: Duration = Duration::from_secs(4);
const TRIES: u32 = 2;
/// What the discovery document leaves to the keys, of that time.
const FOR_THE_KEYS: Duration = Duration::from_secs(1);
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
        let deadline = Instant::now() + TIMEOUT;
        match tokio::time::timeout_at(deadline, self.read(version, deadline)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(format!("no answer within {TIMEOUT:?}")),
        }
    }

    async fn read(&self, version: TokenVersion, deadline: Instant) -> Result<(String, Keys), String> {
        let middle = match version {
            TokenVersion::V1 => "",
            TokenVersion::V2 => "/v2.0",
        };
        let url = format!("{}{middle}/.well-known/openid-configuration", self.base);
        let body = self.get(&url, deadline - FOR_THE_KEYS).await?;
        let discovery: Discovery = serde_json::from_slice(&body)
            .map_err(|_| "the discovery document is not JSON with one issuer and one jwks_uri".to_owned())?;
        if !self.trusts(&discovery.jwks_uri) {
            return Err("the jwks_uri is of another host than the authority, or not https".to_owned());
        }
        let body = self.get(&discovery.jwks_uri, deadline).await?;
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

    /// Each try has its share of the time: a connection that is silent does not use up that of the next.
    async fn get(&self, url: &str, deadline: Instant) -> Result<Bytes, String> {
        let mut problem = String::new();
        for tries_left in (1..=TRIES).rev() {
            let request = Request::get(url)
                .header("accept", "application/json")
                .body(Bytes::new())
                .map_err(|_| "its URL cannot be used".to_owned())?;
            let share = deadline.saturating_duration_since(Instant::now()) / tries_left;
            let limits = Limits {
                attempt: Instant::now() + share,
                deadline,
            };
            let attempt = Attempt::new(true);
            problem = match attempt.send(&*self.transport, request, limits).await {
                Ok(answer) if answer.body().len() > LARGEST => format!("more than {LARGEST} bytes"),
                Ok(answer) if answer.status() == StatusCode::OK => return Ok(answer.into_body()),
                Ok(answer) => format!("status {}", answer.status().as_u16()),
                Err(failure) => failure.reason,
            };
        }
        Err(problem)
    }
}
