//! The control API under `/_emulator/`.

mod access_keys;
mod clock;
mod faults;
mod identities;
mod requests;

use serde::de::DeserializeOwned;
use serde_json::json;

use crate::core::Core;
use crate::entra::MintRequest;
use crate::explain;
use crate::http::{Reply, WireRequest};
use crate::options::Behaviour;
use crate::time;

/// Why a control request was rejected.
#[derive(Debug)]
enum Refusal {
    /// What is wrong with the request.
    Invalid(String),
    NotFound(String),
    /// Lists the methods that the path accepts.
    Method(&'static str),
}

type Answer = Result<Reply, Refusal>;

/// Answers a control request.
pub(crate) fn handle(core: &Core, request: &WireRequest) -> Reply {
    route(core, request).unwrap_or_else(|refusal| {
        let (status, code, message) = match refusal {
            Refusal::Invalid(message) => (400, "Invalid", message),
            Refusal::NotFound(message) => (404, "NotFound", message),
            Refusal::Method(allowed) => (405, "MethodNotAllowed", format!("this path takes {allowed}")),
        };
        Reply::json(status, &json!({"error": {"code": code, "message": message}}))
    })
}

fn route(core: &Core, request: &WireRequest) -> Answer {
    let path = request
        .path()
        .strip_prefix("/_emulator")
        .unwrap_or(request.path());
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    match (request.method.as_str(), segments.as_slice()) {
        ("GET", []) if request.path() == "/_emulator/" => Ok(explain::list(core, &filter(request)?)),
        ("GET", []) => Ok(Reply::empty(302).with("location", "/_emulator/")),
        ("GET", ["rows"]) => Ok(explain::rows(core, &filter(request)?)),
        ("GET", ["explain", id]) => requests::find(core, id).map(|record| explain::request(&record)),
        ("GET", ["assets", name]) => {
            explain::asset(name).ok_or_else(|| Refusal::NotFound(format!("there is no asset {name:?}")))
        }
        ("GET", ["health"]) => {
            let version = env!("CARGO_PKG_VERSION");
            let time = time::rfc3339(core.clock.now());
            Ok(Reply::json(
                200,
                &json!({"status": "ok", "version": version, "time": time}),
            ))
        }
        ("GET", ["info"]) => Ok(Reply::json(200, &core.info())),
        ("POST", ["reset"]) => {
            core.reset();
            Ok(Reply::empty(204))
        }
        (_, ["access-keys"]) => access_keys::handle(core, request),
        (_, ["clock"]) => clock::handle(core, request),
        (_, ["faults"]) => faults::handle(core, request),
        ("GET", ["behaviour"]) => Ok(Reply::json(200, &*core.behaviour())),
        ("PUT", ["behaviour"]) => {
            core.set_behaviour(body::<Behaviour>(request)?)
                .map_err(Refusal::Invalid)?;
            Ok(Reply::json(200, &*core.behaviour()))
        }
        ("POST", ["keys", "rollover"]) => {
            core.entra.roll_over_keys().map_err(Refusal::Invalid)?;
            Ok(Reply::empty(204))
        }
        ("GET", ["mint"]) => mint(core, request.query()),
        ("GET", ["requests"]) => Ok(requests::list(core, &filter(request)?)),
        ("DELETE", ["requests"]) => {
            core.recorder.clear();
            Ok(Reply::empty(204))
        }
        ("GET", ["requests", id]) => requests::find(core, id).map(|record| Reply::json(200, &*record)),
        ("GET", ["identities"]) => Ok(identities::list(core)),
        ("POST", ["introspect"]) => identities::introspect(core, request),
        (_, []) | (_, ["health" | "info" | "mint" | "identities"]) => Err(Refusal::Method("GET")),
        (_, ["reset" | "introspect"] | ["keys", "rollover"]) => Err(Refusal::Method("POST")),
        (_, ["behaviour"]) => Err(Refusal::Method("GET and PUT")),
        (_, ["requests"]) => Err(Refusal::Method("GET and DELETE")),
        (_, ["requests" | "explain", _]) => Err(Refusal::Method("GET")),
        _ => Err(Refusal::NotFound(format!("there is no {}", request.path()))),
    }
}

fn mint(core: &Core, query: &str) -> Answer {
    let request = MintRequest::from_query(query).map_err(Refusal::Invalid)?;
    // The issuer is at the start line's authority, whichever address the control API was reached at.
    let issuer = core.info().map(|info| info.https_url).unwrap_or_default();
    let token = core.entra.mint(&request, &issuer).map_err(Refusal::Invalid)?;
    Ok(Reply::json(200, &json!({"token": token})).with("cache-control", "no-store"))
}

/// Parses the query that filters records.
fn filter(request: &WireRequest) -> Result<crate::records::Filter, Refusal> {
    let mut filter = crate::records::Filter::default();
    for (name, value) in url::form_urlencoded::parse(request.query().as_bytes()) {
        let number = || {
            value
                .parse::<u64>()
                .map_err(|_| Refusal::Invalid(format!("{name}: {value:?} is no whole number")))
        };
        match &*name {
            "operation" => filter.operation = Some(value.into_owned()),
            "client_request_id" => filter.client_request_id = Some(value.into_owned()),
            "since" => filter.since = Some(number()?),
            "limit" => filter.limit = Some(usize::try_from(number()?).unwrap_or(usize::MAX)),
            _ => return Err(Refusal::Invalid(format!("{name}: there is no such filter"))),
        }
    }
    Ok(filter)
}

/// The JSON of the body.
fn body<T: DeserializeOwned>(request: &WireRequest) -> Result<T, Refusal> {
    serde_json::from_slice(&request.body).map_err(|error| Refusal::Invalid(error.to_string()))
}
