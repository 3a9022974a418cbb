//! An inspection as a whole, and texts that are not a token at all.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod common;

use acs_auth::ErrorKind;
use acs_auth::cloud::Cloud;
use acs_auth::entra::{Check, CheckName, Expectations, Outcome};
use common::token::*;
use serde_json::json;

#[track_caller]
fn no_token(text: &str) -> String {
    let inspection = look(text, &expected());
    let first = inspection.first_failure().unwrap();
    assert_eq!(first.name, CheckName::Shape, "{first:?}");
    assert!(
        inspection.checks()[1..]
            .iter()
            .all(|check| check.outcome == Outcome::NotChecked),
        "nothing more can be said of {text}"
    );
    first.explanation.clone()
}

#[test]
fn a_good_token_passes_every_check_in_order() {
    let inspection = look(&token(&good()), &expected());
    assert!(inspection.is_ok());
    assert_eq!(inspection.to_error(), None);
    assert!(
        inspection.checks()[0]
            .explanation
            .starts_with("A JWT of version 1.0 that says it is signed with RS256")
    );
    let names: Vec<CheckName> = inspection.checks().iter().map(|check| check.name).collect();
    assert_eq!(names, CheckName::ALL);
    assert!(
        inspection
            .checks()
            .iter()
            .all(|check| check.outcome == Outcome::Passed)
    );
}

#[test]
fn a_good_token_of_version_2_passes() {
    let claims = with(json!({
        "ver": "2.0", "appid": null, "azp": CLIENT, "iss": format!("https://login.microsoftonline.com/{TENANT}/v2.0"),
    }));
    assert!(look(&token(&claims), &expected()).is_ok());
}

#[test]
fn without_expectations_what_needs_them_is_not_checked() {
    let inspection = look(&token(&good()), &Expectations::default());
    assert!(inspection.is_ok());
    for name in [CheckName::App, CheckName::User, CheckName::Tenant] {
        assert_eq!(check(&inspection, name).outcome, Outcome::NotChecked);
    }
    for name in [
        CheckName::Shape,
        CheckName::Audience,
        CheckName::Scopes,
        CheckName::Expiry,
    ] {
        assert_eq!(check(&inspection, name).outcome, Outcome::Passed);
    }
}

#[test]
fn nothing_expected_of_audience_and_scopes_is_not_checked() {
    let expected = Expectations {
        audiences: vec![],
        scopes: vec![],
        ..expected()
    };
    assert_eq!(
        outcome(CheckName::Audience, json!({}), &expected),
        Outcome::NotChecked
    );
    assert_eq!(
        outcome(CheckName::Scopes, json!({}), &expected),
        Outcome::NotChecked
    );
}

#[test]
fn the_names_are_stable() {
    let names: Vec<&str> = CheckName::ALL.iter().map(|name| name.as_str()).collect();
    assert_eq!(
        names,
        ["shape", "audience", "scopes", "app", "user", "tenant", "expiry"]
    );
    let outcomes = [Outcome::Passed, Outcome::Failed, Outcome::NotChecked].map(Outcome::as_str);
    assert_eq!(outcomes, ["passed", "failed", "not_checked"]);
}

#[test]
fn the_error_is_the_first_failure() {
    let inspection = look(&token(&with(json!({"oid": OTHER, "exp": NOW - 1}))), &expected());
    let error = inspection.to_error().unwrap();
    assert_eq!(error.kind, ErrorKind::EntraTokenInvalid);
    assert_eq!(error.code.as_deref(), Some("user"));
    assert_eq!(error.reason, check(&inspection, CheckName::User).explanation);
}

#[test]
fn the_facts_are_what_the_token_says() {
    let inspection = look(&token(&good()), &Expectations::default());
    let claims = inspection.claims();
    assert_eq!(claims.tenant_id.as_deref(), Some(TENANT));
    assert_eq!(claims.object_id.as_deref(), Some(USER));
    assert_eq!(claims.app_id.as_deref(), Some(CLIENT));
    assert_eq!(
        claims.audience.as_deref(),
        Some("1fd5118e-2576-4263-8130-9503064c837a")
    );
    assert_eq!(claims.scopes, ["Teams.ManageCalls", "Teams.ManageChats"]);
    assert_eq!(claims.version.as_deref(), Some("1.0"));
    assert_eq!(
        (claims.issued_at, claims.expires_at),
        (Some(NOW - 300), Some(NOW + 4000))
    );
    assert!(!claims.app_only);
}

#[test]
fn nothing_personal_and_no_token_is_shown() {
    for changes in [
        json!({}),
        json!({"oid": OTHER}),
        json!({"aud": "https://graph.microsoft.com"}),
    ] {
        let token = token(&with(changes));
        let inspection = look(&token, &expected());
        let shown = format!("{inspection:?}{}", serde_json::to_string(&inspection).unwrap());
        for hidden in ["Adele", "adele@", &token, SIGNATURE] {
            assert!(!shown.contains(hidden), "{hidden} in {shown}");
        }
    }
}

#[test]
fn as_json_it_is_what_the_command_line_prints() {
    let expected = Expectations {
        min_remaining: std::time::Duration::ZERO,
        ..Expectations::default()
    };
    let shown = serde_json::to_value(look(&token(&with(json!({"scp": "x"}))), &expected)).unwrap();
    assert_eq!(shown["ok"], json!(false));
    assert_eq!(shown["checks"][2]["name"], "scopes");
    assert_eq!(shown["checks"][2]["outcome"], "failed");
    assert!(
        shown["checks"][2]["explanation"]
            .as_str()
            .unwrap()
            .starts_with("The token lacks ")
    );
    assert_eq!(shown["checks"][3]["outcome"], "not_checked");
    assert_eq!(
        shown["token"],
        json!({
            "tenant_id": TENANT, "object_id": USER, "app_id": CLIENT, "scopes": ["x"], "version": "1.0",
            "audience": "1fd5118e-2576-4263-8130-9503064c837a", "issued_at": NOW - 300, "expires_at": NOW + 4000,
            "app_only": false,
        })
    );
}

#[test]
fn an_empty_text_is_no_token() {
    assert!(no_token("").contains("it is empty"));
}

#[test]
fn the_bearer_prefix_is_recognised() {
    for prefix in ["Bearer ", "bearer "] {
        assert!(no_token(&format!("{prefix}{}", token(&good()))).contains("pass the token alone"));
    }
}

#[test]
fn blanks_line_ends_and_quotes_are_recognised() {
    let good = token(&good());
    for text in [
        format!("{good}\n"),
        format!(" {good}"),
        format!("\"{good}\""),
        format!("{good}\u{e9}"),
    ] {
        assert!(no_token(&text).contains("pass the token alone"));
    }
}

#[test]
fn an_oversize_token_is_not_read() {
    let text = token(&with(json!({"filler": "x".repeat(16 * 1024)})));
    assert!(no_token(&text).contains("more than 16384"));
}

#[track_caller]
fn opaque(text: &str) -> String {
    let inspection = look(text, &expected());
    assert!(inspection.is_ok(), "{text}");
    assert_eq!(inspection.to_error(), None);
    let is_unchecked = |check: &Check| check.outcome == Outcome::NotChecked;
    assert!(inspection.checks().iter().all(is_unchecked), "{text}");
    inspection.checks()[0].explanation.clone()
}

/// The parts of a JWE with this header.
fn encrypted(header: &str) -> String {
    use base64::Engine as _;
    let header = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(header);
    format!("{header}.a2V5.aXY.Y2lwaGVydGV4dA.dGFn")
}

#[test]
fn an_encrypted_token_is_left_to_the_service() {
    let jwe = encrypted(r#"{"alg":"RSA-OAEP","enc":"A256GCM","kid":"k"}"#);
    assert!(opaque(&jwe).contains("encrypted"));
    let direct = encrypted(r#"{"alg":"dir","enc":"A256GCM"}"#).replace(".a2V5.", "..");
    assert!(opaque(&direct).contains("encrypted"));
}

#[test]
fn five_parts_that_are_no_jwe_are_no_token() {
    let jwe = encrypted(r#"{"alg":"dir","enc":"A256GCM"}"#);
    for text in [
        "eyJ.a.b.c.d".to_owned(),
        encrypted(r#"{"alg":"RS256"}"#),
        encrypted(r#"{"enc":"A256GCM"}"#),
        encrypted("[]"),
        jwe.replace(".aXY.", ".."),
        jwe.replace(".dGFn", "."),
        jwe.replace(".dGFn", ".!"),
    ] {
        assert!(no_token(&text).contains("it has 5 part(s)"), "{text}");
    }
}

#[test]
fn an_opaque_token_is_left_to_the_service() {
    for text in [
        "EwB4A8l6BAAUO9chh8cJscQLmU+LSWpbnr0vmwwAAQ==",
        "0123456789abcdef0123456789abcdef",
        "a-b_c~d+e/f0123456789abcdef0123456789",
    ] {
        assert!(opaque(text).contains("opaque"));
    }
}

#[test]
fn what_no_opaque_token_is_is_no_token() {
    let good = token(&good());
    let header = good.split('.').next().unwrap();
    for text in [
        "opaque",
        "null",
        "0123456789abcdef0123456789abcde",
        "0123456789abcdef=0123456789abcdef",
        "0123456789abcdef0123456789abcde,",
        header,
        "0.AXoAxyz0123456789abcdef0123456789",
        "a.b.c.d",
    ] {
        assert!(
            no_token(text).contains("refresh tokens and authorization codes"),
            "{text}"
        );
    }
}

#[test]
fn a_missing_signature_is_recognised() {
    let good = token(&good());
    let unsigned = good.strip_suffix(SIGNATURE).unwrap();
    assert!(no_token(unsigned).contains("signature is missing"));
}

#[test]
fn base64_that_is_not_canonical_is_refused() {
    let good = token(&good());
    let (rest, _) = good.rsplit_once('.').unwrap();
    for signature in ["a", "ab=", "a+b/", "YR"] {
        assert!(no_token(&format!("{rest}.{signature}")).contains("its signature is not base64url"));
    }
    assert!(no_token(&good[1..]).contains("its header is not"));
    assert!(no_token(&good.replacen('.', ".!", 1)).contains("its payload is not base64url"));
}

#[test]
fn a_header_or_payload_that_is_no_object_is_refused() {
    for json in ["", "[]", "1", "null", "{", "{} {}", "\u{feff}{}"] {
        assert!(no_token(&raw(json, "{}")).contains("its header is not one JSON object"));
        assert!(no_token(&raw("{}", json)).contains("its payload is not one JSON object"));
    }
}

#[test]
fn a_member_that_stands_twice_is_refused() {
    assert!(no_token(&raw(r#"{"alg":"RS256","alg":"none"}"#, "{}")).contains("each member once"));
    assert!(no_token(&raw(r#"{"alg":"RS256"}"#, r#"{"oid":"a","oid":"b"}"#)).contains("each member once"));
    assert!(no_token(&raw(r#"{"alg":"RS256"}"#, r#"{"x":{"a":1,"\u0061":1}}"#)).contains("each member once"));
}

#[test]
fn an_algorithm_that_proves_nothing_fails_the_shape() {
    for alg in ["none", "None", "HS256", "hs512"] {
        let header = json!({"alg": alg}).to_string();
        let inspection = look(&raw(&header, &good().to_string()), &expected());
        let failure = inspection.first_failure().unwrap();
        assert_eq!(failure.name, CheckName::Shape);
        assert!(failure.explanation.contains("anyone can make"));
        assert_eq!(check(&inspection, CheckName::User).outcome, Outcome::Passed);
    }
    for header in ["{}", r#"{"alg":7}"#, r#"{"alg":""}"#, r#"{"alg":["RS256"]}"#] {
        let inspection = look(&raw(header, &good().to_string()), &expected());
        assert!(
            inspection
                .first_failure()
                .unwrap()
                .explanation
                .contains("names no algorithm")
        );
    }
}

#[test]
fn claims_of_the_wrong_type_fail_their_check() {
    for (claim, name) in [
        ("aud", CheckName::Audience),
        ("scp", CheckName::Scopes),
        ("appid", CheckName::App),
        ("oid", CheckName::User),
        ("tid", CheckName::Tenant),
    ] {
        for value in [json!([good()[claim]]), json!(7), json!({}), json!(true)] {
            let mut claims = good();
            claims[claim] = value;
            let inspection = look(&token(&claims), &expected());
            let check = check(&inspection, name);
            assert_eq!(check.outcome, Outcome::Failed, "{check:?}");
            assert!(check.explanation.contains("Entra writes one text"), "{check:?}");
        }
        let mut claims = good();
        claims[claim] = json!(null);
        assert_eq!(
            look(&token(&claims), &expected()).first_failure().unwrap().name,
            name
        );
    }
}

#[test]
fn another_cloud_has_its_own_names() {
    let expected = Expectations::teams_user(&Cloud::us_government());
    assert_eq!(expected.resource, "https://auth.msft.communication.azure.us");
    let changes = json!({"aud": "https://auth.msft.communication.azure.us"});
    assert_eq!(outcome(CheckName::Audience, changes, &expected), Outcome::Passed);
}
