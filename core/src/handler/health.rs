//! `/healthz`: whether this process can do its work.

use serde::Serialize;

use super::Inner;
use super::message::Response;

#[derive(Serialize)]
struct Health {
    status: &'static str,
    keys: &'static str,
    redis: &'static str,
}

/// Says whether the keys of bearer tokens can be had, and whether Redis answers.
///
/// Without keys nobody is let in: 503. Without Redis everybody is, if at more cost: 200, so that a failing Redis does
/// not take the whole fleet out of a load balancer.
pub(super) async fn health(inner: &Inner) -> Response {
    let keys = inner.verifier.keys_reachable().await;
    let redis = inner.exchanger.is_cache_reachable().await;
    let word = |reachable| if reachable { "reachable" } else { "unreachable" };
    let status = match (keys, redis) {
        (false, _) => "unavailable",
        (true, Some(false)) => "degraded",
        (true, _) => "ok",
    };
    let health = Health {
        status,
        keys: word(keys),
        redis: redis.map_or("not_configured", word),
    };
    let mut response = Response::new(if keys { 200 } else { 503 });
    response.add("content-type", "application/json");
    response.body = serde_json::to_vec(&health).unwrap_or_default();
    response
}
