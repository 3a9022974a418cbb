//! `/healthz`: whether this process can do its work.

use serde::Serialize;

use super::Inner;
use super::message::Response;

#[derive(Serialize)]
struct Health {
    status: &'static str,
    keys: &'static str,
    redis: &'static str,
    /// What of Redis is not served, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// Says whether the keys of bearer tokens can be had, and whether Redis serves reads, writes and the limiter.
///
/// Without keys nobody is let in: 503. Without Redis everybody is, if at more cost: 200, so that a failing Redis does
/// not take the whole fleet out of a load balancer.
pub(super) async fn health(inner: &Inner) -> Response {
    let keys = inner.verifier.keys_reachable().await;
    let redis = inner.exchanger.cache_degradation().await;
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
