//! The claims of issued tokens, and their verification.

use crate::support::*;
use acs_emulator::entra::{Attack, EntraOptions, IssuerMode, RefusedBy};
use acs_emulator::http::Checks;
use acs_emulator::seed::{ACS_TEAMS_APP_ID, ACS_TEAMS_URI, AppKind, Seed};

#[test]
fn a_teams_token_has_version_1s_form() {
    let world = world();
    let body = world.tokens("bob", TEAMS_SCOPES);
    let (header, claims) = decode(&string(&body, "access_token"));
    assert_eq!(header["alg"], "RS256");
    assert_eq!(header["kid"], header["x5t"]);
    assert_eq!(claims["ver"], "1.0");
    assert_eq!(claims["aud"], ACS_TEAMS_URI);
    assert_eq!(claims["iss"], format!("{BASE}/{}/", world.tid()));
    assert_eq!(claims["appid"], world.app(AppKind::Spa).client_id.as_str());
    assert_eq!(claims["oid"], world.user("bob").object_id.as_str());
    assert_eq!(claims["tid"], world.tid());
    assert_eq!(claims["scp"], "Teams.ManageCalls Teams.ManageChats");
    assert_eq!(claims["appidacr"], "0");
    assert!(claims.get("azp").is_none());
}

#[test]
fn an_api_token_has_version_2s_form() {
    let world = world();
    let body = world.tokens("bob", API_SCOPE);
    let (header, claims) = decode(&string(&body, "access_token"));
    assert!(header.get("x5t").is_none());
    assert_eq!(claims["ver"], "2.0");
    assert_eq!(claims["aud"], world.app(AppKind::Api).client_id.as_str());
    assert_eq!(claims["iss"], format!("{BASE}/{}/v2.0", world.tid()));
    assert_eq!(claims["azp"], world.app(AppKind::Spa).client_id.as_str());
    assert_eq!(claims["azpacr"], "0");
    assert_eq!(claims["preferred_username"], "bob@contoso.example");
    assert!(claims.get("appid").is_none());
}

#[test]
fn lifetimes_are_between_60_and_90_minutes_and_seeded() {
    let lifetimes = |seed| {
        let world = world_of(
            Seed::generate(),
            EntraOptions {
                rng_seed: Some(seed),
                ..Default::default()
            },
        );
        let times: Vec<i64> = (0..50)
            .map(|_| decode(&world.mint("kind=teams")).1)
            .map(|claims| claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap())
            .collect();
        times
    };
    let first = lifetimes(7);
    assert!(
        first.iter().all(|seconds| (3600..=5400).contains(seconds)),
        "{first:?}"
    );
    assert!(first.iter().max() > first.iter().min());
    assert_eq!(first, lifetimes(7));
    assert_ne!(first, lifetimes(8));
}

#[test]
fn production_issuers_are_an_option() {
    let options = EntraOptions {
        issuer: IssuerMode::Production,
        ..Default::default()
    };
    let world = world_of(Seed::generate(), options);
    let teams = world.mint("kind=teams");
    assert_eq!(
        decode(&teams).1["iss"],
        format!("https://sts.windows.net/{}/", world.tid())
    );
    let api = world.mint("kind=api");
    assert_eq!(
        decode(&api).1["iss"],
        format!("https://login.microsoftonline.com/{}/v2.0", world.tid())
    );
    world.verify(&teams, ACS_TEAMS_URI).unwrap();
    world.verify(&api, &world.app(AppKind::Api).client_id).unwrap();
}

#[test]
fn a_good_token_verifies_and_says_whose_it_is() {
    let world = world();
    let mut checks = Checks::default();
    let claims = world
        .entra
        .verify(
            &world.mint("kind=teams&user=bob@contoso.example"),
            &[ACS_TEAMS_APP_ID, ACS_TEAMS_URI],
            &mut checks,
        )
        .unwrap();
    assert_eq!(claims.oid, world.user("bob").object_id);
    assert_eq!(claims.tid, world.tid());
    assert_eq!(claims.client_id, world.app(AppKind::Spa).client_id);
    assert_eq!(claims.scopes, ["Teams.ManageCalls", "Teams.ManageChats"]);
    assert_eq!(claims.ver, 1);
    assert!(!claims.app_only);
    assert!(checks.0.iter().all(|check| check.ok), "{checks:?}");
    assert!(checks.0.iter().any(|check| check.name == "signature"));
}

#[test]
fn expiry_follows_the_clock() {
    let world = world();
    let token = world.mint("kind=teams&lifetime=600");
    world.verify(&token, ACS_TEAMS_URI).unwrap();
    world.clock.advance(599);
    world.verify(&token, ACS_TEAMS_URI).unwrap();
    world.clock.advance(2);
    assert_eq!(world.verify(&token, ACS_TEAMS_URI).unwrap_err().check, "lifetime");
}

#[test]
fn the_longest_lifetime_is_no_overflow() {
    let world = world();
    let token = world.mint(&format!("kind=teams&lifetime={}", i64::MAX));
    let problem = world.verify(&token, ACS_TEAMS_URI).unwrap_err();
    assert_eq!(problem.check, "lifetime");
    assert!(
        problem.detail.starts_with("it lasts 92233720"),
        "{}",
        problem.detail
    );
}

#[test]
fn a_host_that_never_issued_is_no_issuer() {
    let (world, other) = (world(), world());
    let token = world.mint("kind=teams");
    assert_eq!(other.verify(&token, ACS_TEAMS_URI).unwrap_err().check, "key");
    let elsewhere = world
        .entra
        .mint(
            &acs_emulator::entra::MintRequest::from_query("kind=teams").unwrap(),
            "http://127.0.0.1:1",
        )
        .unwrap();
    assert_eq!(
        decode(&elsewhere).1["iss"],
        format!("http://127.0.0.1:1/{}/", world.tid())
    );
    world.verify(&elsewhere, ACS_TEAMS_URI).unwrap();
}

#[test]
fn every_attack_is_refused_by_whoever_has_to() {
    let world = world();
    let api = world.app(AppKind::Api).client_id.clone();
    let uri = format!("api://{api}");
    for (kind, audiences) in [
        ("teams", [ACS_TEAMS_URI, ACS_TEAMS_APP_ID]),
        ("api", [&api, &uri]),
    ] {
        for attack in Attack::ALL {
            let token = world.mint(&format!(
                "kind={kind}&user=bob@contoso.example&attack={}",
                attack.name()
            ));
            let mut checks = Checks::default();
            let outcome = world.entra.verify(&token, &audiences, &mut checks);
            match attack.refused_by() {
                RefusedBy::Caller => {
                    outcome.unwrap_or_else(|e| panic!("{kind} {}: {e}", attack.name()));
                }
                by => {
                    let problem = outcome.expect_err(attack.name());
                    assert_eq!(
                        by == RefusedBy::Audience,
                        problem.check == "audience",
                        "{kind} {} {problem}",
                        attack.name()
                    );
                    assert!(
                        checks
                            .0
                            .iter()
                            .any(|check| !check.ok && check.name == problem.check)
                    );
                    let told = format!("{checks:?}");
                    let signature = token.rsplit('.').next().unwrap();
                    assert!(
                        signature.is_empty() || !told.contains(signature),
                        "{}",
                        attack.name()
                    );
                }
            }
        }
    }
}

#[test]
fn each_attack_fails_at_the_check_that_it_aims_at() {
    let world = world();
    for (attack, check) in [
        ("alg_none", "algorithm"),
        ("alg_none_mixed_case", "algorithm"),
        ("signature_empty", "signature"),
        ("tampered", "signature"),
        ("hs256_public_key_pem", "algorithm"),
        ("hs256_public_key_der", "algorithm"),
        ("rs512", "algorithm"),
        ("attacker_key_matching_kid", "signature"),
        ("kid_unknown", "key"),
        ("no_kid", "key"),
        ("kid_path", "algorithm"),
        ("kid_injection", "algorithm"),
        ("embedded_jwk", "key"),
        ("embedded_x5c", "key"),
        ("jku", "key"),
        ("x5u", "key"),
        ("crit", "form"),
        ("duplicate_member", "form"),
        ("non_canonical_base64", "form"),
        ("padded_base64", "form"),
        ("four_segments", "form"),
        ("oversize", "form"),
        ("iss_suffix", "issuer"),
        ("iss_no_slash", "issuer"),
        ("iss_case", "issuer"),
        ("tid_mismatch", "issuer"),
        ("expired", "lifetime"),
        ("nbf_future", "lifetime"),
        ("exp_huge", "lifetime"),
        ("exp_string", "lifetime"),
        ("exp_float", "lifetime"),
        ("exp_missing", "lifetime"),
        ("oid_missing", "token kind"),
        ("id_token_as_access_token", "token kind"),
        ("id_token_shared_registration", "token kind"),
        ("wrong_aud_graph", "audience"),
        ("wrong_aud_acs", "audience"),
        ("wrong_aud_other_api", "audience"),
    ] {
        let token = world.mint(&format!("kind=teams&attack={attack}"));
        assert_eq!(
            world.verify(&token, ACS_TEAMS_URI).unwrap_err().check,
            check,
            "{attack}"
        );
    }
}

#[test]
fn tokens_for_the_wrong_caller_are_wrong_in_the_named_way() {
    let world = world();
    let claims = |attack: &str| {
        let query = format!("kind=teams&user=bob@contoso.example&attack={attack}");
        (
            world.verify_teams(&world.mint(&query)).unwrap(),
            decode(&world.mint(&query)).1,
        )
    };
    let bob = &world.user("bob").object_id;
    let (other_user, _) = claims("other_user");
    assert!(other_user.oid != *bob && other_user.tid == world.tid());
    let (other_tenant, _) = claims("other_tenant");
    assert!(other_tenant.oid != *bob && other_tenant.tid != world.tid());
    assert_eq!(claims("v1_for_v2").0.ver, 1);
    assert_eq!(claims("v2_for_v1").0.ver, 2);
    assert!(claims("scp_missing").1.get("scp").is_none());
    assert_eq!(claims("scp_partial").0.scopes, ["Teams.ManageCalls"]);
    assert_eq!(
        claims("scp_substring").0.scopes,
        ["Teams.ManageCalls2", "Teams.ManageChats2"]
    );
    let (roles_only, _) = claims("roles_only");
    assert_eq!(roles_only.roles, ["Teams.ManageCalls", "Teams.ManageChats"]);
    assert!(roles_only.scopes.is_empty() && roles_only.app_only);
    let (soon, _) = claims("expires_soon");
    assert_eq!(soon.exp - soon.iat, 540);
}

#[test]
fn rollover_publishes_the_new_key_and_keeps_the_one_before() {
    let world = world();
    let old = world.mint("kind=teams");
    world.entra.roll_over_keys().unwrap();
    let new = world.mint("kind=teams");
    assert_ne!(decode(&old).0["kid"], decode(&new).0["kid"]);
    world.verify(&old, ACS_TEAMS_URI).unwrap();
    world.verify(&new, ACS_TEAMS_URI).unwrap();
    world.entra.roll_over_keys().unwrap();
    assert_eq!(world.verify(&old, ACS_TEAMS_URI).unwrap_err().check, "key");
    world.verify(&new, ACS_TEAMS_URI).unwrap();
}
