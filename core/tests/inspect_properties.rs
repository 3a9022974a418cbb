//! Properties of an inspection for any input.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod common;

use std::time::{Duration, UNIX_EPOCH};

use acs_auth::entra::{CheckName, Expectations, Inspection, inspect};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use common::token::*;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Value, json};

fn claim() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        any::<String>().boxed(),
        prop::sample::select(vec![
            CLIENT,
            USER,
            TENANT,
            OTHER,
            BOTH,
            "1.0",
            "2.0",
            "app",
            "https://graph.microsoft.com"
        ])
        .prop_map(str::to_owned)
        .boxed(),
    ];
    let leaf = prop_oneof![
        text.prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        Just(Value::Null),
        Just(json!(NOW + 4000)),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            inner.prop_map(|value| json!({"a": value})),
        ]
    })
}

fn claims() -> impl Strategy<Value = Value> {
    let name = prop::sample::select(vec![
        "aud", "iss", "iat", "nbf", "exp", "appid", "azp", "oid", "tid", "sub", "scp", "ver", "roles",
        "idtyp", "skypeid",
    ]);
    prop::collection::hash_map(name, claim(), 0..6).prop_map(|changes| {
        let mut claims = good();
        for (name, value) in changes {
            claims[name] = value;
        }
        claims
    })
}

fn expectations() -> impl Strategy<Value = Expectations> {
    let id = || {
        prop::option::of(prop_oneof![
            any::<String>(),
            Just(USER.to_owned()),
            Just(CLIENT.to_owned())
        ])
    };
    (id(), id(), id(), any::<u64>()).prop_map(|(client_id, user_object_id, tenant_id, seconds)| {
        Expectations {
            client_id,
            user_object_id,
            tenant_id,
            min_remaining: Duration::from_secs(seconds),
            ..Expectations::default()
        }
    })
}

fn assert_whole(inspection: &Inspection) {
    let names: Vec<CheckName> = inspection.checks().iter().map(|check| check.name).collect();
    assert_eq!(names, CheckName::ALL);
    assert_eq!(inspection.to_error().is_none(), inspection.is_ok());
    for check in inspection.checks() {
        assert!(!check.explanation.is_empty() && !check.explanation.chars().any(char::is_control));
    }
    serde_json::to_string(inspection).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig {
        rng_seed: RngSeed::Fixed(3),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_text_makes_it_panic(text in any::<String>(), expected in expectations()) {
        assert_whole(&look(&text, &expected));
    }

    #[test]
    fn no_parts_make_it_panic(
        header in prop::collection::vec(any::<u8>(), 0..40),
        payload in prop::collection::vec(any::<u8>(), 0..80),
        signature in "[A-Za-z0-9_-]{0,9}",
    ) {
        let text = format!("{}.{}.{signature}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
        assert_whole(&look(&text, &expected()));
    }

    #[test]
    fn no_claims_make_it_panic(claims in claims(), expected in expectations(), now in 0_u64..1 << 40) {
        assert_whole(&inspect(&token(&claims), &expected, UNIX_EPOCH + Duration::from_secs(now)));
    }

    #[test]
    fn a_token_cut_or_changed_anywhere_is_survived(at in 0_usize..600, sign in any::<char>()) {
        let good = token(&good());
        let at = at % good.len();
        assert_whole(&look(&good[..at], &expected()));
        assert_whole(&look(&format!("{}{sign}{}", &good[..at], &good[at + 1..]), &expected()));
    }

    #[test]
    fn the_token_is_never_shown(claims in claims(), expected in expectations(), secret in "[A-Za-z0-9+/]{64}") {
        let mut claims = claims;
        // Someone may have pasted a secret where an id belongs.
        claims["oid"] = json!(secret);
        let expected = Expectations { client_id: Some(secret.clone()), ..expected };
        let token = token(&claims);
        let inspection = look(&token, &expected);
        let shown = format!("{inspection:?}{}", serde_json::to_string(&inspection).unwrap());
        for part in token.split('.').chain([token.as_str(), &secret, "Adele", "adele@contoso"]) {
            prop_assert!(!shown.contains(part), "{} in {}", part, shown);
        }
    }
}
