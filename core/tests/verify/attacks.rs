//! Every attack of the catalogue, with the check that rejects it.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use acs_auth::ErrorKind::{self, Forbidden, Unauthorized};
use acs_auth::cloud::TokenVersion;
use acs_emulator::entra::{Attack, MintKind, MintRequest};

use crate::issuer::{Issuer, api};

/// Each attack, and the kind and code of its rejection; `None` if this caller may use the token.
const TABLE: &[(&str, Option<(ErrorKind, &str)>)] = &[
    ("alg_none", Some((Unauthorized, "malformed"))),
    ("alg_none_mixed_case", Some((Unauthorized, "malformed"))),
    ("signature_empty", Some((Unauthorized, "malformed"))),
    ("tampered", Some((Unauthorized, "signature"))),
    ("hs256_public_key_pem", Some((Unauthorized, "algorithm"))),
    ("hs256_public_key_der", Some((Unauthorized, "algorithm"))),
    ("rs512", Some((Unauthorized, "algorithm"))),
    ("attacker_key_matching_kid", Some((Unauthorized, "signature"))),
    ("kid_unknown", Some((Unauthorized, "key_unknown"))),
    ("no_kid", Some((Unauthorized, "key_id_missing"))),
    ("kid_path", Some((Unauthorized, "algorithm"))),
    ("kid_injection", Some((Unauthorized, "algorithm"))),
    ("embedded_jwk", Some((Unauthorized, "key_unknown"))),
    ("embedded_x5c", Some((Unauthorized, "key_unknown"))),
    ("jku", Some((Unauthorized, "key_unknown"))),
    ("x5u", Some((Unauthorized, "key_unknown"))),
    ("crit", Some((Unauthorized, "header"))),
    ("duplicate_member", Some((Unauthorized, "malformed"))),
    ("non_canonical_base64", Some((Unauthorized, "malformed"))),
    ("padded_base64", Some((Unauthorized, "malformed"))),
    ("four_segments", Some((Unauthorized, "malformed"))),
    ("oversize", Some((Unauthorized, "malformed"))),
    ("iss_suffix", Some((Unauthorized, "issuer"))),
    ("iss_no_slash", Some((Unauthorized, "issuer"))),
    ("iss_case", Some((Unauthorized, "issuer"))),
    ("tid_mismatch", Some((Unauthorized, "issuer"))),
    ("expired", Some((Unauthorized, "expired"))),
    ("nbf_future", Some((Unauthorized, "not_yet_valid"))),
    ("exp_huge", Some((Unauthorized, "lives_too_long"))),
    ("exp_string", Some((Unauthorized, "expiry_missing"))),
    ("exp_float", Some((Unauthorized, "expiry_missing"))),
    ("exp_missing", Some((Unauthorized, "expiry_missing"))),
    ("oid_missing", Some((Unauthorized, "object_id_missing"))),
    ("id_token_as_access_token", Some((Unauthorized, "audience"))),
    (
        "id_token_shared_registration",
        Some((Unauthorized, "no_access_token")),
    ),
    ("wrong_aud_graph", Some((Unauthorized, "audience"))),
    ("wrong_aud_acs", Some((Unauthorized, "audience"))),
    ("wrong_aud_other_api", Some((Unauthorized, "audience"))),
    ("other_user", None),
    ("other_tenant", Some((Forbidden, "tenant_not_allowed"))),
    ("v1_for_v2", None),
    ("v2_for_v1", None),
    ("scp_missing", Some((Forbidden, "scope_missing"))),
    ("scp_partial", Some((Forbidden, "scope_missing"))),
    ("scp_substring", Some((Forbidden, "scope_missing"))),
    ("roles_only", Some((Forbidden, "app_only"))),
    ("expires_soon", None),
];

#[tokio::test]
async fn every_attack_is_refused_by_the_check_that_it_is_aimed_at() {
    let issuer = Issuer::start().await;
    let verifier = issuer.verifier();
    let table: BTreeMap<_, _> = TABLE.iter().copied().collect();
    assert_eq!(table.len(), TABLE.len());
    let mut wrong = Vec::new();
    for attack in Attack::ALL {
        let token = issuer.attack(*attack);
        let outcome = verifier.verify(&token).await;
        if let Err(error) = &outcome {
            for part in token.split('.').filter(|part| part.len() > 8) {
                assert!(!format!("{error:?}").contains(part), "{}", attack.name());
            }
        }
        let outcome = outcome
            .err()
            .map(|error| (error.kind, error.code.clone().unwrap()));
        let outcome = outcome.as_ref().map(|(kind, code)| (*kind, code.as_str()));
        if table.get(attack.name()) != Some(&outcome) {
            wrong.push(format!("{}: {outcome:?}", attack.name()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(
        table.len(),
        Attack::ALL.len(),
        "the table names what does not exist"
    );
}

#[tokio::test]
async fn a_good_token_of_either_version_is_the_users() {
    let issuer = Issuer::start().await;
    let verifier = issuer.verifier();
    let info = issuer.emulator.info();
    for (version, ours) in [(1, TokenVersion::V1), (2, TokenVersion::V2)] {
        let token = issuer.mint(&MintRequest {
            version: Some(version),
            ..api()
        });
        let verified = verifier.verify(&token).await.unwrap();
        assert_eq!(verified.version, ours);
        assert_eq!(verified.object_id, info.users[0].object_id);
        assert_eq!(verified.tenant_id, info.tenant_id);
        assert_eq!(verified.client_id, info.spa.as_ref().unwrap().client_id);
        assert_eq!(verified.scopes, ["access_as_user"]);
        assert!(verified.expires_on > SystemTime::now() + Duration::from_secs(50 * 60));
    }
}

#[tokio::test]
async fn tokens_for_others_are_for_others() {
    let issuer = Issuer::start().await;
    let verifier = issuer.verifier();
    for kind in [MintKind::Teams, MintKind::Graph, MintKind::IdToken, MintKind::Acs] {
        let token = issuer.mint(&MintRequest {
            kind,
            ..MintRequest::default()
        });
        let error = verifier.verify(&token).await.unwrap_err();
        assert_eq!(
            (error.kind, error.code.as_deref()),
            (Unauthorized, Some("audience")),
            "{kind:?}"
        );
    }
}

#[tokio::test]
async fn the_clocks_may_differ_by_five_minutes_and_no_more() {
    let issuer = Issuer::start().await;
    let token = issuer.mint(&MintRequest {
        lifetime: Some(3600),
        ..api()
    });
    let tenant = issuer.emulator.info().tenant_id.clone();
    let expires_on = issuer.verifier().verify(&token).await.unwrap().expires_on;
    for (ahead, code) in [
        (299, None),
        (300, Some("expired")),
        (-3600 - 299, None),
        (-3600 - 301 - 300, Some("not_yet_valid")),
    ] {
        let by = Duration::from_secs(i64::unsigned_abs(ahead));
        let now = if ahead < 0 {
            expires_on - by
        } else {
            expires_on + by
        };
        let verifier = issuer
            .builder()
            .tenant_id(&tenant)
            .clock(move || now)
            .build()
            .unwrap();
        let outcome = verifier.verify(&token).await;
        assert_eq!(
            outcome.err().and_then(|error| error.code.clone()).as_deref(),
            code,
            "{ahead}"
        );
    }
}

#[tokio::test]
async fn several_tenants_and_any_tenant() {
    let issuer = Issuer::start().await;
    let info = issuer.emulator.info();
    let foreign = issuer.attack(Attack::OtherTenant);
    let other = info
        .users
        .iter()
        .find(|user| user.tenant_id != info.tenant_id)
        .unwrap();
    let both = issuer
        .builder()
        .tenant_id(&info.tenant_id)
        .tenant_id(other.tenant_id.to_uppercase())
        .build()
        .unwrap();
    let any = issuer.builder().allow_any_tenant().build().unwrap();
    for verifier in [both, any] {
        for token in [&foreign, &issuer.mint(&api())] {
            verifier.verify(token).await.unwrap();
        }
    }
}

#[tokio::test]
async fn another_application_may_not_call() {
    let issuer = Issuer::start().await;
    let tenant = issuer.emulator.info().tenant_id.clone();
    let other = issuer
        .emulator
        .entra()
        .seed()
        .apps
        .iter()
        .map(|app| app.client_id.clone())
        .find(|id| *id != issuer.emulator.info().spa.as_ref().unwrap().client_id)
        .unwrap();
    let token = issuer.mint(&MintRequest {
        client_id: Some(other),
        ..api()
    });
    let error = issuer.verifier().verify(&token).await.unwrap_err();
    assert_eq!(
        (error.kind, error.code.as_deref()),
        (Forbidden, Some("client_not_allowed"))
    );
    let info = issuer.emulator.info();
    let anyone = acs_auth::entra::verify::TokenVerifier::builder()
        .cloud(acs_auth::Cloud::custom(&info.https_url))
        .tenant_id(tenant)
        .audience(&info.api.as_ref().unwrap().client_id)
        .audience(info.api.as_ref().unwrap().scope.rsplit_once('/').unwrap().0)
        .allow_any_client()
        .transport(issuer.fetches.clone())
        .build()
        .unwrap();
    anyone.verify(&token).await.unwrap();
}
