//! The verification of the access key's signature.

use std::collections::BTreeMap;
use std::time::SystemTime;

use acs_emulator::seed::Secret;
use acs_emulator::{Behaviour, Options};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::support::{CREATE, Draft, World, world, world_with};

const DENIED: (u16, &str) = (401, "Denied");

fn refused(world: &World, request: &[u8], check: &str) {
    let answer = world.send(request).unwrap();
    assert_eq!(answer.code(), (DENIED.0, DENIED.1.to_owned()));
    assert!(
        world.failed().contains(&check),
        "{check} is not in {:?}",
        world.failed()
    );
}

#[test]
fn the_official_clients_vectors_are_accepted() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors");
    let mut vectors: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let vector: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
            vectors
                .entry(vector["access_key"].as_str().unwrap().into())
                .or_default()
                .push(vector);
        }
    }
    assert!(vectors.values().map(Vec::len).sum::<usize>() >= 14);
    for (key, vectors) in vectors {
        let world = world_with(Options {
            access_key: Some(Secret::new(key)),
            ..Options::default()
        });
        for vector in vectors {
            let text = |name: &str| vector[name].as_str().unwrap().to_owned();
            let url = text("url");
            let rest = url.split_once("://").unwrap().1;
            let (host, _) = rest.split_once('/').unwrap();
            let date = httpdate::parse_http_date(&text("x-ms-date")).unwrap();
            world.emulator.clock().stop_at(date);
            let draft = Draft {
                method: text("method"),
                target: rest[host.len()..].into(),
                host: host.into(),
                date: text("x-ms-date"),
                hash: text("x-ms-content-sha256"),
                body: String::from_utf8(STANDARD.decode(text("body_base64")).unwrap()).unwrap(),
                key: Vec::new(),
                more: Vec::new(),
            };
            world.send(&draft.authorized(&text("authorization"))).unwrap();
            let record = world.last();
            let signature = record.checks.0.iter().find(|check| check.name == "signature");
            assert!(
                signature.is_some_and(|check| check.ok),
                "{}: {record:?}",
                text("name")
            );
            assert!(!world.failed().contains(&"x_ms_date"), "{}", text("name"));
        }
    }
}

#[test]
fn both_forms_of_an_id_verify_as_they_were_sent() {
    let world = world();
    let created = world.call("POST", CREATE, "").json();
    let id = created["identity"]["id"].as_str().unwrap();
    for id in [id.to_owned(), id.replace(':', "%3A"), id.replace(':', "%3a")] {
        let target = format!("/identities/{id}/:revokeAccessTokens?api-version=2023-10-01");
        assert_eq!(world.call("POST", &target, "").status, 204, "{target}");
        assert_eq!(world.last().request.target, target);
    }
}

#[test]
fn a_credential_of_another_form_is_denied() {
    let world = world();
    let draft = world.draft("POST", CREATE, "");
    let signature = draft.signature(&draft.text());
    for (authorization, check) in [
        (String::new(), "authorization"),
        ("Basic QTpC".into(), "authorization"),
        (signature.clone(), "authorization"),
        (format!("HMAC-SHA256 Signature={signature}"), "authorization"),
        (
            format!("HMAC-SHA256 SignedHeaders=host;x-ms-date;x-ms-content-sha256&Signature={signature}"),
            "signed_headers",
        ),
        (
            format!("HMAC-SHA256 SignedHeaders=x-ms-date;Host;x-ms-content-sha256&Signature={signature}"),
            "signed_headers",
        ),
        (
            format!("HMAC-SHA256 SignedHeaders=date;host;x-ms-content-sha256&Signature={signature}"),
            "signed_headers",
        ),
        (
            format!(
                "HMAC-SHA256 Credential=a&SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature={signature}"
            ),
            "authorization",
        ),
        (
            format!(
                "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature={signature}&Signature=x"
            ),
            "authorization",
        ),
    ] {
        refused(&world, &draft.authorized(&authorization), check);
    }
}

#[test]
fn the_date_is_needed_in_its_form_and_once() {
    let world = world();
    let draft = world.draft("POST", CREATE, "");
    for date in [
        "",
        "2024-11-05T09:08:07Z",
        "Tue, 5 Nov 2024 09:08:07 GMT",
        "Tuesday, 05-Nov-24 09:08:07 GMT",
    ] {
        let draft = Draft {
            date: date.into(),
            ..draft.clone()
        };
        refused(&world, &draft.signed(&draft.text()), "x_ms_date");
    }
    let twice = Draft {
        more: vec![("x-ms-date".into(), draft.date.clone())],
        ..draft.clone()
    };
    refused(&world, &twice.signed(&twice.text()), "x_ms_date");
}

#[test]
fn the_date_has_to_be_near() {
    let world = world();
    let now = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_730_797_687);
    let draft = world.draft("POST", CREATE, "");
    let at = |seconds: i64| {
        let date = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs((1_730_797_687 + seconds) as u64);
        let draft = Draft {
            date: httpdate::fmt_http_date(date),
            ..draft.clone()
        };
        draft.signed(&draft.text())
    };
    world.emulator.clock().stop_at(now);
    for seconds in [-300, 0, 300] {
        assert_eq!(world.send(&at(seconds)).unwrap().status, 201, "{seconds}");
    }
    for seconds in [-301, 301] {
        refused(&world, &at(seconds), "x_ms_date");
    }
    world
        .emulator
        .set_behaviour(Behaviour {
            date_window_seconds: None,
            ..Behaviour::default()
        })
        .unwrap();
    assert_eq!(world.send(&at(-1_000_000)).unwrap().status, 201);
}

#[test]
fn the_hash_is_that_of_the_body() {
    let world = world();
    let draft = world.draft("POST", CREATE, "{}");
    for hash in ["", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="] {
        let draft = Draft {
            hash: hash.into(),
            ..draft.clone()
        };
        refused(&world, &draft.signed(&draft.text()), "content_hash");
    }
    // Even if the signed string is right, the header must be right, too.
    let other = Draft {
        hash: "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=".into(),
        ..draft.clone()
    };
    refused(&world, &other.signed(&draft.text()), "content_hash");
}

#[test]
fn every_part_of_the_string_is_signed() {
    let world = world();
    let draft = world.draft("POST", CREATE, "{}");
    let good = draft.text();
    assert_eq!(world.send(&draft.signed(&good)).unwrap().status, 201);
    for changed in [
        Draft {
            target: "/identities?api-version=2022-10-01".into(),
            ..draft.clone()
        },
        Draft {
            host: "localhost".into(),
            ..draft.clone()
        },
        Draft {
            method: "PUT".into(),
            ..draft.clone()
        },
    ] {
        refused(&world, &changed.signed(&good), "signature");
    }
    let other = Draft {
        key: vec![7; 64],
        ..draft.clone()
    };
    refused(&world, &other.signed(&good), "signature");
    let signing = world.last().signing.clone().expect("an explanation");
    assert_eq!((signing.first_difference, signing.reproduced), (None, false));
    assert_eq!(signing.mistakes[0].name, "unexplained");
}

#[test]
fn any_host_is_this_resource() {
    let world = world();
    let draft = Draft {
        host: "contoso.unitedstates.communication.azure.com".into(),
        ..world.draft("POST", CREATE, "")
    };
    assert_eq!(world.send(&draft.signed(&draft.text())).unwrap().status, 201);
}
