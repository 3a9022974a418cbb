//! Entra's documents with unexpected content: each key is parsed by itself, and skipped keys are logged once.

use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::{Value, json};
use tracing::Level;

use crate::forged::*;
use crate::log::Log;

fn document(entries: &[Value]) -> String {
    json!({ "keys": entries }).to_string()
}

fn ec(n: usize) -> Value {
    json!({"kty": "EC", "crv": "P-256", "kid": format!("ec-{n}"), "x": "AA", "y": "AA", "use": "sig"})
}

async fn verify(forged: &Forged) -> Result<(), Option<String>> {
    let verifier = forged.builder().build().unwrap();
    let token = forged.token(&header(), &claims());
    let verified = verifier.verify(&token).await;
    verified.map(drop).map_err(|error| error.code.clone())
}

#[tokio::test]
async fn an_entry_that_cannot_be_read_costs_no_other_key() {
    let forged = Forged::new(&json!({}));
    let key = forged.key();
    let changed = |changes: Value| with(with(key.clone(), json!({"kid": "other"})), changes);
    for other in [
        json!(null),
        json!(5),
        json!("text"),
        json!([]),
        json!([key]),
        json!({}),
        changed(json!({"kty": null})),
        json!({"kty": null, "kid": "other"}),
        json!({"kty": 5}),
        changed(json!({"kid": 7})),
        changed(json!({"kid": ""})),
        changed(json!({"kid": ["k"]})),
        changed(json!({"use": 1})),
        changed(json!({"use": "enc"})),
        changed(json!({"key_ops": "verify"})),
        changed(json!({"key_ops": ["encrypt"]})),
        changed(json!({"alg": "RSA-OAEP"})),
        changed(json!({"alg": 256})),
        changed(json!({"n": 5})),
        changed(json!({"n": "not base64!"})),
        changed(json!({"n": "AQAB"})),
        changed(json!({"n": null})),
        changed(json!({"e": {}})),
        changed(json!({"issuer": {}})),
        changed(json!({"x5c": 1, "x5t": [null], "more": {"deep": [1, 2, 3]}})),
        ec(1),
        json!({"kty": "oct", "k": "AA"}),
        json!({"kty": "AKP", "kid": 1, "pub": "AA"}),
    ] {
        for entries in [[other.clone(), key.clone()], [key.clone(), other.clone()]] {
            forged.publish_keys(document(&entries));
            assert_eq!(verify(&forged).await, Ok(()), "{other}");
        }
    }
    // What a `serde_json::Value` can't represent.
    let nested = format!("{}{}", "[".repeat(500), "]".repeat(500));
    for other in [
        r#"{"kty": "RSA", "kty": "RSA", "kid": "k"}"#,
        r#"{"kty": "RSA", "kid": "k", "nbf": 1e999}"#,
        r#"{"kty": "\ud800", "kid": "k"}"#,
        "1e999",
        &nested,
    ] {
        forged.publish_keys(format!("{{\"x\": 1e999, \"keys\": [{other}, {key}]}}"));
        assert_eq!(verify(&forged).await, Ok(()), "{other}");
    }
}

#[tokio::test]
async fn the_cap_counts_usable_keys_only() {
    let forged = Forged::new(&json!({}));
    for others in [70, 1000] {
        let mut entries: Vec<Value> = (0..others).map(ec).collect();
        entries.push(forged.key());
        forged.publish_keys(document(&entries));
        assert_eq!(verify(&forged).await, Ok(()), "{others}");
    }
    let named = |n: usize| with(forged.key(), json!({"kid": format!("rsa-{n}")}));
    let mut entries: Vec<Value> = (0..63).map(named).collect();
    entries.push(forged.key());
    forged.publish_keys(document(&entries));
    assert_eq!(verify(&forged).await, Ok(()));
    entries.insert(0, named(63));
    forged.publish_keys(document(&entries));
    assert_eq!(
        verify(&forged).await,
        Err(Some("key_unknown".into())),
        "64 others stand before it"
    );
}

#[tokio::test]
async fn two_keys_with_one_id_are_both_tried() {
    let forged = Forged::new(&json!({}));
    let other = Forged::new(&json!({})).key();
    let elsewhere = with(
        forged.key(),
        json!({"issuer": "https://login.example/other/v2.0"}),
    );
    for entries in [
        [other.clone(), forged.key()],
        [forged.key(), other.clone()],
        [elsewhere.clone(), forged.key()],
        [forged.key(), elsewhere.clone()],
    ] {
        forged.publish_keys(document(&entries));
        assert_eq!(verify(&forged).await, Ok(()));
    }
    for (entries, check) in [
        ([other.clone(), other], "signature"),
        ([elsewhere.clone(), elsewhere], "key_issuer"),
    ] {
        forged.publish_keys(document(&entries));
        assert_eq!(verify(&forged).await, Err(Some(check.into())));
    }
}

#[tokio::test]
async fn members_of_the_discovery_document_that_are_not_needed_may_be_anything() {
    let forged = Forged::new(&json!({}));
    for more in [
        json!({"token_endpoint": 5, "scopes_supported": "openid", "claims_supported": null, "x": {"y": [[]]}}),
        json!({"id_token_signing_alg_values_supported": {"RS256": true}}),
    ] {
        forged.publish_discovery(with(Forged::discovery(), more).to_string());
        assert_eq!(verify(&forged).await, Ok(()));
    }
    for changes in [
        json!({"issuer": 5}),
        json!({"jwks_uri": ["x"]}),
        json!({"issuer": null}),
    ] {
        forged.publish_discovery(with(Forged::discovery(), changes).to_string());
        assert_eq!(verify(&forged).await, Err(Some("keys_unreachable".into())));
    }
}

#[tokio::test]
async fn what_is_skipped_is_logged_once_a_change_and_as_it_is() {
    let forged = Forged::new(&json!({}));
    let (verifier, clock) = later(forged.builder());
    let (log, _guard) = Log::start_at(Level::INFO);
    // A token with an unknown key makes the verifier fetch the keys again.
    let look = async || {
        clock.fetch_add(60, Ordering::SeqCst);
        let unknown = forged.token(&with(header(), json!({"kid": "unknown"})), &claims());
        verifier.verify(&unknown).await.unwrap_err();
    };
    look().await;
    assert!(log.events("keys_skipped").is_empty(), "nothing was skipped");

    forged.publish_keys(document(&[ec(0), ec(1), forged.key()]));
    look().await;
    look().await;
    let [line] = &log.events("keys_skipped")[..] else {
        panic!("{:?}", log.lines());
    };
    assert!(
        line.starts_with("INFO") && line.contains("used=1 skipped=2 reasons=\"2 not RSA\""),
        "{line}"
    );

    forged.publish_keys(document(&[ec(0), json!(null), json!({"kty": 1}), forged.key()]));
    look().await;
    look().await;
    let lines = log.events("keys_skipped");
    assert_eq!(lines.len(), 2);
    assert!(
        lines[1].starts_with("WARN")
            && lines[1].contains("used=1 skipped=3 reasons=\"2 unreadable, 1 not RSA\""),
        "{lines:?}"
    );

    forged.publish_keys(document(&[ec(0), json!(null)]));
    look().await;
    look().await;
    forged.publish_keys("[]");
    look().await;
    let lines = log.events("keys_unreadable");
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(
        lines[0].contains("no usable key: 1 unreadable, 1 not RSA"),
        "{lines:?}"
    );
    assert!(lines[0].contains("the last known keys stay in use"), "{lines:?}");
    assert!(lines[1].contains("not JSON with one array"), "{lines:?}");
    verifier
        .verify(&forged.token(&header(), &claims()))
        .await
        .unwrap();

    forged.publish_keys(document(&[forged.key()]));
    look().await;
    assert_eq!(log.events("keys_recovered").len(), 1);
}

#[tokio::test]
async fn the_log_does_not_speak_of_known_keys_where_there_are_none() {
    let forged = Forged::new(&json!({}));
    forged.publish_keys(document(&[]));
    let (log, _guard) = Log::start_at(Level::WARN);
    verify(&forged).await.unwrap_err();
    let [line] = &log.events("keys_unreadable")[..] else {
        panic!("{:?}", log.lines());
    };
    assert!(
        line.contains("has no keys") && line.contains("none are known"),
        "{line}"
    );
}

#[tokio::test(start_paused = true)]
async fn callers_of_an_authority_that_never_answers_are_bounded_and_share_one_look() {
    let forged = Forged::new(&json!({}));
    forged.hang();
    let (verifier, _) = later(forged.builder());
    let began = tokio::time::Instant::now();
    let callers: Vec<_> = (0..200)
        .map(|_| {
            let (verifier, token) = (verifier.clone(), forged.token(&header(), &claims()));
            tokio::spawn(async move { verifier.verify(&token).await })
        })
        .collect();
    for caller in callers {
        let error = caller.await.unwrap().unwrap_err();
        assert_eq!(error.code.as_deref(), Some("keys_unreachable"));
    }
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    // One fetch, with two attempts that have a share of the time each.
    assert_eq!(forged.asked(), 2);
}
