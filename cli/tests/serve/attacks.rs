//! The responses to every [`Attack`] of the emulator, as the caller's bearer token and as the Teams token.
//!
//! `cargo test -p acs-auth-cli --test serve attacks -- --nocapture` shows the table.

use std::collections::BTreeMap;

use acs_emulator::entra::Attack;

use crate::server::{API, Answer, Mint, Served, TEAMS};

/// The responses to attacks in the bearer token that are not 401 `unauthorized`.
const BEARER: &[(&str, u16, &str)] = &[
    ("other_user", 403, "user_mismatch"),
    ("other_tenant", 403, "forbidden"),
    ("scp_missing", 403, "forbidden"),
    ("scp_substring", 403, "forbidden"),
    ("roles_only", 403, "forbidden"),
    // The API has only one scope, so `scp` is empty.
    ("scp_partial", 403, "forbidden"),
    // Entra could have issued this token to this caller for this API, so it is valid until it expires.
    ("expires_soon", 201, ""),
    // The API's tokens have version 2, but version 1 is accepted, too.
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

/// The token check rejects some of these attacks, the service the others.
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
