//! The suite itself: that it follows its schema, and covers everything that hosts must show.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use std::collections::BTreeSet;
use std::path::Path;

use acs_auth::entra::CheckName;
use acs_auth::handler::HandlerSettings;
use acs_auth::{CommunicationTokenScope, ErrorKind};
use acs_conformance::case::{Case, Operation};
use acs_conformance::{Scope, Suite, check};
use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::{Value, json};

const CASES: &str = include_str!("../cases.json");
const SCHEMA: &str = include_str!("../cases.schema.json");

fn cases() -> Vec<Case> {
    Suite::load().unwrap().cases
}

fn schema() -> (Schemas, SchemaIndex) {
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    compiler
        .add_resource("cases.schema.json", serde_json::from_str(SCHEMA).unwrap())
        .unwrap();
    let index = compiler.compile("cases.schema.json", &mut schemas).unwrap();
    (schemas, index)
}

#[test]
fn the_cases_follow_their_schema() {
    let (schemas, index) = schema();
    let cases: Value = serde_json::from_str(CASES).unwrap();
    if let Err(error) = schemas.validate(&cases, index) {
        panic!("{error:#}");
    }
}

/// The schema and this runner know the same words: what one rejects, so does the other.
#[test]
fn unknown_words_are_refused_by_schema_and_runner() {
    let (schemas, index) = schema();
    let good = json!({
        "$schema": "./cases.schema.json",
        "cases": [{
            "name": "a", "about": "A rule.", "source": "own",
            "client": {"transport": "http"},
            "handler": {"timeout_ms": 1},
            "settings": {"redis.lock": true},
            "user_credential": {"token": "t"},
            "before": [{"mint": {"as": "aad"}}, {"call": {"operation": "create_user"}}],
            "call": {"operation": "create_user"},
            "expect": {"ok": {}},
            "emulator": {"attempts": [201], "tokens": [{"token": "t", "active": true}]},
        }],
    });
    assert!(schemas.validate(&good, index).is_ok());
    assert!(serde_json::from_value::<Suite>(good.clone()).is_ok());
    for (place, word) in [
        ("", "unknown"),
        ("/cases/0", "unknown"),
        ("/cases/0", "skip"),
        ("/cases/0", "hosts"),
        ("/cases/0/client", "unknown"),
        ("/cases/0/user_credential", "unknown"),
        ("/cases/0/before/0", "unknown"),
        ("/cases/0/before/0/mint", "unknown"),
        ("/cases/0/before/1/call", "unknown"),
        ("/cases/0/call", "unknown"),
        ("/cases/0/expect", "unknown"),
        ("/cases/0/emulator", "unknown"),
        ("/cases/0/emulator/tokens/0", "unknown"),
    ] {
        let mut bad = good.clone();
        bad.pointer_mut(place).unwrap()[word] = json!(true);
        assert!(schemas.validate(&bad, index).is_err(), "schema: {place}/{word}");
        assert!(
            serde_json::from_value::<Suite>(bad).is_err(),
            "runner: {place}/{word}"
        );
    }
    for (place, value) in [
        ("/cases/0/handler", json!([])),
        ("/cases/0/settings", json!([])),
        ("/cases/0/call/operation", json!("unknown")),
        ("/cases/0/client/transport", json!("ftp")),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(place).unwrap() = value;
        assert!(schemas.validate(&bad, index).is_err(), "schema: {place}");
        assert!(serde_json::from_value::<Suite>(bad).is_err(), "runner: {place}");
    }
    let error = check(
        &json!({"a": 1}),
        &[("b".to_owned(), Value::Null)].into(),
        &Scope::default(),
        0,
    );
    assert!(error.is_err(), "a member that no result has");
}

/// A case may also set an unknown setting, if it expects the error about it.
#[test]
fn the_settings_of_cases_are_those_that_there_are() {
    let in_toml: BTreeSet<&str> = HandlerSettings::names().map(|name| name.toml).collect();
    let without_dots: BTreeSet<String> = in_toml.iter().map(|name| name.replace('.', "_")).collect();
    for case in cases() {
        let target = case
            .expect
            .error
            .as_ref()
            .and_then(|error| error.fields.get("target"));
        let is_refused = |name: &str| target == Some(&json!(name));
        for name in case.handler.keys() {
            let is_known = in_toml.contains(name.as_str());
            assert!(is_known || is_refused(name), "{}: {name}", case.name);
        }
        for name in case.settings.keys() {
            let is_known = in_toml.contains(name.as_str()) || without_dots.contains(name);
            assert!(is_known || is_refused(name), "{}: {name}", case.name);
        }
    }
}

#[test]
fn names_are_unique() {
    let cases = cases();
    let names: BTreeSet<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(names.len(), cases.len());
}

#[test]
fn every_vector_and_every_recording_has_its_case() {
    let used = |argument: &str| -> BTreeSet<String> {
        let cases = cases();
        let used = cases
            .iter()
            .filter_map(|case| case.call.arguments.get(argument)?.as_str().map(str::to_owned));
        used.collect()
    };
    assert_eq!(used("vector"), files("vectors"));
    assert_eq!(used("recording"), files("recordings"));
}

fn files(folder: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder);
    let paths = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect()
}

#[test]
fn every_operation_succeeds_and_fails_in_some_case() {
    let cases = cases();
    for operation in Operation::ALL {
        let of = |case: &&Case| case.call.operation == *operation;
        assert!(
            cases.iter().filter(of).any(|case| case.expect.ok.is_some()),
            "{operation:?} succeeds"
        );
        // Inspecting, identifiers and closing have no errors, and what is prepared fails as the call of the client does.
        if !matches!(
            operation,
            Operation::Inspect
                | Operation::IdentifierFromRawId
                | Operation::MakeIdentifier
                | Operation::UserCredentialClose
                | Operation::PrepareRequest
        ) {
            assert!(
                cases.iter().filter(of).any(|case| case.expect.error.is_some()),
                "{operation:?} fails"
            );
        }
    }
}

/// The kinds of error that no call of the client returns: each host has its own tests of them, since
/// a caught panic and the handler's rejections have no common form.
const SHOWN_ELSEWHERE: [ErrorKind; 3] = [ErrorKind::Unauthorized, ErrorKind::Forbidden, ErrorKind::Internal];

#[test]
fn every_kind_of_error_comes_in_some_case() {
    let cases = cases();
    let shown: BTreeSet<&str> = cases
        .iter()
        .filter_map(|case| Some(case.expect.error.as_ref()?.kind.as_str()))
        .collect();
    let all = ErrorKind::ALL
        .iter()
        .filter(|kind| !SHOWN_ELSEWHERE.contains(kind));
    assert_eq!(shown, all.map(|kind| kind.name()).collect());
}

#[test]
fn every_check_and_every_scope_comes_in_some_case() {
    for check in CheckName::ALL {
        let failed = |case: &Case| case.expect.ok.as_ref()?.get("failed")?.as_array().cloned();
        let fails = cases()
            .iter()
            .filter_map(failed)
            .any(|failed| failed.contains(&json!(check.as_str())));
        assert!(fails, "{check}");
    }
    for scope in CommunicationTokenScope::KNOWN {
        let asked = |case: &Case| case.call.arguments.get("scopes")?.as_array().cloned();
        let asks = cases()
            .iter()
            .filter_map(asked)
            .any(|scopes| scopes.contains(&json!(scope.as_str())));
        assert!(asks, "{scope}");
    }
}
