//! `/healthz`: whether this process can do its work.

use serde_json::json;

use super::Inner;
use super::message::Response;

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
    let body = json!({
        "status": status,
        "keys": word(keys),
        "redis": redis.map_or("not_configured", word),
    });
    let mut response = Response::new(if keys { 200 } else { 503 });
    response.add("content-type", "application/json");
    response.body = body.to_string().into_bytes();
    response
}
