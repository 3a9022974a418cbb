//! The on-behalf-of flow, and the rejections by Entra and Graph.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use acs_emulator::RetryAfter;
use base64::engine::general_purpose::STANDARD;
use tokio::task::JoinSet;

use super::*;
use crate::error::ErrorKind;

fn with(world: &World, change: impl FnOnce(&mut GraphSettings)) -> IdentityMapping {
    let mut settings = settings(&world.emulator);
    change(&mut settings);
    IdentityMapping::new(client(&world.emulator).build().unwrap(), settings).unwrap()
}

#[tokio::test]
async fn missing_consent_is_said() {
    let world = world().await;
    let mapping = with(&world, |settings| {
        settings.scopes = vec!["https://graph.microsoft.com/User.ReadWrite.All".into()];
    });
    let result = mapping.get(world.alice()).await;
    let code = result.as_ref().unwrap_err().error.code.clone();
    assert_eq!(code.as_deref(), Some("invalid_grant AADSTS65001"));
    assert_eq!(failure(&world, result), MappingFailure::ConsentRequired);
    assert_eq!(world.count("graph"), 0);
}

#[tokio::test]
async fn a_claims_challenge_is_passed_on() {
    let mut seed = Seed::generate();
    let graph = |resource: &&mut acs_emulator::seed::Resource| resource.name == "Microsoft Graph";
    seed.resources.iter_mut().find(graph).unwrap().requires_mfa = true;
    let world = world_of(seed).await;
    let error = world.mapping.get(world.alice()).await.unwrap_err();
    assert_eq!(error.failure, MappingFailure::InteractionRequired);
    let claims: Value = serde_json::from_str(&error.claims.unwrap()).unwrap();
    assert_eq!(claims["access_token"]["capolids"]["essential"], true);
}

#[tokio::test]
async fn a_challenge_that_is_no_object_is_not_passed_on() {
    let world = world().await;
    for claims in ["\"; bad", "[]", &format!("{{\"a\":\"{}\"}}", "x".repeat(5000))] {
        world.break_it(Fault {
            status: Some(400),
            json: Some(json!({"error": "interaction_required", "error_codes": [50076], "claims": claims})),
            count: 1,
            ..fault("token")
        });
        let error = world.mapping.get(world.alice()).await.unwrap_err();
        assert_eq!(error.failure, MappingFailure::InteractionRequired);
        assert_eq!(error.claims, None);
    }
}

#[tokio::test]
async fn a_member_of_an_unexpected_form_hides_no_other() {
    let world = world().await;
    for (changes, expected) in [
        (json!({"suberror": null}), MappingFailure::InteractionRequired),
        (
            json!({"suberror": 5, "timestamp": {}}),
            MappingFailure::InteractionRequired,
        ),
        (
            json!({"error_codes": "50076"}),
            MappingFailure::InteractionRequired,
        ),
        (
            json!({"error_codes": [null, "65001"]}),
            MappingFailure::ConsentRequired,
        ),
        (json!({"claims": {}}), MappingFailure::InteractionRequired),
    ] {
        let mut body = json!({"error": "interaction_required", "error_codes": [50076]});
        for (name, value) in changes.as_object().unwrap() {
            body[name] = value.clone();
        }
        world.break_it(Fault {
            status: Some(400),
            json: Some(body),
            count: 1,
            ..fault("token")
        });
        let result = world.mapping.get(world.alice()).await;
        assert_eq!(failure(&world, result), expected, "{changes}");
    }
    world.break_it(Fault {
        json: Some(json!({"access_token": "x", "token_type": "Bearer", "expires_in": "3599", "scope": 1})),
        count: 1,
        ..fault("token")
    });
    let result = world.mapping.get(world.alice()).await;
    assert_eq!(
        failure(&world, result),
        MappingFailure::GraphRefused,
        "the token was taken"
    );
}

#[tokio::test]
async fn a_wrong_secret_is_the_back_ends_fault() {
    let world = world().await;
    let mapping = with(&world, |settings| {
        settings.client_secret = Secret::new("not-the-secret-of-this-app");
    });
    let error = mapping.get(world.alice()).await.unwrap_err();
    assert_eq!(error.failure, MappingFailure::EntraRefused);
    assert_eq!(error.error.code.as_deref(), Some("invalid_client AADSTS7000215"));
    let told = format!("{error:?} {mapping:?}");
    assert!(!told.contains("not-the-secret"), "{told}");
}

#[tokio::test]
async fn what_entra_echoes_is_not_kept() {
    let world = world().await;
    let secret = settings(&world.emulator).client_secret.expose().to_owned();
    let said = format!("AADSTS50013: {secret} {}", world.bearer);
    world.break_it(Fault {
        status: Some(400),
        json: Some(json!({"error": "invalid_grant", "error_codes": [50013], "error_description": said})),
        count: 1,
        ..fault("token")
    });
    let result = world.mapping.get(world.alice()).await;
    assert!(result.as_ref().unwrap_err().error.reason.contains("AADSTS50013"));
    assert_eq!(failure(&world, result), MappingFailure::BearerRejected);
}

#[tokio::test]
async fn a_bearer_that_entra_does_not_take_is_rejected() {
    let world = world().await;
    let mint = |change: fn(&mut MintRequest)| {
        let mut request = MintRequest {
            kind: MintKind::Api,
            ..MintRequest::default()
        };
        change(&mut request);
        world.emulator.mint(&request).unwrap()
    };
    for bearer in [
        mint(|request| request.kind = MintKind::Graph),
        mint(|request| request.attack = Attack::from_name("expired")),
        mint(|request| request.attack = Attack::from_name("tampered")),
    ] {
        let result = world.mapping.get(world.caller(&bearer)).await;
        assert_eq!(failure(&world, result), MappingFailure::BearerRejected);
    }
}

#[tokio::test]
async fn entra_in_trouble_is_told_apart_by_its_kind() {
    let world = world().await;
    world.fail("token", 503);
    let result = world.mapping.get(world.alice()).await;
    assert_eq!(result.as_ref().unwrap_err().error.kind, ErrorKind::ServiceError);
    assert_eq!(failure(&world, result), MappingFailure::EntraFailed);
    assert_eq!(world.count("token"), RETRIES as usize);

    world.break_it(Fault {
        status: Some(429),
        retry_after: Some(RetryAfter::Seconds(3600)),
        count: 1,
        ..fault("token")
    });
    let error = world.mapping.get(world.alice()).await.unwrap_err();
    assert_eq!(error.failure, MappingFailure::EntraFailed);
    assert_eq!(error.error.kind, ErrorKind::Throttled);
    assert_eq!(error.error.retry_after, Some(Duration::from_secs(3600)));

    for body in [
        json!({}),
        json!({"access_token": "", "token_type": "Bearer", "expires_in": 3600}),
        json!({"access_token": "a b", "token_type": "Bearer", "expires_in": 3600}),
        json!({"access_token": "a", "token_type": "pop", "expires_in": 3600}),
    ] {
        world.break_it(Fault {
            json: Some(body),
            count: 1,
            ..fault("token")
        });
        let error = world.mapping.get(world.alice()).await.unwrap_err();
        assert_eq!(error.failure, MappingFailure::EntraFailed);
        assert_eq!(error.error.kind, ErrorKind::UnexpectedResponse);
    }
    assert_eq!(world.count("graph"), 0);
}

#[tokio::test]
async fn a_token_is_kept_until_shortly_before_it_expires() {
    let world = world().await;
    let ahead = Arc::new(AtomicU64::new(0));
    let moved = Arc::clone(&ahead);
    let acs = client(&world.emulator)
        .clock(move || SystemTime::now() + Duration::from_secs(moved.load(Ordering::Relaxed)))
        .build()
        .unwrap();
    let mapping = IdentityMapping::new(acs, settings(&world.emulator)).unwrap();
    let mut calls = JoinSet::new();
    for _ in 0..50 {
        let (mapping, bearer, info) = (
            mapping.clone(),
            world.bearer.clone(),
            world.emulator.info().clone(),
        );
        calls.spawn(async move {
            let caller = Caller {
                bearer: &bearer,
                tenant_id: &info.tenant_id,
                object_id: &info.users[0].object_id,
            };
            mapping.get(caller).await.unwrap()
        });
    }
    calls.join_all().await;
    assert_eq!((world.count("token"), world.count("get_me")), (1, 1));
    // Entra's tokens are valid for 60 to 90 minutes.
    for (seconds, tokens) in [(54 * 60, 1), (90 * 60, 2)] {
        ahead.store(seconds, Ordering::Relaxed);
        mapping.get(world.alice()).await.unwrap();
        assert_eq!(world.count("token"), tokens, "after {seconds} s");
    }
}

#[tokio::test]
async fn operations_with_one_bearer_share_a_request_for_its_token_and_its_failure() {
    let world = world().await;
    let all = || async {
        tokio::join!(
            world.mapping.get(world.alice()),
            world.mapping.token(world.alice()),
            world.mapping.get_or_create(world.alice()),
        )
    };
    // Delayed until each operation waits for it.
    let held = |status| Fault {
        status,
        latency_ms: 300,
        ..fault("token")
    };
    world.break_it(held(Some(503)));
    let (found, token, created) = all().await;
    assert_eq!(failure(&world, found), MappingFailure::EntraFailed);
    assert_eq!(failure(&world, token), MappingFailure::EntraFailed);
    assert_eq!(failure(&world, created), MappingFailure::EntraFailed);
    assert_eq!(world.count("token"), RETRIES as usize);

    world.break_it(held(None));
    let (found, token, created) = all().await;
    found.and(token.map(drop)).and(created.map(drop)).unwrap();
    assert_eq!(world.count("token"), RETRIES as usize + 1);
}

#[tokio::test]
async fn another_bearer_gets_another_token() {
    let world = world().await;
    world.mapping.get(world.alice()).await.unwrap();
    let other = bearer(&world.emulator, 0);
    assert_ne!(other, world.bearer);
    world.mapping.get(world.caller(&other)).await.unwrap();
    assert_eq!(world.count("token"), 2);
}

#[tokio::test]
async fn a_kept_token_that_graph_refuses_is_replaced_once() {
    let world = world().await;
    world.mapping.get(world.alice()).await.unwrap();
    world.break_it(Fault {
        status: Some(401),
        count: 1,
        ..fault("get_me")
    });
    world.mapping.get(world.alice()).await.unwrap();
    assert_eq!((world.count("token"), world.count("get_me")), (2, 3));

    world.break_it(Fault {
        status: Some(401),
        count: 2,
        ..fault("get_me")
    });
    let result = world.mapping.get(world.alice()).await;
    assert_eq!(failure(&world, result), MappingFailure::GraphRefused);
    assert_eq!((world.count("token"), world.count("get_me")), (3, 5));
}

#[tokio::test]
async fn graphs_own_challenge_is_passed_on() {
    let world = world().await;
    let claims = r#"{"access_token":{"nbf":{"essential":true,"value":"1"}}}"#;
    let header = format!(
        "Bearer realm=\"\", error=\"insufficient_claims\", claims=\"{}\"",
        STANDARD.encode(claims)
    );
    world.break_it(Fault {
        status: Some(401),
        headers: vec![("www-authenticate".into(), header)],
        count: 2,
        ..fault("get_me")
    });
    let error = world.mapping.get(world.alice()).await.unwrap_err();
    assert_eq!(error.failure, MappingFailure::InteractionRequired);
    assert_eq!(error.claims.as_deref(), Some(claims));
}

#[tokio::test]
async fn graph_refusing_and_failing_are_told_apart() {
    let world = world().await;
    for (status, expected) in [
        (403, MappingFailure::GraphRefused),
        (500, MappingFailure::GraphFailed),
        (404, MappingFailure::GraphFailed),
        (302, MappingFailure::GraphFailed),
    ] {
        world.fail("get_me", status);
        let result = world.mapping.get(world.alice()).await;
        assert_eq!(failure(&world, result), expected, "{status}");
        world.emulator.faults().clear();
    }
}

#[tokio::test]
async fn a_tenant_that_is_no_guid_is_not_asked() {
    let world = world().await;
    let caller = Caller {
        tenant_id: "../../evil",
        ..world.alice()
    };
    let result = world.mapping.get(caller).await;
    assert_eq!(failure(&world, result), MappingFailure::Internal);
    assert_eq!(world.count("entra"), 0);
}
