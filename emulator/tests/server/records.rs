//! The records of requests.

use acs_emulator::{Filter, Options};
use serde_json::json;

use crate::support::{CREATE, Draft, EXCHANGE, world, world_with};

#[test]
fn a_record_as_json() {
    let world = world();
    let draft = world.draft("POST", CREATE, "{}");
    let draft = Draft {
        more: vec![("x-ms-client-request-id".into(), "mine".into())],
        ..draft
    };
    world.send(&draft.signed("x")).unwrap();
    let record = world.plain("GET", "/_emulator/requests/1", "").json();
    for (name, value) in [
        ("id", json!(1)),
        ("service", json!("acs")),
        ("operation", json!("create_user")),
        ("method", json!("POST")),
        ("target", json!(CREATE)),
        ("host", json!(world.host())),
        ("http_version", json!("HTTP/1.1")),
        ("tls", json!(false)),
        ("body_length", json!(2)),
        ("status", json!(401)),
        ("error_code", json!("Denied")),
        ("fault", json!(null)),
        ("client_request_id", json!("mine")),
    ] {
        assert_eq!(record[name], value, "{name}");
    }
    assert!(record["time"].as_str().unwrap().ends_with('Z') && record["duration_us"].is_u64());
    assert_eq!(record["headers"][0], json!(["host", world.host()]));
    assert_eq!(record["checks"][0]["name"], "authorization");
    assert_eq!(record["signing"]["expected"], draft.text());
    assert_eq!(
        world.plain("GET", "/_emulator/requests", "").json()["requests"],
        json!([record])
    );
}

#[test]
fn records_are_chosen_and_forgotten() {
    let world = world();
    world.call("POST", CREATE, "");
    let draft = world.draft("POST", EXCHANGE, "{}");
    let draft = Draft {
        more: vec![("x-ms-client-request-id".into(), "mine".into())],
        ..draft
    };
    world.send(&draft.signed(&draft.text())).unwrap();
    world.call("POST", CREATE, "");
    world.plain(
        "GET",
        &format!("/{}/discovery/v2.0/keys", world.emulator.info().tenant_id),
        "",
    );
    let ids = |query: &str| {
        let answer = world
            .plain("GET", &format!("/_emulator/requests{query}"), "")
            .json();
        answer["requests"]
            .as_array()
            .unwrap()
            .iter()
            .map(|r| r["id"].as_u64().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(""), [1, 2, 3, 4]);
    assert_eq!(ids("?operation=create_user"), [1, 3]);
    assert_eq!(ids("?operation=acs"), [1, 2, 3]);
    assert_eq!(ids("?operation=entra"), [4]);
    assert_eq!(ids("?client_request_id=mine"), [2]);
    assert_eq!(ids("?since=2"), [3, 4]);
    assert_eq!(ids("?limit=2"), [3, 4]);
    assert_eq!(ids("?operation=acs&limit=1&since=1"), [3]);
    assert_eq!(world.plain("GET", "/_emulator/requests?colour=1", "").status, 400);
    assert_eq!(world.plain("GET", "/_emulator/requests?limit=x", "").status, 400);
    assert_eq!(world.plain("GET", "/_emulator/requests/9", "").status, 404);
    assert_eq!(world.plain("GET", "/_emulator/requests/x", "").status, 400);
    assert_eq!(world.plain("DELETE", "/_emulator/requests", "").status, 204);
    assert_eq!(ids(""), [] as [u64; 0]);
    world.call("POST", CREATE, "");
    assert_eq!(ids(""), [5]);
}

#[test]
fn only_the_newest_are_kept() {
    let world = world_with(Options {
        keep_requests: 2,
        ..Options::default()
    });
    for _ in 0..3 {
        world.call("POST", CREATE, "");
    }
    let kept: Vec<u64> = world
        .emulator
        .requests(&Filter::default())
        .iter()
        .map(|r| r.id)
        .collect();
    assert_eq!(kept, [2, 3]);
    assert!(world.emulator.request(1).is_none() && world.emulator.request(3).is_some());
    let world = world_with(Options {
        keep_requests: 0,
        ..Options::default()
    });
    world.call("POST", CREATE, "");
    assert!(world.emulator.requests(&Filter::default()).is_empty());
}

#[test]
fn no_token_and_no_secret_is_shown() {
    let world = world();
    let body = world.exchange_body(0);
    assert_eq!(world.call("POST", EXCHANGE, &body).status, 200);
    let daemon = world.emulator.info().daemon.clone().unwrap();
    let target = format!(
        "/{}/oauth2/v2.0/token?client_secret=top",
        world.emulator.info().tenant_id
    );
    let form = format!(
        "grant_type=client_credentials&client_id={}&client_secret=x",
        daemon.client_id
    );
    world.plain("POST", &target, &form);
    let shown = world.plain("GET", "/_emulator/requests", "").text();
    let token = serde_json::from_str::<serde_json::Value>(&body).unwrap()["token"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(
        !shown.contains(&token) && !shown.contains("client_secret=top"),
        "{shown}"
    );
    assert!(shown.contains("client_secret=…(3 characters)"));
    assert!(!format!("{:?}", world.emulator).contains(&daemon.client_secret.0));
    let (_, key) = world
        .emulator
        .info()
        .connection_string
        .0
        .split_once("accesskey=")
        .unwrap();
    assert!(!format!("{:?}", world.emulator).contains(key));
}
