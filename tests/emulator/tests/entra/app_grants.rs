//! Client credentials and on-behalf-of: apps with secrets and assertions.

use crate::support::*;
use acs_emulator::entra::EntraOptions;
use acs_emulator::seed::{ACS_DATA_URI, ACS_TEAMS_URI, AppKind, GRAPH_URI, Resource, Seed, TENANT_FABRIKAM};
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json as object};

const ACS_DEFAULT: &str = "https://communication.azure.com//.default";
const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

fn daemon(world: &World, changes: &[(&str, &str)]) -> acs_emulator::http::Reply {
    daemon_at(world, &world.token_path(), &[], changes)
}

fn daemon_at(
    world: &World,
    path: &str,
    headers: &[(&str, &str)],
    changes: &[(&str, &str)],
) -> acs_emulator::http::Reply {
    let mut fields = vec![
        ("grant_type", "client_credentials"),
        ("client_id", world.app(AppKind::Daemon).client_id.as_str()),
        ("client_secret", world.secret(AppKind::Daemon)),
        ("scope", ACS_DEFAULT),
    ];
    for (name, value) in changes {
        fields.retain(|(n, _)| n != name);
        fields.push((name, value));
    }
    fields.retain(|(_, value)| !value.is_empty());
    world.post(path, headers, &fields)
}

fn on_behalf_of(world: &World, assertion: &str, scope: &str) -> acs_emulator::http::Reply {
    let fields = [
        ("grant_type", JWT_BEARER),
        ("client_id", world.app(AppKind::Api).client_id.as_str()),
        ("client_secret", world.secret(AppKind::Api)),
        ("assertion", assertion),
        ("requested_token_use", "on_behalf_of"),
        ("scope", scope),
    ];
    world.post(&world.token_path(), &[], &fields)
}

#[test]
fn an_app_gets_a_token_of_the_acs_data_plane() {
    let world = world();
    let body = json(&daemon(&world, &[]));
    assert!(body.get("refresh_token").is_none() && body.get("id_token").is_none());
    let claims = world
        .verify(&string(&body, "access_token"), ACS_DATA_URI)
        .unwrap();
    assert_eq!(claims.aud, ACS_DATA_URI);
    assert!(claims.app_only && claims.scopes.is_empty());
    assert_eq!(claims.client_id, world.app(AppKind::Daemon).client_id);
    assert_eq!(decode(&string(&body, "access_token")).1["appidacr"], "1");
}

#[test]
fn the_double_slash_is_the_resources_own_slash() {
    let world = world();
    let single = json(&daemon(
        &world,
        &[("scope", "https://communication.azure.com/.default")],
    ));
    let (_, claims) = decode(&string(&single, "access_token"));
    assert_eq!(claims["aud"], "https://communication.azure.com");
    world
        .verify(&string(&single, "access_token"), ACS_DATA_URI)
        .unwrap();
}

#[test]
fn an_app_without_a_tenant_is_refused() {
    let world = world();
    for authority in ["organizations", "common"] {
        let path = format!("/{authority}/oauth2/v2.0/token");
        let reply = daemon_at(&world, &path, &[], &[]);
        assert_eq!(refusal(&reply).1, 50194, "a single-tenant app");
        let api = [
            ("client_id", world.app(AppKind::Api).client_id.as_str()),
            ("client_secret", world.secret(AppKind::Api)),
        ];
        let reply = daemon_at(&world, &path, &[], &api);
        assert_eq!(refusal(&reply), ("invalid_request".into(), 50059));
    }
}

#[test]
fn only_a_resources_default_can_be_asked_for() {
    let world = world();
    let reply = daemon(&world, &[("scope", "https://graph.microsoft.com/User.Read")]);
    assert_eq!(refusal(&reply), ("invalid_scope".into(), 1_002_012));
    assert_eq!(refusal(&daemon(&world, &[("scope", "")])).1, 900_144);
    let two = format!("{ACS_DEFAULT} https://graph.microsoft.com/.default");
    assert_eq!(refusal(&daemon(&world, &[("scope", &two)])).1, 28000);
}

#[test]
fn secrets_are_compared() {
    let world = world();
    let wrong = daemon(&world, &[("client_secret", "wrong")]);
    assert_eq!(
        (wrong.status, refusal(&wrong)),
        (401, ("invalid_client".into(), 7_000_215))
    );
    let none = daemon(&world, &[("client_secret", "")]);
    assert_eq!(
        (none.status, refusal(&none)),
        (401, ("invalid_client".into(), 7_000_218))
    );
}

#[test]
fn basic_credentials_are_form_encoded() {
    let mut seed = Seed::generate();
    let app = seed
        .apps
        .iter_mut()
        .find(|app| app.kind == AppKind::Daemon)
        .unwrap();
    app.secrets = vec![acs_emulator::seed::Secret::new("a+b/c:d e%")];
    let id = app.client_id.clone();
    let world = world_of(seed, EntraOptions::default());
    let basic = |secret: &str| format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
    let send = |authorization: &str| {
        let headers = [("authorization", authorization)];
        daemon_at(
            &world,
            &world.token_path(),
            &headers,
            &[("client_id", ""), ("client_secret", "")],
        )
    };
    assert_eq!(send(&basic("a%2Bb%2Fc%3Ad+e%25")).status, 200);
    assert_eq!(refusal(&send(&basic("wrong"))).1, 7_000_215);
    assert_eq!(refusal(&send("Basic !")).1, 9_002_313);
}

struct Certified {
    world: World,
    key: RsaKeyPair,
}

fn certified() -> Certified {
    let key = RsaKeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap();
    let pair = rcgen::KeyPair::try_from(key.as_der().unwrap().as_ref()).unwrap();
    let certificate = rcgen::CertificateParams::new(Vec::new())
        .unwrap()
        .self_signed(&pair)
        .unwrap();
    let mut seed = Seed::generate();
    let app = seed
        .apps
        .iter_mut()
        .find(|app| app.kind == AppKind::Daemon)
        .unwrap();
    app.certificates = vec![certificate.pem()];
    Certified {
        world: world_of(seed, EntraOptions::default()),
        key,
    }
}

impl Certified {
    fn claims(&self) -> Value {
        let now = self.world.clock.unix();
        let id = &self.world.app(AppKind::Daemon).client_id;
        object!({
            "aud": format!("{BASE}{}", self.world.token_path()),
            "iss": id, "sub": id, "jti": "1", "nbf": now, "exp": now + 600,
        })
    }

    fn send(&self, claims: &Value) -> acs_emulator::http::Reply {
        let encode = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let input = format!(
            "{}.{}",
            encode(object!({"alg": "RS256", "typ": "JWT"})),
            encode(claims.clone())
        );
        let mut signature = vec![0; self.key.public_modulus_len()];
        let random = aws_lc_rs::rand::SystemRandom::new();
        self.key
            .sign(&RSA_PKCS1_SHA256, &random, input.as_bytes(), &mut signature)
            .unwrap();
        let assertion = format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature));
        let fields = [
            ("client_secret", ""),
            ("client_assertion_type", ASSERTION),
            ("client_assertion", &assertion),
        ];
        daemon(&self.world, &fields)
    }
}

#[test]
fn a_signed_assertion_stands_for_the_secret() {
    let certified = certified();
    let body = json(&certified.send(&certified.claims()));
    assert_eq!(decode(&string(&body, "access_token")).1["appidacr"], "2");
}

#[test]
fn assertions_are_checked() {
    let mut certified = certified();
    let spoiled = |name: &str, value: Value| {
        let mut claims = certified.claims();
        claims[name] = value;
        refusal(&certified.send(&claims))
    };
    assert_eq!(
        spoiled("aud", "https://elsewhere.example/token".into()),
        ("invalid_client".into(), 700_023)
    );
    assert_eq!(spoiled("iss", "somebody".into()).1, 700_026);
    assert_eq!(
        spoiled("exp", (certified.world.clock.unix() - 301).into()).1,
        700_024
    );
    assert_eq!(
        spoiled("nbf", (certified.world.clock.unix() + 400).into()).1,
        700_024
    );
    certified.key = RsaKeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap();
    assert_eq!(refusal(&certified.send(&certified.claims())).1, 700_027);
}

#[test]
fn an_app_is_a_guest_only_where_it_was_let_in() {
    let world = world();
    let path = format!("/{TENANT_FABRIKAM}/oauth2/v2.0/token");
    assert_eq!(
        refusal(&daemon_at(&world, &path, &[], &[])),
        ("unauthorized_client".into(), 700_016)
    );
    let api = [
        ("client_id", world.app(AppKind::Api).client_id.as_str()),
        ("client_secret", world.secret(AppKind::Api)),
    ];
    let body = json(&daemon_at(&world, &path, &[], &api));
    assert_eq!(decode(&string(&body, "access_token")).1["tid"], TENANT_FABRIKAM);
}

#[test]
fn granted_roles_are_in_the_token() {
    let mut seed = Seed::generate();
    seed.consents.push(acs_emulator::seed::Consent {
        client_id: seed.app_of_kind(AppKind::Daemon).unwrap().client_id.clone(),
        tenant: seed.tenants[0].id.clone(),
        user: None,
        resource: seed.app_of_kind(AppKind::Api).unwrap().client_id.clone(),
        scopes: Vec::new(),
        roles: vec!["Tasks.Run".into()],
    });
    let world = world_of(seed, EntraOptions::default());
    let api = &world.app(AppKind::Api).client_id;
    let body = json(&daemon(&world, &[("scope", &format!("api://{api}/.default"))]));
    let claims = world.verify(&string(&body, "access_token"), api).unwrap();
    assert_eq!(claims.roles, ["Tasks.Run"]);
    assert_eq!(claims.ver, 2);
}

#[test]
fn the_version_1_endpoint_takes_a_resource() {
    let world = world();
    let path = format!("/{}/oauth2/token", world.tid());
    let body = json(&daemon_at(
        &world,
        &path,
        &[],
        &[("scope", ""), ("resource", ACS_DATA_URI)],
    ));
    assert_eq!(body["resource"], ACS_DATA_URI);
    assert!(body["expires_in"].is_string() && body["expires_on"].is_string());
}

#[test]
fn an_api_calls_graph_on_behalf_of_its_caller() {
    let world = world();
    let reply = on_behalf_of(
        &world,
        &world.mint("kind=api&user=bob@contoso.example"),
        &format!("User.Read {OIDC}"),
    );
    let body = json(&reply);
    let claims = world.verify(&string(&body, "access_token"), GRAPH_URI).unwrap();
    assert_eq!(claims.oid, world.user("bob").object_id);
    assert_eq!(claims.client_id, world.app(AppKind::Api).client_id);
    assert_eq!(claims.scopes, ["User.Read"]);
    assert_eq!(body["scope"], "User.Read openid profile");
    assert!(body["refresh_token"].is_string() && body["id_token"].is_string());
}

#[test]
fn default_means_what_was_consented_to() {
    let world = world();
    let token = world.mint("kind=api");
    let body = json(&on_behalf_of(
        &world,
        &token,
        "https://graph.microsoft.com/.default",
    ));
    assert_eq!(body["scope"], "User.Read");
}

#[test]
fn an_assertion_must_be_for_the_api() {
    let world = world();
    for kind in ["teams", "graph"] {
        let reply = on_behalf_of(&world, &world.mint(&format!("kind={kind}")), "User.Read");
        assert_eq!(refusal(&reply), ("invalid_grant".into(), 500_131), "{kind}");
    }
}

#[test]
fn an_assertion_must_be_believable() {
    let world = world();
    let refused = |attack: &str| {
        let token = world.mint(&format!("kind=api&attack={attack}"));
        refusal(&on_behalf_of(&world, &token, "User.Read"))
    };
    for attack in [
        "alg_none",
        "attacker_key_matching_kid",
        "iss_suffix",
        "id_token_as_access_token",
    ] {
        assert_eq!(refused(attack), ("invalid_grant".into(), 50013), "{attack}");
    }
    assert_eq!(refused("expired"), ("invalid_grant".into(), 500_133));
    assert_eq!(refusal(&on_behalf_of(&world, "garbage", "User.Read")).1, 50013);
}

#[test]
fn nobody_is_represented_by_an_apps_own_token() {
    let world = world();
    let api = &world.app(AppKind::Api).client_id;
    let own = json(&daemon(&world, &[("scope", &format!("{api}/.default"))]));
    let reply = on_behalf_of(&world, &string(&own, "access_token"), "User.Read");
    assert_eq!(refusal(&reply), ("invalid_grant".into(), 50013));
}

#[test]
fn representing_needs_consent() {
    let world = world();
    let reply = on_behalf_of(&world, &world.mint("kind=api"), "User.ReadWrite");
    assert_eq!(refusal(&reply), ("invalid_grant".into(), 65001));
    assert_eq!(json(&reply)["suberror"], "consent_required");
    let teams = on_behalf_of(
        &world,
        &world.mint("kind=api"),
        &format!("{ACS_TEAMS_URI}/.default"),
    );
    assert_eq!(refusal(&teams).1, 65001);
}

#[test]
fn representing_needs_a_secret_and_to_be_said() {
    let world = world();
    let token = world.mint("kind=api");
    let fields = [
        ("grant_type", JWT_BEARER),
        ("client_id", world.app(AppKind::Api).client_id.as_str()),
        ("assertion", token.as_str()),
        ("scope", "User.Read"),
    ];
    let reply = world.post(&world.token_path(), &[], &fields);
    assert_eq!(refusal(&reply), ("invalid_client".into(), 7_000_218));
    let secret = [
        fields[0],
        fields[1],
        fields[2],
        fields[3],
        ("client_secret", world.secret(AppKind::Api)),
    ];
    assert_eq!(refusal(&world.post(&world.token_path(), &[], &secret)).1, 900_144);
}

#[test]
fn a_claims_challenge_reaches_the_api() {
    let mut seed = Seed::generate();
    let graph = |resource: &&mut Resource| resource.name == "Microsoft Graph";
    seed.resources.iter_mut().find(graph).unwrap().requires_mfa = true;
    seed.users
        .iter_mut()
        .find(|user| user.username.starts_with("carol"))
        .unwrap()
        .mfa_registered = false;
    let world = world_of(seed, EntraOptions::default());
    let reply = on_behalf_of(
        &world,
        &world.mint("kind=api&user=bob@contoso.example"),
        "User.Read",
    );
    assert_eq!(refusal(&reply), ("interaction_required".into(), 50076));
    let claims: Value = serde_json::from_str(&string(&json(&reply), "claims")).unwrap();
    assert_eq!(claims["access_token"]["capolids"]["essential"], true);
    let reply = on_behalf_of(
        &world,
        &world.mint("kind=api&user=carol@contoso.example"),
        "User.Read",
    );
    assert_eq!(refusal(&reply).1, 50079);

    let challenge = claims.to_string();
    let code = world.code("bob", &[("claims", &challenge), ("mfa", "approve")]);
    let token = json(&world.redeem(&code, &[], &[("scope", API_SCOPE)]));
    let reply = on_behalf_of(&world, &string(&token, "access_token"), "User.Read");
    assert_eq!(reply.status, 200, "{}", text(&reply));
}

#[test]
fn unknown_things_are_named() {
    let world = world();
    assert_eq!(
        refusal(&daemon(&world, &[("grant_type", "password")])),
        ("unsupported_grant_type".into(), 70003)
    );
    let unknown = daemon(&world, &[("client_id", "00000000-0000-4000-8000-000000000000")]);
    assert_eq!(refusal(&unknown), ("unauthorized_client".into(), 700_016));
    let nowhere = daemon_at(&world, "/nowhere.example/oauth2/v2.0/token", &[], &[]);
    assert_eq!(refusal(&nowhere), ("invalid_request".into(), 90002));
    assert_eq!(refusal(&daemon(&world, &[("grant_type", "")])).1, 900_144);
    assert_eq!(refusal(&daemon(&world, &[("client_id", "")])).1, 900_144);
    assert_eq!(refusal(&world.get(&world.token_path())).1, 900_561);
}

#[test]
fn the_clients_correlation_id_is_kept() {
    let world = world();
    let id = "0a49cdbc-2e94-4089-bc6f-1162b123592c";
    let path = format!("{}?client-request-id={id}", world.token_path());
    assert_eq!(
        json(&daemon_at(&world, &path, &[], &[("scope", "")]))["correlation_id"],
        id
    );
    let headers = [("client-request-id", id)];
    let reply = daemon_at(&world, &world.token_path(), &headers, &[("scope", "")]);
    assert_eq!(json(&reply)["correlation_id"], id);
    assert_eq!(header(&reply, "client-request-id"), Some(id));
}
