//! Fetches Entra's public documents over the transport, within a deadline.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode};
use tokio::time::Instant;

use super::documents::{Discovery, Keys, keys};
use crate::clock::after;
use crate::cloud::TokenVersion;
use crate::endpoint::Endpoint;
use crate::transport::{Attempt, Limits, Transport};

/// The timeout of both documents, retries included: a caller is waiting.
pub(super) const TIMEOUT: Duration = Duration::from_secs(4);
const TRIES: u32 = 2;
/// The part of [`TIMEOUT`] that is reserved for the keys.
const FOR_THE_KEYS: Duration = Duration::from_secs(1);
/// Entra's discovery documents have 2 KB.
const MAX_DISCOVERY: usize = 64 * 1024;
/// Entra's key documents have 20 KB, but each key comes with certificates, and a tenant may have many.
const MAX_KEYS: usize = 1024 * 1024;

#[derive(Debug, Clone)]
pub(super) struct Fetcher {
    pub(super) transport: Arc<dyn Transport>,
    /// The authority with the tenant, or with `organizations` if several tenants are allowed.
    pub(super) base: String,
}

impl Fetcher {
    /// Fetches the issuer of the tenant's tokens of this version, and its keys. The error is for the log.
    pub(super) async fn keys(&self, version: TokenVersion) -> Result<(String, Keys), String> {
        let deadline = after(Instant::now(), TIMEOUT);
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
        let body = self.get(&url, MAX_DISCOVERY, deadline - FOR_THE_KEYS).await?;
        let discovery: Discovery = serde_json::from_slice(&body)
            .map_err(|_| "the discovery document is not JSON with one issuer and one jwks_uri".to_owned())?;
        if !self.trusts(&discovery.jwks_uri) {
            return Err("the jwks_uri is of another host than the authority, or not https".to_owned());
        }
        let body = self.get(&discovery.jwks_uri, MAX_KEYS, deadline).await?;
        let keys = keys(&body)?;
        Ok((discovery.issuer, keys))
    }

    /// Returns whether the URL has the authority's origin, the only one that keys are fetched from.
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

    /// Each attempt gets a share of the time, so that a silent connection leaves time for a retry.
    async fn get(&self, url: &str, largest: usize, deadline: Instant) -> Result<Bytes, String> {
        let mut problem = String::new();
        for tries_left in (1..=TRIES).rev() {
            let request = Request::get(url)
                .header("accept", "application/json")
                .body(Bytes::new())
                .map_err(|_| "its URL cannot be used".to_owned())?;
            let share = deadline.saturating_duration_since(Instant::now()) / tries_left;
            let limits = Limits {
                attempt: after(Instant::now(), share),
                deadline,
            };
            let attempt = Attempt::expecting(true, largest);
            problem = match attempt.send(&*self.transport, request, limits).await {
                Ok(answer) if answer.status() == StatusCode::OK => return Ok(answer.into_body()),
                Ok(answer) => format!("status {}", answer.status().as_u16()),
                Err(failure) => failure.reason,
            };
        }
        Err(problem)
    }
}
