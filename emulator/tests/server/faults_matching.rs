//! Which requests a fault applies to, and which faults are invalid.

use acs_emulator::{DateFault, Fault, Reset, RetryAfter};
use serde_json::json;

use crate::faults::set;
use crate::support::{CREATE, Draft, EXCHANGE, world};

#[test]
fn faults_match_by_operation_service_and_id_in_their_order() {
    let world = world();
    set(
        &world,
        json!([
            {"operation": "exchange_teams_user", "status": 501},
            {"operation": "entra", "status": 502},
            {"operation": "create_user_and_token", "status": 503},
            {"client_request_id": "that", "status": 504},
            {"operation": "acs", "skip": 1, "status": 505},
        ]),
    );
    let tenant = format!("/{}/discovery/v2.0/keys", world.emulator.info().tenant_id);
    assert_eq!(world.plain("GET", &tenant, "").status, 502);
    assert_eq!(world.plain("GET", &tenant, "").status, 200);
    assert_eq!(world.call("POST", CREATE, "").status, 201, "the skipped one");
    assert_eq!(
        world
            .call("POST", CREATE, "{\"createTokenWithScopes\":[\"chat\"]}")
            .status,
        503
    );
    assert_eq!(world.call("POST", EXCHANGE, "{}").status, 501);
    let draft = world.draft("POST", CREATE, "");
    let draft = Draft {
        more: vec![("x-ms-client-request-id".into(), "that".into())],
        ..draft
    };
    assert_eq!(world.send(&draft.signed(&draft.text())).unwrap().status, 504);
    assert_eq!(world.call("POST", CREATE, "").status, 505);
    assert_eq!(world.call("POST", CREATE, "").status, 201);
    assert_eq!(
        world.plain("GET", "/_emulator/faults", "").json(),
        json!({"faults": []})
    );
}

#[test]
fn what_is_left_is_listed_and_can_be_forgotten() {
    let world = world();
    let (status, list) = set(&world, json!({"operation": "acs", "status": 429, "count": 3}));
    assert_eq!(
        (status, &list["faults"][0]["left"], &list["faults"][0]["id"]),
        (201, &json!(3), &json!(1))
    );
    world.call("POST", CREATE, "");
    let list = world.plain("GET", "/_emulator/faults", "").json();
    assert_eq!(
        (&list["faults"][0]["left"], &list["faults"][0]["status"]),
        (&json!(2), &json!(429))
    );
    assert_eq!(world.plain("DELETE", "/_emulator/faults", "").status, 204);
    assert_eq!(world.call("POST", CREATE, "").status, 201);
}

#[test]
fn what_cannot_be_meant_is_refused_as_a_whole() {
    let world = world();
    for (fault, said) in [
        (json!({}), "spoils nothing"),
        (json!({"operation": "acs", "count": 2}), "spoils nothing"),
        (json!({"status": 99}), "from 200 to 599"),
        (json!({"status": 500, "count": 0}), "count"),
        (
            json!({"status": 500, "operation": "exchange"}),
            "exchange_teams_user",
        ),
        (json!({"status": 500, "colour": 1}), "colour"),
        (json!({"status": 200, "body": "", "json": 1}), "exclude"),
        (json!({"reset": "on_accept", "operation": "acs"}), "on_accept"),
        (json!({"headers": [["content-length", "5"]]}), "truncate"),
        (json!({"headers": [["a b", "5"]]}), "cannot be sent"),
        (
            json!({"truncate": 256 * 1024 * 1024 + 1}),
            "truncate must be at most 268435456 bytes",
        ),
        (json!({"oversize": u64::MAX}), "oversize must be at most"),
        (json!({"redirect": "a\nb"}), "cannot be sent"),
        (json!([{"status": 500}, {"status": 1}]), "from 200 to 599"),
    ] {
        let (status, answer) = set(&world, fault.clone());
        let message = answer["error"]["message"].as_str().unwrap_or_default();
        assert!(status == 400 && message.contains(said), "{fault}: {answer}");
    }
    assert_eq!(world.emulator.faults().list(), []);
}

#[test]
fn a_fault_of_the_library_is_the_fault_of_the_api() {
    let fault = Fault {
        operation: Some("acs".into()),
        retry_after: Some(RetryAfter::Ms(5)),
        reset: Some(Reset::BeforeAnswer),
        date: Some(DateFault::Missing),
        ..Fault::default()
    };
    let json = serde_json::to_value(&fault).unwrap();
    assert_eq!(
        (&json["retry_after"], &json["reset"], &json["date"]),
        (&json!({"ms": 5}), &json!("before_answer"), &json!("missing"))
    );
    assert_eq!(serde_json::from_value::<Fault>(json).unwrap(), fault);
}
