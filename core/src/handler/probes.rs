//! `/livez` and `/readyz`: the probes by which an orchestrator decides whether to restart a process or to
//! send it requests.

use std::time::Duration;

use serde_json::json;

use super::Inner;
use super::message::Response;

/// The time limit of a probe, a little less than the usual timeout of orchestrators (1 s).
const TIMEOUT: Duration = Duration::from_millis(800);

/// Reports that the process answers. It depends on nothing else: an outage elsewhere is no reason to restart
/// a process.
pub(super) fn live() -> Response {
    answer(200, "alive")
}

/// Reports whether this process can verify bearer tokens: it has Entra's keys, or can fetch them now.
///
/// Once it has them it stays ready during an outage of Entra, for as long as the keys are used (7 days). A
/// new process that cannot fetch them cannot accept any caller, and is not ready. Redis and Microsoft Graph
/// don't matter: `/api/token/teams` is served without them.
pub(super) async fn ready(inner: &Inner) -> Response {
    match has_keys(inner, TIMEOUT).await {
        true => answer(200, "ready"),
        false => answer(503, "keys_unreachable"),
    }
}

/// Whether this process has Entra's keys, or fetches them within `limit`.
pub(super) async fn has_keys(inner: &Inner, limit: Duration) -> bool {
    let verifier = inner.verifier.clone();
    // In its own task: a fetch that takes longer than this probe is ready for the next one.
    let fetched = inner
        .readiness
        .join((), || async move { verifier.keys_reachable().await });
    let joined = tokio::time::timeout(limit, fetched).await;
    joined.is_ok_and(|joined| joined.is_some_and(|joined| joined.value))
}

fn answer(status: u16, word: &str) -> Response {
    let mut response = Response::new(status);
    response.add("content-type", "application/json");
    response.body = json!({ "status": word }).to_string().into_bytes();
    response
}
