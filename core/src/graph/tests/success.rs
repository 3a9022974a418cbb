//! The results without failures, also of concurrent calls.

use tokio::task::JoinSet;

use super::*;

#[tokio::test]
async fn without_a_mapping_there_is_nothing() {
    let world = world().await;
    assert_eq!(world.mapping.get(world.alice()).await.unwrap(), None);
    assert!(world.mapping.token(world.alice()).await.unwrap().is_none());
    world.mapping.delete(world.alice()).await.unwrap();
    assert_eq!(world.count("acs"), 0);
}

#[tokio::test]
async fn an_identity_is_created_once_and_found_again() {
    let world = world().await;
    let (id, created) = world.mapping.get_or_create(world.alice()).await.unwrap();
    assert!(created);
    let again = world.mapping.get_or_create(world.alice()).await.unwrap();
    assert_eq!(again, (id.clone(), false));
    assert_eq!(world.mapping.get(world.alice()).await.unwrap(), Some(id.clone()));
    assert_eq!(world.identities().await, BTreeSet::from([id.clone()]));
    // As Microsoft's sample back end writes it, except for the signature.
    let extension = json!({
        "@odata.type": "#microsoft.graph.openTypeExtension", "extensionName": NAME, "id": NAME,
        "acsUserIdentity": id,
    });
    let mut found = world.extension().await.unwrap();
    let signature = found.as_object_mut().unwrap().remove("acsUserIdentitySignature");
    assert_eq!(found, extension);
    assert!(signature.unwrap().as_str().unwrap().starts_with("v1."));
}

#[tokio::test]
async fn a_token_is_the_mapped_identitys_with_voip_and_chat() {
    let world = world().await;
    let (id, _) = world.mapping.get_or_create(world.alice()).await.unwrap();
    let issued = world.mapping.token(world.alice()).await.unwrap().unwrap();
    assert_eq!(issued.user.id, id);
    let request = http::Request::post(format!("{}/_emulator/introspect", world.emulator.info().http_url));
    let body = json!({"token": issued.token.token.expose()}).to_string();
    let answer = world.http.send(request.body(body.into()).unwrap()).await.unwrap();
    let told: Value = serde_json::from_slice(answer.body()).unwrap();
    assert_eq!(told["active"], true);
    assert_eq!(told["claims"]["skypeid"], id.trim_start_matches("8:"));
    let scopes = told["claims"]["scp"].to_string() + &told["claims"]["acsScope"].to_string();
    assert!(scopes.contains("voip") && scopes.contains("chat"), "{told}");
}

#[tokio::test]
async fn fifty_calls_at_once_make_one_identity() {
    for own_bearers in [false, true] {
        let world = world().await;
        let mut calls = JoinSet::new();
        for _ in 0..50 {
            let mapping = world.mapping.clone();
            let bearer = if own_bearers {
                bearer(&world.emulator, 0)
            } else {
                world.bearer.clone()
            };
            let info = world.emulator.info().clone();
            calls.spawn(async move {
                let caller = Caller {
                    bearer: &bearer,
                    tenant_id: &info.tenant_id,
                    object_id: &info.users[0].object_id,
                };
                mapping.get_or_create(caller).await.unwrap()
            });
        }
        let landed = calls.join_all().await;
        let ids: BTreeSet<String> = landed.iter().map(|(id, _)| id.clone()).collect();
        assert_eq!(ids, world.identities().await);
        assert_eq!(ids.len(), 1);
        assert_eq!(landed.iter().filter(|(_, created)| *created).count(), 1);
        assert_eq!(world.count("create_user"), 1);
        if !own_bearers {
            assert_eq!((world.count("token"), world.count("get_me")), (1, 1));
        }
    }
}

#[tokio::test]
async fn what_another_process_has_mapped_meanwhile_stands() {
    for status in [409, 400] {
        let world = world().await;
        world
            .emulator
            .set_behaviour(acs_emulator::Behaviour {
                extension_conflict: status,
                ..acs_emulator::Behaviour::default()
            })
            .unwrap();
        let (id, _) = world.mapping.get_or_create(world.alice()).await.unwrap();
        // Another process, which read the mapping before it was written.
        let other = client(&world.emulator).build().unwrap();
        let other = IdentityMapping::new(other, settings(&world.emulator)).unwrap();
        let oid = world.alice().object_id.to_owned();
        world.break_it(Fault {
            json: Some(json!({"id": oid, "extensions": []})),
            count: 2,
            ..fault("get_me")
        });
        let landed = other.get_or_create(world.alice()).await.unwrap();
        assert_eq!(landed, (id.clone(), false));
        assert_eq!(world.count("create_user"), 2);
        assert_eq!(world.identities().await, BTreeSet::from([id]));
    }
}

#[tokio::test]
async fn users_do_not_share() {
    let world = world().await;
    let (alices, _) = world.mapping.get_or_create(world.alice()).await.unwrap();
    let info = world.emulator.info();
    let bobs = bearer(&world.emulator, 1);
    let bob = Caller {
        bearer: &bobs,
        tenant_id: &info.users[1].tenant_id,
        object_id: &info.users[1].object_id,
    };
    assert_eq!(world.mapping.get(bob).await.unwrap(), None);
    let (id, created) = world.mapping.get_or_create(bob).await.unwrap();
    assert!(created && id != alices);
}

#[tokio::test]
async fn a_caller_who_goes_away_leaves_nothing_half_done() {
    let world = world().await;
    world.break_it(Fault {
        latency_ms: 300,
        count: 1,
        ..fault("create_user")
    });
    let started = async {
        while world.count("create_user") == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        _ = world.mapping.get_or_create(world.alice()) => panic!("it was not to be done yet"),
        () = started => {}
    }
    let (id, created) = world.mapping.get_or_create(world.alice()).await.unwrap();
    assert!(!created, "the first call created it");
    assert_eq!(world.identities().await, BTreeSet::from([id]));
    assert!(world.extension().await.is_some());
}
