//! The check of a token's expiry, to the second.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod common;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use acs_auth::entra::{CheckName, Expectations, Outcome, inspect};
use common::token::*;
use serde_json::json;

#[track_caller]
fn expiry(changes: serde_json::Value) -> String {
    objection(CheckName::Expiry, changes)
}

#[test]
fn more_than_ten_minutes_must_be_left() {
    for (left, is) in [
        (601, Outcome::Passed),
        (600, Outcome::Failed),
        (1, Outcome::Failed),
        (0, Outcome::Failed),
    ] {
        assert_eq!(
            outcome(CheckName::Expiry, json!({"exp": NOW + left}), &expected()),
            is,
            "{left}"
        );
    }
}

#[test]
fn how_much_must_be_left_is_a_choice() {
    let any = Expectations {
        min_remaining: Duration::ZERO,
        ..expected()
    };
    assert_eq!(
        outcome(CheckName::Expiry, json!({"exp": NOW + 1}), &any),
        Outcome::Passed
    );
    assert_eq!(
        outcome(CheckName::Expiry, json!({"exp": NOW}), &any),
        Outcome::Failed
    );
    let endless = Expectations {
        min_remaining: Duration::MAX,
        ..expected()
    };
    assert_eq!(
        outcome(CheckName::Expiry, json!({"exp": i64::MAX}), &endless),
        Outcome::Failed
    );
}

#[test]
fn an_expired_token_says_since_when() {
    let said = expiry(json!({"exp": NOW - 312}));
    assert!(
        said.starts_with("The token expired 312 s ago (2024-11-05T09:02:55Z). "),
        "{said}"
    );
    assert!(said.contains("forced refresh"), "{said}");
    assert!(expiry(json!({"exp": NOW - 3_700})).starts_with("The token expired 61 min ago"));
    assert!(expiry(json!({"exp": NOW - 90_000})).starts_with("The token expired 25 h ago"));
    assert!(expiry(json!({"exp": NOW - 864_000})).starts_with("The token expired 10 days ago"));
    assert!(expiry(json!({"exp": NOW})).starts_with("The token expired 0 s ago"));
}

#[test]
fn a_token_that_expires_soon_says_how_soon() {
    let said = expiry(json!({"exp": NOW + 7 * 60 + 59}));
    assert!(
        said.starts_with("The token is valid for only 7 more minutes (2024-11-05T09:16:06Z), "),
        "{said}"
    );
    assert!(
        said.contains("10 minutes") && said.contains("tokenRenewalOffsetSeconds"),
        "{said}"
    );
    assert!(expiry(json!({"exp": NOW + 42})).contains("only 42 more seconds"));
    assert!(expiry(json!({"exp": NOW + 1})).contains("only 1 more second "));
}

#[test]
fn a_token_without_expiry_fails() {
    assert!(expiry(json!({"exp": null})).contains("does not say when it expires"));
}

#[test]
fn an_expiry_that_is_no_whole_number_fails() {
    for exp in [
        json!(NOW as f64 + 4000.5),
        json!(1e300),
        json!(u64::MAX),
        json!((NOW + 4000).to_string()),
        json!([1]),
        json!(true),
    ] {
        assert!(
            expiry(json!({"exp": exp})).contains("Entra writes whole seconds"),
            "{exp}"
        );
    }
    let float = good()
        .to_string()
        .replace(&format!("{}", NOW + 4000), &format!("{}.0", NOW + 4000));
    let inspection = look(&raw(r#"{"alg":"RS256"}"#, &float), &expected());
    assert_eq!(inspection.first_failure().unwrap().name, CheckName::Expiry);
}

#[test]
fn a_token_of_the_future_fails_beyond_the_skew() {
    assert_eq!(
        outcome(CheckName::Expiry, json!({"nbf": NOW + 300}), &expected()),
        Outcome::Passed
    );
    let said = expiry(json!({"nbf": NOW + 301}));
    assert!(
        said.starts_with("The token becomes valid only in 301 s (2024-11-05T09:13:08Z)"),
        "{said}"
    );
    assert!(said.contains("clock"), "{said}");
    assert_eq!(
        outcome(CheckName::Expiry, json!({"nbf": null}), &expected()),
        Outcome::Passed
    );
    assert!(expiry(json!({"nbf": "0"})).contains("nbf"));
}

#[test]
fn the_ends_of_time_are_survived() {
    for exp in [i64::MIN, -1, 0, i64::MAX] {
        for nbf in [i64::MIN, i64::MAX] {
            let token = token(&with(json!({"exp": exp, "nbf": nbf, "iat": exp})));
            for now in [
                UNIX_EPOCH,
                UNIX_EPOCH - Duration::from_secs(1 << 40),
                UNIX_EPOCH + Duration::from_secs(1 << 40),
            ] {
                let inspection = inspect(&token, &expected(), now);
                assert_eq!(inspection.claims().expires_at, Some(exp));
            }
        }
    }
    assert!(
        inspect(&token(&good()), &expected(), SystemTime::UNIX_EPOCH)
            .first_failure()
            .is_some()
    );
}
