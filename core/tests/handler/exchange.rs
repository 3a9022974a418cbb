//! The exchange, and the response to each answer of the service: the status map, row by row.

use std::time::Duration;

use acs_auth::entra::TokenCheck;
use acs_auth::handler::HandlerSettings;
use acs_emulator::entra::MintRequest;
use acs_emulator::{Emulator, Fault, KeyName, Limit, Options, RetryAfter};
use serde_json::json;

use crate::support::{BackEnd, CAROL, api, builder, is, json as body, of, problem};

#[tokio::test]
async fn a_good_pair_of_tokens_gives_201_with_the_samples_members() {
    let back_end = BackEnd::start().await;
    for method in ["POST", "GET"] {
        let mut request = back_end.request();
        request.method = method.into();
        let response = back_end.handler.handle(request).await;
        assert_eq!(response.status, 201, "{:?}", body(&response));
        assert_eq!(response.header("content-type"), Some("application/json"));
        let body = body(&response);
        assert_eq!(body.as_object().unwrap().len(), 2);
        assert!(body["token"].as_str().unwrap().len() > 100);
        let expires_on = body["expiresOn"].as_str().unwrap();
        assert!(expires_on.ends_with('Z'), "{expires_on}");
        let expires_on: jiff::Timestamp = expires_on.parse().unwrap();
        assert!(expires_on.as_second() > jiff::Timestamp::now().as_second() + 600);
    }
}

/// Each case has the service's status and body, and the status and code of the caller's response.
#[tokio::test]
async fn each_answer_of_the_service_has_its_own() {
    let back_end = BackEnd::start().await;
    let error = |code: &str, target: Option<&str>| {
        let mut error = json!({"code": code, "message": "upstream text"});
        if let Some(target) = target {
            error["target"] = json!(target);
        }
        Some(json!({ "error": error }))
    };
    let cases = [
        (
            400,
            error("ValidationError", Some("userId")),
            400,
            "acs_validation",
        ),
        (
            400,
            error("ValidationError", Some("AppId")),
            400,
            "acs_validation",
        ),
        (400, error("UnsupportedApiVersion", None), 502, "acs_validation"),
        (
            401,
            error("InvalidAccessToken", None),
            401,
            "teams_token_rejected",
        ),
        (401, error("Denied", None), 502, "acs_credential"),
        (
            403,
            error("UserLicenseNotPresentForbidden", None),
            403,
            "teams_licence_missing",
        ),
        (403, error("Forbidden", None), 502, "upstream"),
        (404, error("NotFound", None), 502, "upstream"),
        (409, None, 502, "upstream"),
        (500, None, 502, "upstream"),
        (502, None, 502, "upstream"),
        (503, None, 502, "upstream"),
        (504, None, 504, "upstream"),
        (307, None, 502, "upstream"),
    ];
    for (status, json, expected, code) in cases {
        back_end.emulator.faults().clear();
        back_end.fault(Fault {
            status: Some(status),
            json,
            headers: vec![("ms-cv".into(), "cv.1".into())],
            ..Fault::default()
        });
        // Each time another token, so that no rejection is returned from the cache.
        let response = back_end.handler.handle(back_end.request()).await;
        assert_eq!(problem(&response), is(expected, code), "{status}");
        assert_eq!(response.header("ms-cv"), Some("cv.1"), "{status}");
        assert_eq!(body(&response)["msCv"], "cv.1", "{status}");
        assert!(!String::from_utf8_lossy(&response.body).contains("upstream text"));
        let challenge = response.header("www-authenticate");
        match expected {
            401 => assert_eq!(
                challenge,
                Some("TeamsUserAadToken realm=\"acs-auth\", error=\"invalid_token\"")
            ),
            _ => assert_eq!(challenge, None, "{status}"),
        }
    }
}

#[tokio::test]
async fn the_target_of_a_refusal_is_passed_on_in_one_spelling() {
    let back_end = BackEnd::start().await;
    for (sent, shown) in [
        ("AppId", json!("appId")),
        ("userId", json!("userId")),
        ("token", json!(null)),
    ] {
        back_end.emulator.faults().clear();
        back_end.fault(Fault {
            status: Some(400),
            json: Some(json!({"error": {"code": "ValidationError", "message": "x", "target": sent}})),
            ..Fault::default()
        });
        let response = back_end.handler.handle(back_end.request()).await;
        assert_eq!(body(&response)["target"], shown, "{sent}");
    }
}

#[tokio::test]
async fn an_application_that_was_set_and_not_read_is_our_own_fault() {
    let back_end = BackEnd::start_with(|builder| {
        builder
            .allowed_client_ids(["59a00000-0000-4000-8000-000000000002"])
            .teams_client_ids(["00000000-0000-4000-8000-00000000000f"])
            .token_check(TokenCheck::Off)
    })
    .await;
    let response = back_end.handler.handle(back_end.request()).await;
    assert_eq!(problem(&response), is(502, "acs_validation"));
    assert_eq!(back_end.exchanges(), 1);
}

#[tokio::test]
async fn throttling_is_passed_on_with_the_wait_in_whole_seconds() {
    let back_end = BackEnd::start().await;
    back_end.fault(Fault {
        status: Some(429),
        retry_after: Some(RetryAfter::Ms(60_500)),
        ..Fault::default()
    });
    let response = back_end.handler.handle(back_end.request()).await;
    assert_eq!(problem(&response), is(429, "throttled"));
    let wait: u64 = response.header("retry-after").unwrap().parse().unwrap();
    assert!((60..=61).contains(&wait), "{wait}");
}

#[tokio::test]
async fn the_emulated_limit_is_429() {
    let back_end = BackEnd::start().await;
    let mut behaviour = (*back_end.emulator.behaviour()).clone();
    behaviour.exchange_limit = Some(Limit {
        count: 0,
        per_seconds: 30,
    });
    back_end.emulator.set_behaviour(behaviour).unwrap();
    let response = back_end.handler.handle(back_end.request()).await;
    assert_eq!(problem(&response), is(429, "throttled"));
}

#[tokio::test]
async fn a_user_without_a_licence_is_told() {
    let back_end = BackEnd::start().await;
    let request = back_end.request_with(of(CAROL, api()), of(CAROL, MintRequest::default()));
    let response = back_end.handler.handle(request).await;
    assert_eq!(problem(&response), is(403, "teams_licence_missing"));
}

#[tokio::test]
async fn a_service_that_does_not_answer_is_504_by_either_deadline() {
    for (service, whole) in [(300, 5_000), (5_000, 300)] {
        let back_end = BackEnd::start_with(|builder| {
            builder
                .service_timeout(Duration::from_millis(service))
                .timeout(Duration::from_millis(whole))
        })
        .await;
        // Fetches Entra's keys before the timeout runs.
        let is_healthy = async || {
            let probe = acs_auth::handler::Request::new("GET", "/healthz");
            back_end.handler.handle(probe).await.status == 200
        };
        let fetched = async {
            while !is_healthy().await {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), fetched)
            .await
            .unwrap();
        back_end.fault(Fault {
            latency_ms: 30_000,
            ..Fault::default()
        });
        let response = back_end.handler.handle(back_end.request()).await;
        assert_eq!(problem(&response), is(504, "upstream"));
    }
}

#[tokio::test]
async fn a_service_that_cannot_be_reached_is_502() {
    let back_end = BackEnd::start_with(|builder| {
        builder.connection_string("endpoint=http://localhost:1;accesskey=c2VjcmV0LWtleS1vZi10aGUtdGVzdA==")
    })
    .await;
    let response = back_end.handler.handle(back_end.request()).await;
    assert_eq!(problem(&response), is(502, "upstream"));
}

#[tokio::test]
async fn a_wrong_access_key_is_502() {
    let back_end = BackEnd::start_with(|builder| builder).await;
    let info = back_end.emulator.info();
    let endpoint = &info.http_url;
    let text = format!("endpoint={endpoint};accesskey=c2VjcmV0LWtleS1vZi10aGUtdGVzdA==");
    let handler = crate::support::builder(&back_end.emulator)
        .connection_string(&text)
        .build()
        .unwrap();
    let response = handler.handle(back_end.request()).await;
    assert_eq!(problem(&response), is(502, "acs_credential"));
}

#[tokio::test]
async fn a_secondary_key_that_settings_lack_is_removed_from_a_living_handler() {
    let emulator = Emulator::start(Options::default()).await.unwrap();
    let secondary = format!(
        "secondary_access_key = \"{}\"\n",
        emulator.info().secondary_access_key.0
    );
    let primary = format!(
        "connection_string = \"{}\"\n",
        emulator.info().connection_string.0
    );
    let settings = |text: &str| HandlerSettings::from_toml(text).unwrap();
    let handler = builder(&emulator).settings(settings(&secondary)).build().unwrap();
    emulator.regenerate_access_key(KeyName::Primary).unwrap();
    let back_end = BackEnd { emulator, handler };
    let handler = &back_end.handler;
    assert_eq!(handler.handle(back_end.request()).await.status, 201);
    assert_eq!(back_end.exchanges(), 2, "by both keys");

    handler.update_access_keys_from(&settings(&primary)).unwrap();
    let response = handler.handle(back_end.request()).await;
    assert_eq!(problem(&response), is(502, "acs_credential"));
    assert_eq!(back_end.exchanges(), 3, "by the primary alone");

    let both = settings(&format!("{primary}{secondary}"));
    handler.update_access_keys_from(&both).unwrap();
    assert_eq!(handler.handle(back_end.request()).await.status, 201);
}
