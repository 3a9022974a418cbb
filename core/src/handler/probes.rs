//! `/livez` and `/readyz`: what an orchestrator asks before it restarts a process or sends it requests.

use std::time::Duration;

use serde_json::json;

use super::Inner;
use super::message::Response;

/// Probes give up after a second by default.
const PATIENCE: Duration = Duration::from_millis(800);

/// The process answers. It depends on nothing else: no outage elsewhere is a reason to restart a process.
pub(super) fn live() -> Response {
    answer(200, "alive")
}

/// Whether this process can verify bearer tokens: it has Entra's keys, or fetches them now.
///
/// Once it has them it stays ready through an outage of Entra, for as long as they are used (7 days). A new process that
/// cannot fetch them can let nobody in, and is not ready. Redis and Microsoft Graph do not count: `/api/token/teams` is
/// served without them.
pub(super) async fn ready(inner: &Inner) -> Response {
    let verifier = inner.verifier.clone();
    // In a task of its own: a fetch that takes longer than this probe is there for the next.
    let fetched = inner
        .readiness
        .join((), || async move { verifier.keys_reachable().await });
    let joined = tokio::time::timeout(PATIENCE, fetched).await;
    match joined {
        Ok(Some(joined)) if joined.value => answer(200, "ready"),
        Ok(_) | Err(_) => answer(503, "keys_unreachable"),
    }
}

fn answer(status: u16, word: &str) -> Response {
    let mut response = Response::new(status);
    response.add("content-type", "application/json");
    response.body = json!({ "status": word }).to_string().into_bytes();
    response
}
