//! Each step fails in turn: what exists afterwards.

use super::*;
use crate::error::ErrorKind;

/// A client's timeout that is long enough for a busy machine to make the requests that are answered.
const HASTY: Duration = Duration::from_secs(4);

#[tokio::test]
async fn a_mapping_that_is_certainly_not_written_takes_its_identity_along() {
    for (status, expected) in [
        (429, MappingFailure::GraphFailed),
        (403, MappingFailure::GraphRefused),
        (400, MappingFailure::GraphFailed),
    ] {
        let world = world().await;
        world.break_it(Fault {
            status: Some(status),
            retry_after: Some(acs_emulator::RetryAfter::Ms(1)),
            ..fault("create_extension")
        });
        let result = world.mapping.get_or_create(world.alice()).await;
        assert_eq!(result.as_ref().unwrap_err().orphan, None, "{status}");
        assert_eq!(failure(&world, result), expected, "{status}");
        assert_eq!(world.count("create_user"), 1, "{status}");
        assert!(world.identities().await.is_empty(), "{status}");
        assert_eq!(world.extension().await, None, "{status}");
    }
}

#[tokio::test]
async fn an_identity_that_stays_behind_is_named() {
    let world = world().await;
    world.fail("create_extension", 403);
    world.fail("delete_user", 500);
    let error = world.mapping.get_or_create(world.alice()).await.unwrap_err();
    let left = world.identities().await;
    assert_eq!(error.orphan, left.first().cloned().map(Orphan::Known));
    assert_eq!(left.len(), 1);
    assert!(error.error.reason.contains(left.first().unwrap()), "{error}");
    assert_eq!(error.failure, MappingFailure::GraphRefused);
}

#[tokio::test]
async fn a_mapping_whose_answer_was_lost_is_found() {
    for lost in [1, RETRIES] {
        let world = world().await;
        world.break_it(Fault {
            reset: Some(Reset::BeforeAnswer),
            carry_out: Some(true),
            count: lost,
            ..fault("create_extension")
        });
        let (id, created) = world.mapping.get_or_create(world.alice()).await.unwrap();
        assert!(created);
        assert_eq!(world.identities().await, BTreeSet::from([id.clone()]));
        assert_eq!(world.extension().await.unwrap()["acsUserIdentity"], id.as_str());
    }
}

#[tokio::test]
async fn a_mapping_that_came_too_late_is_found() {
    let mut world = world().await;
    let hasty = client(&world.emulator).timeout(HASTY);
    world.mapping = IdentityMapping::new(hasty.build().unwrap(), settings(&world.emulator)).unwrap();
    world.break_it(Fault {
        latency_ms: 60_000,
        ..fault("create_extension")
    });
    let (id, created) = world.mapping.get_or_create(world.alice()).await.unwrap();
    assert!(created);
    assert_eq!(world.identities().await, BTreeSet::from([id]));
}

#[tokio::test]
async fn graph_in_silence_is_a_timeout_and_nothing_is_created() {
    let mut world = world().await;
    let hasty = client(&world.emulator).timeout(HASTY);
    world.mapping = IdentityMapping::new(hasty.build().unwrap(), settings(&world.emulator)).unwrap();
    world.break_it(Fault {
        latency_ms: 60_000,
        ..fault("get_me")
    });
    let result = world.mapping.get_or_create(world.alice()).await;
    assert_eq!(result.as_ref().unwrap_err().error.kind, ErrorKind::Timeout);
    assert_eq!(failure(&world, result), MappingFailure::GraphFailed);
    assert_eq!(world.count("create_user"), 0);
}

#[tokio::test]
async fn entra_in_silence_is_a_timeout_for_each_who_waits() {
    let mut world = world().await;
    let hasty = client(&world.emulator).timeout(Duration::from_millis(300));
    world.mapping = IdentityMapping::new(hasty.build().unwrap(), settings(&world.emulator)).unwrap();
    world.break_it(Fault {
        latency_ms: 5000,
        ..fault("token")
    });
    let (found, token) = tokio::join!(
        world.mapping.get(world.alice()),
        world.mapping.token(world.alice())
    );
    assert_eq!(found.as_ref().unwrap_err().error.kind, ErrorKind::Timeout);
    assert_eq!(failure(&world, found), MappingFailure::EntraFailed);
    assert_eq!(token.as_ref().unwrap_err().error.kind, ErrorKind::Timeout);
    assert_eq!(failure(&world, token), MappingFailure::EntraFailed);
}

#[tokio::test]
async fn acs_failing_writes_no_mapping() {
    let world = world().await;
    world.fail("create_user", 500);
    let result = world.mapping.get_or_create(world.alice()).await;
    assert_eq!(failure(&world, result), MappingFailure::AcsFailed);
    assert_eq!(world.count("create_extension"), 0);
    assert_eq!(world.extension().await, None);
}

#[tokio::test]
async fn what_graph_says_of_another_user_is_not_believed() {
    let world = world().await;
    let bob = world.emulator.info().users[1].object_id.clone();
    let mapped = json!([{"extensionName": NAME, "acsUserIdentity": "8:acs:a_b"}]);
    for answer in [
        json!({"id": bob, "extensions": mapped}),
        json!({"extensions": mapped}),
        json!({"id": world.alice().object_id, "extensions": {}}),
        json!([]),
    ] {
        world.break_it(Fault {
            json: Some(answer),
            count: 1,
            ..fault("get_me")
        });
        let result = world.mapping.get(world.alice()).await;
        assert_eq!(
            result.as_ref().unwrap_err().error.kind,
            ErrorKind::UnexpectedResponse
        );
        assert_eq!(failure(&world, result), MappingFailure::GraphFailed);
    }
}

#[tokio::test]
async fn a_mapping_to_nothing_can_be_removed_and_made_again() {
    for data in [
        json!({}),
        json!({"acsUserIdentity": 5}),
        json!({"acsUserIdentity": ""}),
        json!({"acsUserIdentity": "../x"}),
        json!({"acsUserIdentity": "8:orgid:a11ce000-0000-4000-8000-000000000001"}),
        json!({"acsUserIdentity": "8:acs:"}),
    ] {
        let world = world_of(seed_with_mapping(data)).await;
        let result = world.mapping.get_or_create(world.alice()).await;
        assert_eq!(failure(&world, result), MappingFailure::MappingUnusable);
        world.mapping.delete(world.alice()).await.unwrap();
        assert_eq!(world.count("acs"), 0, "what is no identity is not sent");
        assert!(world.mapping.get_or_create(world.alice()).await.unwrap().1);
    }
}

#[tokio::test]
async fn a_deleted_identity_is_gone() {
    let world = world().await;
    let (id, _) = world.mapping.get_or_create(world.alice()).await.unwrap();
    let acs = client(&world.emulator).build().unwrap();
    acs.delete_user(&crate::CommunicationUserIdentifier::new(id))
        .await
        .unwrap();
    let result = world.mapping.token(world.alice()).await;
    assert_eq!(failure(&world, result), MappingFailure::IdentityGone);
    world.mapping.delete(world.alice()).await.unwrap();
    assert!(world.mapping.get_or_create(world.alice()).await.unwrap().1);
}
