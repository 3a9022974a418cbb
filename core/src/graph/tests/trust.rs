//! A mapping is trusted only if this back end signed it.

use super::*;
use crate::models::CommunicationUserIdentifier;

/// Two users: the first is mapped to an identity, the second is not yet.
async fn alice_is_mapped() -> (World, String, String) {
    let world = world().await;
    let (id, _) = world.mapping.get_or_create(world.alice()).await.unwrap();
    let bobs = bearer(&world.emulator, 1);
    (world, id, bobs)
}

fn bob<'a>(world: &'a World, bearer: &'a str) -> Caller<'a> {
    let info = world.emulator.info();
    Caller {
        bearer,
        tenant_id: &info.tenant_id,
        object_id: &info.users[1].object_id,
    }
}

/// Checks that every operation rejects the mapping and changes nothing.
async fn nothing_is_done(world: &World, mapping: &IdentityMapping, caller: Caller<'_>) {
    let before = world.identities().await;
    let asked = world.count("acs");
    for result in [
        mapping.get(caller).await.map(drop),
        mapping.token(caller).await.map(drop),
        mapping.get_or_create(caller).await.map(drop),
        mapping.delete(caller).await,
    ] {
        assert_eq!(failure(world, result), MappingFailure::MappingNotTrusted);
    }
    assert_eq!(world.identities().await, before);
    assert_eq!(world.count("acs"), asked, "ACS is not asked");
    assert_eq!(
        world.count("delete_extension") + world.count("update_extension"),
        0
    );
}

#[tokio::test]
async fn a_user_who_writes_anothers_identity_gets_and_deletes_nothing() {
    let (world, id, bobs) = alice_is_mapped().await;
    let signature = world.extension().await.unwrap()["acsUserIdentitySignature"].clone();
    for (method, data) in [
        ("POST", json!({"acsUserIdentity": id})),
        ("PATCH", json!({"acsUserIdentitySignature": signature})),
        ("PATCH", json!({"acsUserIdentitySignature": "v1."})),
        ("PATCH", json!({"acsUserIdentitySignature": "v9.AAAA"})),
        ("PATCH", json!({"acsUserIdentitySignature": 5})),
        ("PATCH", json!({"acsUserIdentitySignature": ""})),
    ] {
        let shown = data.to_string();
        // Written by the user's own tool, whose requests are not counted below.
        world.write_extension(1, method, data).await;
        let patches = world.count("update_extension");
        let mapping = &world.mapping;
        let before = world.identities().await;
        let caller = bob(&world, &bobs);
        for result in [
            mapping.get(caller).await.map(drop),
            mapping.token(caller).await.map(drop),
            mapping.get_or_create(caller).await.map(drop),
            mapping.delete(caller).await,
        ] {
            assert_eq!(
                failure(&world, result),
                MappingFailure::MappingNotTrusted,
                "{shown}"
            );
        }
        assert_eq!(world.identities().await, before, "{shown}");
        assert_eq!(
            (world.count("delete_user"), world.count("issue_token")),
            (0, 0),
            "{shown}"
        );
        assert_eq!(world.count("update_extension"), patches, "{shown}");
    }
    let token = world.mapping.token(world.alice()).await.unwrap().unwrap();
    assert_eq!(token.user.id, id, "the other's identity is as it was");
}

#[tokio::test]
async fn a_mapping_that_was_changed_afterwards_is_not_believed() {
    let (world, _, bobs) = alice_is_mapped().await;
    let (other, _) = world.mapping.get_or_create(bob(&world, &bobs)).await.unwrap();
    world
        .write_extension(0, "PATCH", json!({"acsUserIdentity": other}))
        .await;
    let result = world.mapping.delete(world.alice()).await;
    assert_eq!(failure(&world, result), MappingFailure::MappingNotTrusted);
    assert!(world.identities().await.contains(&other));
}

#[tokio::test]
async fn the_mappings_of_the_sample_are_believed_only_where_that_is_set() {
    let world = world().await;
    let acs = client(&world.emulator).build().unwrap();
    let id = acs.create_user().await.unwrap().id;
    world
        .write_extension(0, "POST", json!({"acsUserIdentity": id}))
        .await;
    nothing_is_done(&world, &world.mapping, world.alice()).await;

    let adopting = world.another(MappingKeys {
        adopt_unsigned: true,
        ..keys("A", None)
    });
    assert_eq!(
        adopting.get(world.alice()).await.unwrap().as_deref(),
        Some(id.as_str())
    );
    assert_eq!(world.count("update_extension"), 1);
    assert_eq!(
        adopting.get_or_create(world.alice()).await.unwrap(),
        (id.clone(), false)
    );
    assert_eq!(world.count("update_extension"), 1, "it is signed once");
    let found = world.mapping.get(world.alice()).await.unwrap();
    assert_eq!(found, Some(id), "signed, so it is believed from now on");
    world.mapping.delete(world.alice()).await.unwrap();
    assert!(world.identities().await.is_empty());
}

#[tokio::test]
async fn an_identity_of_another_resource_is_not_adopted() {
    let foreign = "8:acs:2dee53b4-368b-45b4-ab52-8493fb117652_00000019-1e4f-9c6a-28f4-343a0d00a1b2";
    let world = world_of(seed_with_mapping(json!({"acsUserIdentity": foreign}))).await;
    let adopting = world.another(MappingKeys {
        adopt_unsigned: true,
        ..keys("A", None)
    });
    for result in [
        adopting.get(world.alice()).await.map(drop),
        adopting.token(world.alice()).await.map(drop),
        adopting.get_or_create(world.alice()).await.map(drop),
        adopting.delete(world.alice()).await,
    ] {
        assert_eq!(failure(&world, result), MappingFailure::MappingOfAnotherResource);
    }
    let extension = world.extension().await.unwrap();
    assert_eq!(extension["acsUserIdentity"], foreign);
    assert_eq!(extension["acsUserIdentitySignature"], Value::Null);
}

#[tokio::test]
async fn a_signature_that_does_not_hold_is_not_adopted_either() {
    let (world, id, bobs) = alice_is_mapped().await;
    let signature = world.extension().await.unwrap()["acsUserIdentitySignature"].clone();
    let stolen = json!({"acsUserIdentity": id, "acsUserIdentitySignature": signature});
    world.write_extension(1, "POST", stolen).await;
    let adopting = world.another(MappingKeys {
        adopt_unsigned: true,
        ..keys("A", None)
    });
    nothing_is_done(&world, &adopting, bob(&world, &bobs)).await;
}

#[tokio::test]
async fn a_key_is_rotated_without_losing_a_mapping() {
    let (world, id, _) = alice_is_mapped().await;
    nothing_is_done(&world, &world.another(keys("B", None)), world.alice()).await;

    // While Graph rejects changes, the former key still suffices.
    let rotated = world.another(keys("B", Some("A")));
    world.fail("update_extension", 503);
    assert_eq!(rotated.get(world.alice()).await.unwrap(), Some(id.clone()));
    world.emulator.faults().clear();
    for _ in 0..2 {
        let token = rotated.token(world.alice()).await.unwrap().unwrap();
        assert_eq!(token.user, CommunicationUserIdentifier::new(id.clone()));
    }
    // Now the former key can be removed.
    let after = world.another(keys("B", None));
    assert_eq!(after.get(world.alice()).await.unwrap(), Some(id));
    after.delete(world.alice()).await.unwrap();
    assert!(world.identities().await.is_empty());
}
