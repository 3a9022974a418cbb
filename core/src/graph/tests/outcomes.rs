//! If the outcome of a step is unknown, nothing is removed, and the error states that an identity may be
//! left.

use super::*;
use crate::error::ErrorKind;
use crate::graph::request::Deadline;

/// Lets Graph return no mapping once, whether there is one or not.
fn shows_nothing(world: &World) {
    let oid = world.alice().object_id;
    world.break_it(Fault {
        json: Some(json!({"id": oid, "extensions": []})),
        count: 1,
        ..fault("get_me")
    });
}

fn lost(operation: &str) -> Fault {
    Fault {
        reset: Some(Reset::BeforeAnswer),
        carry_out: Some(true),
        // All attempts, and one more: a reset of a reused connection does not count as an attempt.
        count: RETRIES + 1,
        ..fault(operation)
    }
}

/// Lets Graph write the mapping and loses the response. The connection has served the request for the user
/// before, so the transport sends the request again within the same attempt.
fn lost_on_a_reused_connection() -> Fault {
    Fault {
        count: 1,
        ..lost("create_extension")
    }
}

#[tokio::test]
async fn a_mapping_that_may_be_written_keeps_its_identity() {
    for status in [500, 502, 503, 504] {
        let world = world().await;
        world.fail("create_extension", status);
        let error = world.mapping.get_or_create(world.alice()).await.unwrap_err();
        let left = world.identities().await.first().cloned().unwrap();
        assert_eq!(error.orphan, Some(Orphan::Known(left.clone())), "{status}");
        assert!(error.error.reason.contains(&left), "{error}");
        assert_eq!(world.count("delete_user"), 0, "{status}");
    }
}

#[tokio::test]
async fn a_mapping_that_was_written_and_cannot_be_read_keeps_its_identity() {
    let world = world().await;
    shows_nothing(&world);
    world.break_it(Fault {
        status: Some(500),
        count: 100,
        ..fault("get_me")
    });
    world.break_it(lost("create_extension"));
    let error = world.mapping.get_or_create(world.alice()).await.unwrap_err();
    let left = world.identities().await.first().cloned().unwrap();
    assert_eq!(error.orphan, Some(Orphan::Known(left.clone())));
    world.emulator.faults().clear();
    let found = world.mapping.get_or_create(world.alice()).await.unwrap();
    assert_eq!(found, (left, false), "the identity and its mapping were kept");
}

#[tokio::test]
async fn a_mapping_that_was_written_keeps_its_identity_though_the_repeated_request_is_rejected() {
    for status in [400, 403, 409] {
        for is_readable in [true, false] {
            let world = world().await;
            shows_nothing(&world);
            if !is_readable {
                world.break_it(Fault {
                    status: Some(500),
                    count: 100,
                    ..fault("get_me")
                });
            }
            world.break_it(lost_on_a_reused_connection());
            world.fail("create_extension", status);
            let result = world.mapping.get_or_create(world.alice()).await;
            let left = world.identities().await.first().cloned().unwrap();
            assert_eq!(world.count("delete_user"), 0, "{status} {is_readable}");
            if is_readable {
                assert_eq!(result.unwrap(), (left.clone(), true), "{status}");
            } else {
                let orphan = result.unwrap_err().orphan;
                assert_eq!(orphan, Some(Orphan::Known(left.clone())), "{status}");
            }
            world.emulator.faults().clear();
            let found = world.mapping.get_or_create(world.alice()).await.unwrap();
            assert_eq!(found, (left, false), "{status} {is_readable}");
        }
    }
}

#[tokio::test]
async fn a_mapping_that_was_written_keeps_its_identity_though_no_other_token_comes_after_a_401() {
    let world = world().await;
    // The token for Graph is cached now, so a 401 makes the next request need another one.
    assert_eq!(world.mapping.get(world.alice()).await.unwrap(), None);
    world.break_it(lost_on_a_reused_connection());
    world.fail("create_extension", 401);
    world.break_it(Fault {
        status: Some(500),
        count: 100,
        ..fault("token")
    });
    let error = world.mapping.get_or_create(world.alice()).await.unwrap_err();
    let left = world.identities().await.first().cloned().unwrap();
    assert_eq!(error.orphan, Some(Orphan::Known(left.clone())));
    assert_eq!(world.count("delete_user"), 0);
    world.emulator.faults().clear();
    let found = world.mapping.get_or_create(world.alice()).await.unwrap();
    assert_eq!(found, (left, false));
}

#[tokio::test]
async fn another_mapping_that_is_there_makes_the_new_identity_surplus() {
    let world = world().await;
    let (first, _) = world.mapping.get_or_create(world.alice()).await.unwrap();
    shows_nothing(&world);
    // The 500 leaves the outcome unknown, but the mapping that is found shows that the name is taken.
    world.break_it(Fault {
        status: Some(500),
        ..fault("create_extension")
    });
    let found = world.mapping.get_or_create(world.alice()).await.unwrap();
    assert_eq!(found, (first.clone(), false));
    assert_eq!(world.identities().await, BTreeSet::from([first]));
}

#[tokio::test]
async fn a_mapping_that_is_not_believed_is_no_reason_to_keep_a_surplus_identity() {
    let world = world().await;
    world
        .write_extension(0, "POST", json!({"acsUserIdentity": "8:acs:a_b"}))
        .await;
    shows_nothing(&world);
    let result = world.mapping.get_or_create(world.alice()).await;
    assert_eq!(result.as_ref().unwrap_err().orphan, None);
    assert_eq!(failure(&world, result), MappingFailure::MappingNotTrusted);
    assert!(
        world.identities().await.is_empty(),
        "the new one was deleted again"
    );
}

#[tokio::test]
async fn an_identity_whose_creation_was_lost_is_said_to_be_left() {
    let world = world().await;
    world.break_it(lost("create_user"));
    let error = world.mapping.get_or_create(world.alice()).await.unwrap_err();
    assert_eq!(error.orphan, Some(Orphan::Unknown));
    assert_eq!(world.count("create_extension"), 0);
    assert_eq!(world.identities().await.len(), 1);
}

#[tokio::test]
async fn a_deletion_whose_outcome_is_unknown_keeps_the_mapping() {
    let world = world().await;
    let (id, _) = world.mapping.get_or_create(world.alice()).await.unwrap();
    world.break_it(Fault {
        carry_out: Some(false),
        // More than all attempts: a reset of a reused connection does not count as one.
        count: 100,
        ..lost("delete_user")
    });
    world.mapping.delete(world.alice()).await.unwrap_err();
    assert_eq!(world.extension().await.unwrap()["acsUserIdentity"], id.as_str());
    world.emulator.faults().clear();
    world.mapping.delete(world.alice()).await.unwrap();
    assert!(world.identities().await.is_empty());
    assert_eq!(world.extension().await, None);
}

#[tokio::test]
async fn nobody_waits_for_ever_for_another_operation_on_the_same_user() {
    let world = world().await;
    let user = world.alice().user();
    let held = world.mapping.inner.locks.lock(user.key()).await;
    let waited = world
        .mapping
        .inner
        .turn(&user, Deadline::within(Duration::from_millis(50)))
        .await;
    assert_eq!(waited.err().unwrap().error.kind, ErrorKind::Timeout);
    drop(held);
    let deadline = Deadline::within(Duration::from_millis(50));
    assert!(world.mapping.inner.turn(&user, deadline).await.is_ok());
}
