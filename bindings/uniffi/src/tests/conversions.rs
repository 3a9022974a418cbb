//! Values survive the conversion to core and back, and no kind of core's is missing.

use std::collections::BTreeSet;
use std::time::Duration;

use core_auth::CommunicationTokenScope;
use core_auth::observe::Event as CoreEvent;

use crate::client_options::{ClientOptions, Proxy, RetryPolicy, TokenCheck};
use crate::cloud::{Cloud, cloud_china, cloud_custom, cloud_public, cloud_teams_scope, cloud_us_government};
use crate::credential::AccessTokenInfo;
use crate::expectations::{
    Expectations, expectations_entra_user, expectations_teams_extension, expectations_teams_user,
};
use crate::inspect::{CheckName, inspect};
use crate::models::known_scopes;
use crate::observer::Event;
use crate::signing::{SignableRequest, sign_request};

#[test]
fn clouds_are_those_of_the_core() {
    for cloud in [
        core_auth::Cloud::public(),
        core_auth::Cloud::us_government(),
        core_auth::Cloud::china(),
        core_auth::Cloud::custom("https://login.example"),
    ] {
        assert_eq!(core_auth::Cloud::from(Cloud::from(cloud.clone())), cloud);
    }
    let made = [
        cloud_public(),
        cloud_us_government(),
        cloud_china(),
        cloud_custom("https://login.example/"),
    ];
    let authorities = made.map(|cloud| cloud.authority);
    assert_eq!(
        authorities,
        [
            "https://login.microsoftonline.com",
            "https://login.microsoftonline.us",
            "https://login.partner.microsoftonline.cn",
            "https://login.example",
        ]
    );
    assert_eq!(
        cloud_teams_scope(cloud_public(), "Teams.ManageCalls"),
        "https://auth.msft.communication.azure.com/Teams.ManageCalls"
    );
}

#[test]
fn expectations_survive_the_way_there_and_back() {
    for expected in [
        expectations_teams_user(cloud_public()),
        expectations_teams_extension(cloud_china()),
        expectations_entra_user(),
    ] {
        let expected = Expectations {
            client_id: Some("client".into()),
            user_object_id: Some("user".into()),
            tenant_id: Some("tenant".into()),
            min_remaining_s: 7,
            ..expected
        };
        let core = core_auth::entra::Expectations::from(expected.clone());
        assert_eq!(core.min_remaining, Duration::from_secs(7));
        assert_eq!(Expectations::from(core), expected);
    }
}

#[test]
fn words_survive_the_way_there_and_back() {
    for token_check in [TokenCheck::Off, TokenCheck::Warn, TokenCheck::Enforce] {
        assert_eq!(
            TokenCheck::from(core_auth::entra::TokenCheck::from(token_check)),
            token_check
        );
    }
    let url = "http://forward.example".to_owned();
    for proxy in [Proxy::Environment, Proxy::Direct, Proxy::Url { url }] {
        let core = core_auth::transport::Proxy::from(proxy.clone());
        assert!(Proxy::from(core) == proxy);
    }
    for check in core_auth::entra::CheckName::ALL {
        let ours = format!("{:?}", CheckName::from(*check));
        assert_eq!(ours.to_lowercase(), check.as_str());
    }
    assert_eq!(known_scopes(), CommunicationTokenScope::KNOWN);
}

#[test]
fn what_is_not_said_is_the_default() {
    let nothing = RetryPolicy {
        max_attempts: None,
        base_delay_ms: None,
        throttled_delay_ms: None,
        max_delay_ms: None,
        attempt_timeout_ms: None,
    };
    let usual = core_auth::RetryPolicy::default();
    assert_eq!(core_auth::RetryPolicy::from(nothing.clone()), usual);
    let some = RetryPolicy {
        max_attempts: Some(9),
        max_delay_ms: Some(7),
        attempt_timeout_ms: Some(8),
        ..nothing
    };
    let some = core_auth::RetryPolicy::from(some);
    assert_eq!((some.max_attempts, some.max_delay), (9, Duration::from_millis(7)));
    assert_eq!(some.attempt_timeout, Duration::from_millis(8));
    assert_eq!(some.base_delay, usual.base_delay);
}

#[test]
fn a_credentials_token_is_taken_whole() {
    for expires_on in [-2, 0, 1_795_713_501, 253_402_300_800] {
        let token = AccessTokenInfo {
            token: "text".into(),
            expires_on,
            refresh_on: Some(expires_on - 1),
        };
        let core_auth::AccessTokenInfo {
            token,
            expires_on: at,
            refresh_on,
        } = token.into_core().unwrap();
        let refresh_on = refresh_on.map(acs_auth_c::unix);
        assert_eq!((token.expose(), acs_auth_c::unix(at)), ("text", expires_on));
        assert_eq!(refresh_on, Some(expires_on - 1));
    }
    let never = AccessTokenInfo {
        token: "text".into(),
        expires_on: i64::MAX,
        refresh_on: None,
    };
    // Whether the system's clock can represent it may vary, but it must not panic.
    drop(never.into_core());
}

/// Core's events cannot be matched exhaustively here, so this compares them with the list of what every host
/// has.
#[test]
fn every_event_of_the_surface_is_told() {
    let (wait, took) = (Duration::from_micros(3), Duration::from_micros(5));
    let error = Some(core_auth::ErrorKind::Timeout);
    let events = [
        CoreEvent::CacheHit,
        CoreEvent::SharedCacheHit,
        CoreEvent::Coalesced,
        CoreEvent::NegativeCacheHit,
        CoreEvent::Limited { wait, rejected: true },
        CoreEvent::Paused { wait },
        CoreEvent::Exchanged { error, took },
        CoreEvent::SignedOut,
        CoreEvent::RequestCompleted {
            route: "other",
            status: 404,
            took,
        },
        CoreEvent::Dropped { count: 7 },
    ];
    let told: BTreeSet<String> = events
        .iter()
        .map(|event| {
            let told = format!("{:?}", Event::of(*event).unwrap());
            told.split(' ').next().unwrap().to_owned()
        })
        .collect();
    let surface = include_str!("../../../../tests/surface/api.txt");
    let listed: BTreeSet<String> = surface
        .lines()
        .filter_map(|line| line.strip_prefix("value Event."))
        .map(|value| value.split('(').next().unwrap().to_owned())
        .collect();
    assert_eq!(told, listed);
    assert_eq!(
        Event::of(events[8]),
        Some(Event::RequestCompleted {
            route: "other".into(),
            status: 404,
            took_us: 5
        })
    );
}

#[test]
fn a_signature_is_that_of_the_core() {
    let key = crate::endpoint::AccessKey::new("c2VjcmV0").unwrap();
    let request = SignableRequest {
        method: "post".into(),
        url: "https://contoso.example:8443/identities?api-version=2023-10-01".into(),
        body: b"{}".to_vec(),
    };
    let ours = sign_request(request, &key, 1_700_000_000).unwrap();
    assert_eq!(ours.x_ms_date, "Tue, 14 Nov 2023 22:13:20 GMT");
    assert_eq!(ours.host, "contoso.example:8443");
    assert_eq!(ours.target, "/identities?api-version=2023-10-01");
    assert!(ours.string_to_sign.starts_with("POST\n/identities?"));
    assert!(ours.authorization.starts_with("HMAC-SHA256 SignedHeaders="));
}

#[test]
fn an_inspection_has_all_of_the_core() {
    let found = inspect("no token", expectations_teams_user(cloud_public()), 0).unwrap();
    assert_eq!(found.checks.len(), core_auth::entra::CheckName::ALL.len());
    assert!(!found.is_ok);
    assert_eq!(found.first_failure.unwrap().name, CheckName::Shape);
}

#[test]
fn an_option_that_cannot_be_used_is_named() {
    let options = ClientOptions {
        connection_string: None,
        endpoint: Some("https://contoso.communication.azure.com".into()),
        access_key: Some("c2VjcmV0".into()),
        secondary_access_key: None,
        cloud: None,
        api_version: None,
        application_id: None,
        user_agent: None,
        headers: None,
        root_certificates_pem: Some(vec![0xff]),
        client_identity_pem: None,
        proxy: None,
        token_check: None,
        allow_insecure_endpoint: None,
        retry_policy: None,
        timeout_ms: None,
        connect_timeout_ms: None,
        http2: None,
        preview: None,
    };
    let crate::error::AcsAuthError::Failure { target, .. } = options.config(None, None).err().unwrap();
    assert_eq!(target.as_deref(), Some("root_certificates_pem"));
}
