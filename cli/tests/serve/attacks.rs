//! Every attack of the catalogue as the caller's bearer, and as the Teams token: what the server answers.
//!
//! `cargo test -p acs-auth-cli --test serve attacks -- --nocapture` shows the table.

use std::collections::BTreeMap;

use acs_emulator::entra::Attack;

use crate::server::{API, Answer, Mint, Served, TEAMS};

/// What the attacks on the caller's bearer are answered with, where it is not 401 `unauthorized`.
const BEARER: &[(&str, u16, &str)] = &[
    ("other_user", 403, "user_mismatch"),
    ("other_tenant", 403, "forbidden"),
    ("scp_missing", 403, "forbidden"),
    ("scp_substring", 403, "forbidden"),
    ("roles_only", 403, "forbidden"),
    // The API's own scope is its last.
    ("scp_partial", 403, "forbidden"),
    // A token that Entra could have issued to this caller for this API: it is good while it lasts.
    ("expires_soon", 201, ""),
    // The API is registered for one version; both are verified by their own rules.
    ("v1_for_v2", 201, ""),
    ("v2_for_v1", 201, ""),
];

#[tokio::test]
async fn every_attack_by_the_callers_bearer_is_answered_as_it_deserves() {
    let served = Served::start().await;
    let teams = served.emulator.mint(TEAMS).await;
    let special: BTreeMap<_, _> = BEARER
        .iter()
        .map(|(name, status, code)| (*name, (*status, *code)))
        .collect();
    println!("{:28} status code", "attack (bearer)");
    let mut wrong = Vec::new();
    for attack in Attack::ALL {
        let name = attack.name();
        let bearer = served
            .emulator
            .mint(Mint {
                attack: Some(name),
                ..API
            })
            .await;
        let answer = Answer::of(served.exchange(&bearer, &teams)).await;
        println!("{name:28} {}    {}", answer.status, answer.code());
        let expected = special.get(name).copied().unwrap_or((401, "unauthorized"));
        if (answer.status, answer.code()) != expected {
            wrong.push(format!(
                "{name}: {} {}, not {expected:?}",
                answer.status,
                answer.code()
            ));
        }
        if answer.status == 401 {
            assert!(
                answer.header("www-authenticate").contains("invalid_token"),
                "{name}"
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What the attacks on the Teams token are answered with: token check sees these, the service the rest.
#[tokio::test]
async fn no_attack_by_the_teams_token_gets_a_token() {
    let served = Served::start().await;
    let bearer = served.emulator.mint(API).await;
    println!("{:28} status code", "attack (Teams token)");
    for attack in Attack::ALL {
        let name = attack.name();
        let teams = served
            .emulator
            .mint(Mint {
                attack: Some(name),
                ..TEAMS
            })
            .await;
        let answer = Answer::of(served.exchange(&bearer, &teams)).await;
        println!("{name:28} {}    {}", answer.status, answer.code());
        let good = ["v1_for_v2", "v2_for_v1"].contains(&name);
        assert_eq!(answer.status == 201, good, "{name}: {}", answer.body);
        assert!(answer.status < 500, "{name}: {}", answer.body);
    }
}
