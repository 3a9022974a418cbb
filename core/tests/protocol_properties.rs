//! Properties of preparing and parsing for any input.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod common;

use std::time::Duration;

use acs_auth::protocol::*;
use acs_auth::{CommunicationTokenScope as Scope, CommunicationUserIdentifier, Endpoint};
use common::{endpoint, received_at};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::Value;
use url::Url;

fn json() -> impl Strategy<Value = Value> {
    let name = || {
        prop_oneof![
            prop::sample::select(vec![
                "error",
                "code",
                "message",
                "target",
                "details",
                "innererror",
                "identity",
                "id",
                "accessToken",
                "token",
                "expiresOn",
                "Error",
                "innerError",
            ])
            .prop_map(str::to_owned),
            ".{0,8}",
        ]
    };
    let text = prop_oneof![
        ".{0,60}".boxed(),
        Just("2022-11-16T09:47:55.1+00:00".to_owned()).boxed(),
        "[0-9]{1,5}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{0,12})?(Z|[+-][0-9]{2}:[0-9]{2})?"
            .boxed(),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(name(), inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn read_by_all(response: &RawResponse<'_>) {
    let shown = [
        format!("{:?}", parse_create_user(response)),
        format!("{:?}", parse_create_user_and_token(response)),
        format!("{:?}", parse_issue_token(response)),
        format!("{:?}", parse_revoke_tokens(response)),
        format!("{:?}", parse_delete_user(response)),
        format!("{:?}", parse_exchange_teams_user(response)),
        format!("{:?}", parse_exchange_teams_extension(response)),
        format!("{:?}", parse_exchange_entra_user(response)),
        format!("{:?}", parse_put_teams_extension_assignment(response)),
        format!("{:?}", parse_get_teams_extension_assignment(response)),
        format!("{:?}", parse_delete_teams_extension_assignment(response)),
        format!("{:?}", parse_create_user_with_custom_id(response)),
        format!("{:?}", parse_create_user_and_token_with_custom_id(response)),
        format!("{:?}", parse_get_user_detail(response)),
    ];
    assert!(shown.iter().all(|text| !text.chars().any(|c| c.is_control())));
}

/// Checks that the `url` crate, which most HTTP stacks use, doesn't change the prepared URL.
fn assert_sent_as_prepared(request: &PreparedRequest) {
    assert_eq!(Url::parse(&request.url).unwrap().as_str(), request.url);
}

proptest! {
    #![proptest_config(ProptestConfig {
        rng_seed: RngSeed::Fixed(2),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_bytes_make_a_parser_panic(
        status in prop_oneof![any::<u16>(), 200_u16..=204, 400_u16..=429],
        name in "(?i)retry-after|date|ms-cv|.{0,9}", value in ".{0,40}",
        body in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let headers = [(name.as_str(), value.as_str())];
        read_by_all(&RawResponse { status, headers: &headers, body: &body, received_at: received_at() });
    }

    #[test]
    fn no_json_makes_a_parser_panic(status in prop_oneof![200_u16..=204, 400_u16..=500], body in json()) {
        let body = serde_json::to_vec(&body).unwrap();
        read_by_all(&RawResponse { status, headers: &[], body: &body, received_at: received_at() });
    }

    #[test]
    fn urls_are_sent_as_prepared(
        id in prop_oneof![any::<String>(), "[.%2eE/\\\\:?# \t]{0,6}", "8:(acs|orgid):[0-9a-f-]{1,36}(_[0-9a-f-]{1,36})?"],
        version in "[A-Za-z0-9._~-]{1,20}",
        host in "[a-z][a-z0-9]{0,9}(\\.[a-z][a-z0-9]{0,9}){0,3}(:[1-9][0-9]{0,3})?",
    ) {
        let endpoint = Endpoint::parse(&host).unwrap();
        assert_sent_as_prepared(&prepare_create_user(&endpoint, &version).unwrap());
        assert_sent_as_prepared(&prepare_exchange_teams_user(&endpoint, "t", "a", "u", &version).unwrap());
        assert_sent_as_prepared(&prepare_exchange_teams_extension(&endpoint, "t", &version).unwrap());
        assert_sent_as_prepared(&prepare_exchange_entra_user(&endpoint, "t", &version).unwrap());
        assert_sent_as_prepared(&prepare_create_user_with_custom_id(&endpoint, "c", &version).unwrap());
        let user = CommunicationUserIdentifier::new(id.as_str());
        if let Ok(request) = prepare_delete_user(&endpoint, &user, &version) {
            assert_sent_as_prepared(&request);
            let url = Url::parse(&request.url).unwrap();
            let segments: Vec<&str> = url.path_segments().unwrap().collect();
            prop_assert_eq!(segments.len(), 2);
            let decoded: Vec<u8> = percent_encoding::percent_decode_str(segments[1]).collect();
            prop_assert_eq!(decoded, id.as_bytes());
            assert_sent_as_prepared(&prepare_revoke_tokens(&endpoint, &user, &version).unwrap());
            assert_sent_as_prepared(&prepare_get_user_detail(&endpoint, &user, &version).unwrap());
            assert_sent_as_prepared(
                &prepare_issue_token(&endpoint, &user, &[Scope::Chat], None, &version).unwrap(),
            );
        }
    }

    #[test]
    fn any_token_app_and_user_arrive(token in any::<String>(), app in any::<String>(), user in any::<String>()) {
        let request = prepare_exchange_teams_user(&endpoint(), &token, &app, &user, DEFAULT_API_VERSION).unwrap();
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        prop_assert_eq!(body, serde_json::json!({"token": token, "appId": app, "userId": user}));
    }

    #[test]
    fn a_token_shows_nowhere(token in "[A-Za-z0-9_.-]{24,80}", status in 200_u16..600) {
        let endpoint = endpoint();
        let sent = prepare_exchange_teams_user(&endpoint, &token, "a", "u", DEFAULT_API_VERSION).unwrap();
        let bearer = prepare_exchange_teams_extension(&endpoint, &token, "1").unwrap();
        let entra = prepare_exchange_entra_user(&endpoint, &token, "1").unwrap();
        let body = serde_json::json!({
            "token": token, "expiresOn": "2030-01-01T00:00:00Z", "identity": {"id": "8:acs:x"},
            "accessToken": {"token": token, "expiresOn": "2030-01-01T00:00:00Z"},
        });
        let body = serde_json::to_vec(&body).unwrap();
        let response = RawResponse { status, headers: &[], body: &body, received_at: received_at() };
        let shown = format!(
            "{sent:?}{bearer:?}{entra:?}{response:?}{:?}{:?}{:?}{:?}{:?}",
            parse_issue_token(&response), parse_exchange_teams_user(&response),
            parse_create_user_and_token(&response), parse_exchange_teams_extension(&response),
            parse_exchange_entra_user(&response),
        );
        prop_assert!(!shown.contains(&token));
    }

    #[test]
    fn an_expiry_is_sent_in_whole_minutes_or_refused(millis in 0_u64..200_000_000) {
        let expiry = Some(Duration::from_millis(millis));
        let minutes = millis / 60_000;
        match prepare_create_user_and_token(&endpoint(), &[Scope::Chat], expiry, DEFAULT_API_VERSION) {
            Ok(request) => {
                let body: Value = serde_json::from_slice(&request.body).unwrap();
                prop_assert_eq!(body["expiresInMinutes"].as_u64(), Some(minutes));
                prop_assert!((60..=1440).contains(&minutes));
            }
            Err(_) => prop_assert!(!(60..=1440).contains(&minutes)),
        }
    }

    #[test]
    fn no_header_makes_retry_after_panic(value in any::<String>(), date in any::<String>()) {
        let headers = [("retry-after", value.as_str()), ("date", date.as_str())];
        let _ = retry_after(&headers, received_at());
    }
}
