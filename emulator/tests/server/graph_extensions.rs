//! The open extensions of the signed-in user.

use acs_emulator::Behaviour;
use acs_emulator::entra::{MintKind, MintRequest};
use serde_json::{Value, json};

use crate::graph::{READ, WRITE, call, token};
use crate::support::{Answer, World, world};

const EXTENSIONS: &str = "/v1.0/me/extensions";
const NAME: &str = "com.contoso.identityMapping";

fn extension(name: &str) -> String {
    json!({
        "@odata.type": "microsoft.graph.openTypeExtension",
        "extensionName": name,
        "acsUserIdentity": "8:acs:a_b",
    })
    .to_string()
}

fn create(world: &World, token: &str, name: &str) -> Answer {
    call(world, token, "POST", EXTENSIONS, &extension(name))
}

fn names(world: &World, token: &str) -> Vec<Value> {
    let me = call(world, token, "GET", "/v1.0/me?$select=id&$expand=extensions", "").json();
    me["extensions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|extension| extension["extensionName"].clone())
        .collect()
}

#[test]
fn what_is_created_is_read_changed_and_deleted() {
    let world = world();
    let token = token(&world, 0, WRITE);
    let created = create(&world, &token, NAME);
    assert_eq!(created.status, 201);
    let created = created.json();
    assert_eq!(created["@odata.type"], "#microsoft.graph.openTypeExtension");
    assert_eq!(
        (&created["id"], &created["extensionName"]),
        (&json!(NAME), &json!(NAME))
    );
    let target = format!("{EXTENSIONS}/{NAME}");
    let read = || call(&world, &token, "GET", &target, "").json();
    assert_eq!(read()["acsUserIdentity"], "8:acs:a_b");
    let changed = call(
        &world,
        &token,
        "PATCH",
        &target,
        r#"{"acsUserIdentity":null,"more":1}"#,
    );
    assert_eq!((changed.status, changed.body.len()), (204, 0));
    assert_eq!(
        (&read()["more"], &read()["acsUserIdentity"]),
        (&json!(1), &Value::Null)
    );
    let listed = call(&world, &token, "GET", EXTENSIONS, "").json();
    assert_eq!(listed["value"][0]["id"], NAME);
    assert_eq!(call(&world, &token, "DELETE", &target, "").status, 204);
    let again = call(&world, &token, "DELETE", &target, "");
    assert_eq!(again.code(), (404, "ResourceNotFound".into()));
    assert!(names(&world, &token).is_empty());
}

#[test]
fn each_user_has_their_own() {
    let world = world();
    assert_eq!(create(&world, &token(&world, 0, WRITE), NAME).status, 201);
    assert!(names(&world, &token(&world, 1, READ)).is_empty());
    assert_eq!(names(&world, &token(&world, 0, READ)), [NAME]);
}

#[test]
fn a_name_is_there_once() {
    let world = world();
    let token = token(&world, 0, WRITE);
    assert_eq!(create(&world, &token, NAME).status, 201);
    assert_eq!(
        create(&world, &token, NAME).code(),
        (409, "Request_BadRequest".into())
    );
    assert_eq!(world.failed(), ["name is free"]);
    world
        .emulator
        .set_behaviour(Behaviour {
            extension_conflict: 400,
            ..Behaviour::default()
        })
        .unwrap();
    assert_eq!(create(&world, &token, NAME).status, 400);
}

#[test]
fn an_app_has_two_on_a_user() {
    let world = world();
    let token = token(&world, 0, WRITE);
    let statuses = ["a", "b", "c"].map(|name| create(&world, &token, name).status);
    assert_eq!(statuses, [201, 201, 400]);
    assert_eq!(world.failed(), ["limit"]);
    let of_another_app = world
        .emulator
        .mint(&MintRequest {
            user: Some(world.user(0).into()),
            kind: MintKind::Graph,
            client_id: world
                .emulator
                .info()
                .api
                .as_ref()
                .map(|api| api.client_id.clone()),
            scopes: Some(vec!["User.ReadWrite".into()]),
            ..MintRequest::default()
        })
        .unwrap();
    assert_eq!(create(&world, &of_another_app, "c").status, 201);
    assert_eq!(names(&world, &token), ["a", "b", "c"]);
}

#[test]
fn what_is_no_extension_is_refused() {
    let world = world();
    let token = token(&world, 0, WRITE);
    for body in [
        "",
        "[]",
        "{}",
        r#"{"extensionName":"a"}"#,
        r#"{"@odata.type":"microsoft.graph.openTypeExtension"}"#,
    ] {
        let answer = call(&world, &token, "POST", EXTENSIONS, body);
        assert_eq!(answer.code(), (400, "Request_BadRequest".into()), "{body}");
    }
}
