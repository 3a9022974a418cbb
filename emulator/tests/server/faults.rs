//! Each kind of fault, as it appears on the wire.

use std::io::{BufReader, ErrorKind, Read, Write};
use std::time::{Duration, Instant};

use acs_emulator::{Fault, Filter};
use serde_json::{Value, json};

use crate::support::{CREATE, Draft, EXCHANGE, World, read, world};

pub(crate) fn set(world: &World, fault: Value) -> (u16, Value) {
    let answer = world.plain("POST", "/_emulator/faults", &fault.to_string());
    (answer.status, answer.json())
}

fn created(world: &World) -> usize {
    world.plain("GET", "/_emulator/identities", "").json()["identities"]
        .as_array()
        .unwrap()
        .len()
}

#[test]
fn a_status_with_an_empty_body() {
    let world = world();
    set(&world, json!({"status": 500, "count": 3}));
    for _ in 0..3 {
        let answer = world.call("POST", CREATE, "");
        assert_eq!(
            (answer.status, answer.header("content-length"), answer.body.len()),
            (500, Some("0"), 0)
        );
        let record = world.last();
        assert_eq!(
            (record.status, record.fault.as_deref()),
            (Some(500), Some("status 500"))
        );
        // The signature is verified nevertheless, so that every attempt is explained.
        assert!(
            record
                .checks
                .0
                .iter()
                .any(|check| check.name == "signature" && check.ok)
        );
    }
    assert_eq!(created(&world), 0);
    assert_eq!(world.call("POST", CREATE, "").status, 201);
}

#[test]
fn exact_headers_and_body() {
    let world = world();
    let fault = json!({"status": 418, "headers": [["X-One", "a"], ["x-one", "b"]], "body": "teapot\n"});
    assert_eq!(set(&world, fault).0, 201);
    let answer = world.call("POST", CREATE, "");
    let ones: Vec<_> = answer
        .headers
        .iter()
        .filter(|(name, _)| name == "x-one")
        .map(|(_, v)| v.as_str())
        .collect();
    assert_eq!(
        (answer.status, ones, answer.text()),
        (418, vec!["a", "b"], "teapot\n".to_owned())
    );
    set(
        &world,
        json!({"status": 503, "json": {"error": {"code": "Busy"}}}),
    );
    assert_eq!(world.call("POST", CREATE, "").code(), (503, "Busy".into()));
    assert_eq!(world.last().error_code.as_deref(), Some("Busy"));
}

#[test]
fn own_headers_are_replaced_and_the_request_is_carried_out() {
    let world = world();
    set(
        &world,
        json!({"headers": [["ms-cv", "mine"], ["content-type", "text/plain"]]}),
    );
    let answer = world.call("POST", CREATE, "");
    let kinds = answer
        .headers
        .iter()
        .filter(|(name, _)| name == "content-type")
        .count();
    assert_eq!(
        (answer.status, answer.header("ms-cv"), kinds),
        (201, Some("mine"), 1)
    );
    assert_eq!(answer.header("content-type"), Some("text/plain"));
    assert_eq!(created(&world), 1);
}

#[test]
fn an_answer_is_held_back_but_recorded_at_once() {
    let world = world();
    world
        .emulator
        .faults()
        .add(Fault {
            latency_ms: 60_000,
            ..Fault::default()
        })
        .unwrap();
    world
        .emulator
        .faults()
        .add(Fault {
            latency_ms: 200,
            ..Fault::default()
        })
        .unwrap();
    let draft = world.draft("POST", CREATE, "");
    // The first client gives up, but its request took effect and is recorded.
    let mut stream = world.connect();
    stream.write_all(&draft.signed(&draft.text())).unwrap();
    while world.emulator.requests(&Filter::default()).is_empty() {
        std::thread::yield_now();
    }
    assert_eq!((world.last().status, created(&world)), (Some(201), 1));
    drop(stream);
    let started = Instant::now();
    assert_eq!(world.call("POST", CREATE, "").status, 201);
    assert!(started.elapsed() >= Duration::from_millis(200));
}

#[test]
fn resets() {
    let world = world();
    let draft = Draft {
        body: "{}".into(),
        ..world.draft("POST", CREATE, "{}")
    };
    let request = draft.signed(&draft.text());
    let ended = |request: &[u8]| {
        let mut stream = world.connect();
        // The connection may be reset before everything is written, and the error is reported only once.
        let written = stream.write_all(request);
        written
            .and_then(|()| stream.read(&mut [0; 1]))
            .map_err(|error| error.kind())
    };

    set(&world, json!({"reset": "on_accept"}));
    assert_eq!(ended(&request), Err(ErrorKind::ConnectionReset));
    assert_eq!(world.emulator.requests(&Default::default()).len(), 0);

    // The body never arrives, but the connection is reset.
    set(
        &world,
        json!({"reset": "before_body", "operation": "create_user"}),
    );
    assert_eq!(
        ended(&request[..request.len() - 2]),
        Err(ErrorKind::ConnectionReset)
    );
    let record = world.last();
    assert_eq!((record.status, record.operation), (None, "create_user"));
    assert_eq!(
        record.fault.as_deref(),
        Some("connection reset before the body was read")
    );

    set(&world, json!({"reset": "before_answer"}));
    assert_eq!(ended(&request), Err(ErrorKind::ConnectionReset));
    assert_eq!(
        (world.last().body_length, world.last().status, created(&world)),
        (2, None, 0)
    );

    set(&world, json!({"reset": "before_answer", "carry_out": true}));
    assert_eq!(ended(&request), Err(ErrorKind::ConnectionReset));
    assert_eq!(created(&world), 1);
    assert_eq!(world.call("POST", CREATE, "").status, 201);
}

#[test]
fn a_body_is_cut_off() {
    let world = world();
    for (fault, length) in [
        (json!({"truncate": 10}), 10),
        (json!({"truncate": 0}), 0),
        (json!({"truncate": 1, "status": 200, "body": "x"}), 1),
        (json!({"truncate": 3, "status": 500}), 0),
    ] {
        set(&world, fault.clone());
        let answer = world.call("POST", CREATE, "");
        assert_eq!((answer.complete, answer.body.len()), (false, length), "{fault}");
    }
    // Errors are chunked: the last chunk is missing.
    set(&world, json!({"truncate": 4}));
    let answer = world.call("POST", EXCHANGE, "{}");
    assert_eq!(answer.header("transfer-encoding"), Some("chunked"));
    assert_eq!(
        (answer.status, answer.complete, answer.text()),
        (400, false, "{\"er".to_owned())
    );
}

#[test]
fn redirects() {
    let world = world();
    set(
        &world,
        json!({"redirect": "https://elsewhere.example/", "count": 2}),
    );
    set(&world, json!({"redirect": "/other", "status": 302}));
    for (status, to) in [
        (307, "https://elsewhere.example/"),
        (307, "https://elsewhere.example/"),
        (302, "/other"),
    ] {
        let answer = world.call("POST", CREATE, "");
        assert_eq!((answer.status, answer.header("location")), (status, Some(to)));
    }
}

#[test]
fn too_large_and_no_json() {
    let world = world();
    set(&world, json!({"oversize": 70_000}));
    let answer = world.call("POST", CREATE, "");
    assert_eq!(
        (answer.status, answer.body.len(), answer.complete),
        (201, 70_000, true)
    );
    assert!(answer.json()["identity"]["id"].is_string());
    set(&world, json!({"oversize": 70_000, "status": 500}));
    assert_eq!(world.call("POST", CREATE, "").body.len(), 70_000);
    set(&world, json!({"non_json": true}));
    let answer = world.call("POST", CREATE, "");
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, Some("text/html; charset=utf-8"))
    );
    assert!(answer.text().starts_with('<'));
}

#[test]
fn the_connection_outlives_faults_that_do_not_end_it() {
    let world = world();
    set(&world, json!({"status": 500}));
    let mut stream = BufReader::new(world.connect());
    for status in [500, 201] {
        let draft = world.draft("POST", CREATE, "");
        stream.get_mut().write_all(&draft.signed(&draft.text())).unwrap();
        assert_eq!(read(&mut stream).unwrap().status, status);
    }
}
