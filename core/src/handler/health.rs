//! `/healthz`: whether this process can do its work.

use std::time::Duration;

use serde::Serialize;

use super::message::Response;
use super::{Inner, probes};
use crate::cache::Degradation;

/// How long the report waits for Entra and Redis, which it queries concurrently. A fetch of keys takes up to
/// 4 s, or up to 7 s right after one that failed.
const TIMEOUT: Duration = Duration::from_secs(5);

#[derive(Serialize)]
struct Health {
    status: &'static str,
    keys: &'static str,
    redis: &'static str,
    /// Which uses of Redis are not served, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// Reports whether the keys for bearer tokens are available, and whether Redis serves reads, writes and the
/// limiter.
///
/// Without keys no caller can be accepted: 503. Without Redis requests only cost more: 200, so that a failing
/// Redis does not take the whole fleet out of a load balancer.
pub(super) async fn health(inner: &Inner) -> Response {
    let (keys, redis) = tokio::join!(probes::has_keys(inner, TIMEOUT), degradation(inner));
    let status = match (keys, &redis) {
        (false, _) => "unavailable",
        (true, Some(Some(_))) => "degraded",
        (true, Some(None) | None) => "ok",
    };
    let health = Health {
        status,
        keys: if keys { "reachable" } else { "unreachable" },
        redis: match &redis {
            None => "not_configured",
            Some(None) => "reachable",
            Some(Some(degradation)) if degradation.is_everything => "unreachable",
            Some(Some(_)) => "degraded",
        },
        reason: redis.flatten().map(|degradation| degradation.reason),
    };
    let mut response = Response::new(if keys { 200 } else { 503 });
    response.add("content-type", "application/json");
    response.body = serde_json::to_vec(&health).unwrap_or_default();
    response
}

/// What Redis does not serve: `None` without Redis, `Some(None)` if it serves everything.
async fn degradation(inner: &Inner) -> Option<Option<Degradation>> {
    let asked = tokio::time::timeout(TIMEOUT, inner.exchanger.cache_degradation()).await;
    asked.unwrap_or_else(|_| {
        Some(Some(Degradation {
            is_everything: true,
            reason: format!("no answer within {TIMEOUT:?}"),
        }))
    })
}
