//! The seed: the generated one, and seed files.

use crate::support::*;
use acs_emulator::entra::{Attack, EntraOptions, MintRequest};
use acs_emulator::seed::{AppKind, GRAPH_URI, Seed, TEAMS_SERVICE_PLANS};
use std::collections::HashSet;

const FILE: &str = include_str!("../../seed.example.json");

#[test]
fn the_generated_seed_is_as_documented() {
    let seed = Seed::generate();
    let licensed = |tid: &str| -> Vec<bool> {
        seed.users
            .iter()
            .filter(|user| user.tenant == tid)
            .map(|user| user.licensed())
            .collect()
    };
    assert_eq!(licensed(&seed.tenants[0].id), [true, true, false]);
    assert_eq!(licensed(&seed.tenants[1].id), [true]);
    let summary = serde_json::to_value(seed.summary()).unwrap();
    assert_eq!(summary["tenant_id"], seed.tenants[0].id.as_str());
    assert_eq!(summary["api"]["scope"], API_SCOPE);
    assert_eq!(summary["spa"]["redirect_uri"], SPA_URI);
    assert_eq!(
        summary["daemon"]["client_secret"],
        seed.app_of_kind(AppKind::Daemon).unwrap().secrets[0].expose()
    );
    assert_eq!(summary["users"].as_array().unwrap().len(), 4);
    for member in ["username", "password", "object_id", "licensed"] {
        assert!(summary["users"][0].get(member).is_some(), "{member}");
    }
}

#[test]
fn ids_are_fixed_and_secrets_are_not() {
    let (one, other) = (Seed::generate(), Seed::generate());
    for (a, b) in one.users.iter().zip(&other.users) {
        assert_eq!(a.object_id, b.object_id);
        assert_ne!(a.password, b.password);
    }
    let secrets = |seed: &Seed| seed.app_of_kind(AppKind::Daemon).unwrap().secrets[0].clone();
    assert_ne!(secrets(&one), secrets(&other));
}

#[test]
fn debugging_shows_no_secret() {
    let seed = Seed::generate();
    let told = format!("{seed:?} {:?}", seed.summary());
    for secret in seed
        .users
        .iter()
        .map(|user| &user.password)
        .chain(seed.apps.iter().flat_map(|app| &app.secrets))
    {
        assert!(!told.contains(secret.expose()));
    }
}

#[test]
fn a_file_is_read_and_used() {
    let seed = Seed::from_json(FILE).unwrap();
    let world = world_of(seed, EntraOptions::default());
    let user = &world.seed.users[0];
    assert!(user.licensed());
    assert!(
        !user.password.expose().is_empty(),
        "made up, since the file has none"
    );
    assert!(
        world.seed.resource(GRAPH_URI).is_some(),
        "Microsoft's resources are there all the same"
    );
    let token = world.mint(&format!("kind=api&user={}", user.username));
    let api = world.seed.app_of_kind(AppKind::Api).unwrap();
    world.verify(&token, &api.client_id).unwrap();
}

#[test]
fn a_bad_file_is_refused_with_the_entry_at_fault() {
    let refused = |from: &str, to: &str| {
        assert!(FILE.contains(from), "{from}");
        Seed::from_json(&FILE.replace(from, to)).unwrap_err().to_string()
    };
    assert!(Seed::from_json("{").is_err());
    assert!(refused("\"tenants\"", "\"tenant\"").contains("tenant"));
    let user = "7e57a000-0000-4000-8000-000000000002";
    assert!(refused(user, "not-a-guid").contains("not-a-guid"));
    assert!(
        refused(
            "\"tenant\": \"7e57a000-0000-4000-8000-000000000001\",\n      \"service_plans\"",
            "\"tenant\": \"7e57a000-0000-4000-8000-00000000000f\",\n      \"service_plans\""
        )
        .contains("unknown tenant")
    );
    assert!(refused("\"scopes\": [\"User.Read\"", "\"scopes\": [\"User.Wrong\"").contains("User.Wrong"));
    assert!(refused("\"token_version\": 2", "\"token_version\": 3").contains("token_version"));
}

#[test]
fn every_teams_plan_is_a_licence_by_name_and_by_id() {
    let mut user = Seed::generate().users[2].clone();
    assert!(!user.licensed());
    let all: HashSet<_> = TEAMS_SERVICE_PLANS.iter().map(|(_, id)| id).collect();
    assert_eq!(all.len(), 7);
    for plan in TEAMS_SERVICE_PLANS.iter().flat_map(|(name, id)| [name, id]) {
        user.service_plans = vec!["exchange".into(), plan.to_uppercase()];
        assert!(user.licensed(), "{plan}");
    }
}

#[test]
fn users_are_found_by_tenant_and_id() {
    let seed = Seed::generate();
    let (bob, frida) = (&seed.users[1], &seed.users[3]);
    assert_eq!(
        seed.user(&bob.tenant, &bob.object_id).unwrap().username,
        bob.username
    );
    assert!(seed.user(&frida.tenant, &bob.object_id).is_none());
}

#[test]
fn minting_says_what_it_does_not_understand() {
    let refused = |query: &str| MintRequest::from_query(query).unwrap_err();
    assert!(refused("kind=x").contains("teams, teams_extension, entra_user, api"));
    assert!(refused("attack=x").contains("alg_none"));
    assert!(refused("version=3").contains("1, 2"));
    assert!(refused("lifetime=x").contains("seconds"));
    assert!(refused("users=bob").contains("user, client_id"));
}

#[test]
fn minting_follows_its_parameters() {
    let world = world();
    let (_, claims) =
        decode(&world.mint("kind=teams_extension&version=2&lifetime=60&user=carol@contoso.example"));
    assert_eq!(claims["scp"], "TeamsExtension.ManageCalls");
    assert_eq!(
        (
            claims["ver"].as_str(),
            claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap()
        ),
        (Some("2.0"), 60)
    );
    let (_, claims) = decode(&world.mint("kind=acs"));
    assert_eq!(claims["idtyp"], "app");
    assert_eq!(claims["appid"], world.app(AppKind::Daemon).client_id.as_str());
    let (_, claims) = decode(&world.mint("kind=teams&scope=Teams.ManageCalls"));
    assert_eq!(claims["scp"], "Teams.ManageCalls");
    let (_, claims) = decode(&world.mint("kind=id_token"));
    assert_eq!(claims["aud"], world.app(AppKind::Spa).client_id.as_str());
    let oid = &world.user("bob").object_id;
    assert_eq!(decode(&world.mint(&format!("user={oid}"))).1["oid"], oid.as_str());
}

#[test]
fn the_guide_describes_every_attack() {
    let guide = include_str!("../../ENTRA.md");
    for attack in Attack::ALL {
        let row = format!("| `{}` | {} |", attack.name(), attack.describe());
        assert!(guide.contains(&row), "{row}");
    }
}
