//! Removing a mapping: the identity first, and repeatably.

use super::*;

async fn mapped() -> (World, String) {
    let world = world().await;
    let (id, _) = world.mapping.get_or_create(world.alice()).await.unwrap();
    (world, id)
}

#[tokio::test]
async fn nothing_stays_and_a_second_time_is_no_error() {
    let (world, _) = mapped().await;
    for _ in 0..3 {
        world.mapping.delete(world.alice()).await.unwrap();
        assert!(world.identities().await.is_empty());
        assert_eq!(world.extension().await, None);
    }
    assert_eq!(
        (world.count("delete_user"), world.count("delete_extension")),
        (1, 1)
    );
}

#[tokio::test]
async fn while_the_identity_lives_the_mapping_stays() {
    let (world, id) = mapped().await;
    world.fail("delete_user", 500);
    let result = world.mapping.delete(world.alice()).await;
    assert_eq!(failure(&world, result), MappingFailure::AcsFailed);
    assert_eq!(world.identities().await, BTreeSet::from([id.clone()]));
    assert_eq!(world.mapping.get(world.alice()).await.unwrap(), Some(id));
    world.mapping.delete(world.alice()).await.unwrap();
    assert!(world.identities().await.is_empty());
}

#[tokio::test]
async fn a_mapping_that_stayed_goes_the_next_time() {
    let (world, _) = mapped().await;
    world.fail("delete_extension", 500);
    let result = world.mapping.delete(world.alice()).await;
    assert_eq!(failure(&world, result), MappingFailure::GraphFailed);
    assert!(world.identities().await.is_empty());
    assert!(world.extension().await.is_some());
    world.mapping.delete(world.alice()).await.unwrap();
    assert_eq!(world.extension().await, None);
}

#[tokio::test]
async fn what_somebody_else_removed_meanwhile_is_removed() {
    let (world, id) = mapped().await;
    // The response to the first attempt is lost, so the retry finds nothing.
    world.break_it(Fault {
        reset: Some(Reset::BeforeAnswer),
        carry_out: Some(true),
        count: 1,
        ..fault("delete_extension")
    });
    world.break_it(Fault {
        reset: Some(Reset::BeforeAnswer),
        carry_out: Some(true),
        count: 1,
        ..fault("delete_user")
    });
    world.mapping.delete(world.alice()).await.unwrap();
    assert_eq!(
        (world.count("delete_user"), world.count("delete_extension")),
        (2, 2)
    );
    assert!(!world.identities().await.contains(&id));
    assert_eq!(world.extension().await, None);
}

#[tokio::test]
async fn creating_and_deleting_at_once_leave_all_or_nothing() {
    let (world, _) = mapped().await;
    for _ in 0..10 {
        let (created, deleted) = tokio::join!(
            world.mapping.get_or_create(world.alice()),
            world.mapping.delete(world.alice())
        );
        created.unwrap();
        deleted.unwrap();
        let mapped = world.mapping.get(world.alice()).await.unwrap();
        assert_eq!(world.identities().await, mapped.into_iter().collect());
    }
}
