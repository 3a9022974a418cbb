//! The exchange for Teams Phone extensibility, with cache, coalescing and limiter.

use std::sync::Arc;
use std::time::Duration;

use acs_auth::entra::TokenCheck;
use acs_auth::observe::Event;
use acs_auth::{CommunicationUserToken, ErrorKind, Result, TeamsTokenExchanger};
use acs_emulator::entra::{MintKind, MintRequest};
use acs_emulator::{Fault, Filter, Record};
use serde_json::json;

use crate::setup::Setup;

fn mint(setup: &Setup) -> String {
    let wanted = MintRequest {
        kind: MintKind::TeamsExtension,
        ..MintRequest::default()
    };
    setup.emulator.mint(&wanted).unwrap()
}

fn upstream(setup: &Setup) -> Vec<Arc<Record>> {
    setup.emulator.requests(&Filter {
        operation: Some("exchange_teams_extension".into()),
        ..Filter::default()
    })
}

fn fault(setup: &Setup, fault: Fault) {
    let fault = Fault {
        operation: Some("exchange_teams_extension".into()),
        ..fault
    };
    setup.emulator.faults().add(fault).unwrap();
}

fn spawn(
    exchanger: &TeamsTokenExchanger,
    token: &str,
) -> tokio::task::JoinHandle<Result<CommunicationUserToken>> {
    let (exchanger, token) = (exchanger.clone(), token.to_owned());
    tokio::spawn(async move { exchanger.exchange_teams_extension(&token).await })
}

#[tokio::test]
async fn a_token_is_cached_with_its_identity_until_the_user_signs_out() {
    let setup = Setup::start().await;
    let exchanger = setup.exchanger();
    let token = mint(&setup);
    let first = exchanger.exchange_teams_extension(&token).await.unwrap();
    let info = setup.emulator.info();
    let id = format!("8:acs:{}_{}_{}", info.resource_id, info.tenant_id, setup.user_id);
    assert_eq!(first.user.id, id);
    for _ in 0..2 {
        assert_eq!(exchanger.exchange_teams_extension(&token).await.unwrap(), first);
    }
    assert_eq!(upstream(&setup).len(), 1);
    assert_eq!(setup.told.count(|event| *event == Event::CacheHit), 2);
    exchanger.sign_out(&info.tenant_id, &setup.user_id).await.unwrap();
    exchanger.exchange_teams_extension(&token).await.unwrap();
    assert_eq!(upstream(&setup).len(), 2);
}

#[tokio::test]
async fn callers_with_one_token_share_one_exchange() {
    let setup = Setup::start().await;
    let exchanger = setup.exchanger();
    let token = mint(&setup);
    fault(
        &setup,
        Fault {
            latency_ms: 3000,
            ..Fault::default()
        },
    );
    let callers: Vec<_> = (0..20).map(|_| spawn(&exchanger, &token)).collect();
    for caller in callers {
        caller.await.unwrap().unwrap();
    }
    assert_eq!(upstream(&setup).len(), 1);
    assert_eq!(setup.told.count(|event| *event == Event::Coalesced), 19);
}

#[tokio::test]
async fn the_two_exchanges_of_one_token_share_no_entry() {
    let setup = Setup::start().await;
    let exchanger = setup.builder().token_check(TokenCheck::Off).build().unwrap();
    let wanted = MintRequest {
        scopes: Some(
            [
                "Teams.ManageCalls",
                "Teams.ManageChats",
                "TeamsExtension.ManageCalls",
            ]
            .map(str::to_owned)
            .to_vec(),
        ),
        ..MintRequest::default()
    };
    let token = setup.emulator.mint(&wanted).unwrap();
    let extension = exchanger.exchange_teams_extension(&token).await.unwrap();
    let teams = exchanger.exchange(&token, "", &setup.user_id).await;
    assert_eq!(teams.unwrap_err().kind, ErrorKind::ValidationFailed);
    let teams = setup.exchange(&exchanger, &token).await.unwrap();
    assert_ne!(teams.token, extension.token.token);
}

#[tokio::test]
async fn both_exchanges_count_towards_one_limit() {
    let setup = Setup::start().await;
    let exchanger = setup
        .builder()
        .limit(2)
        .limit_window(Duration::from_secs(3600))
        .build()
        .unwrap();
    setup.exchange(&exchanger, &setup.mint()).await.unwrap();
    let error = exchanger
        .exchange_teams_extension(&mint(&setup))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind, error.code.as_deref()),
        (ErrorKind::Throttled, Some("limited"))
    );
}

#[tokio::test]
async fn an_enforced_token_check_wants_the_extensions_permission() {
    let setup = Setup::start().await;
    let exchanger = setup.exchanger();
    let error = exchanger
        .exchange_teams_extension(&setup.mint())
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind, error.code.as_deref()),
        (ErrorKind::EntraTokenInvalid, Some("scopes"))
    );
    assert_eq!(upstream(&setup).len(), 0);
}

#[tokio::test]
async fn an_opaque_token_is_exchanged_and_cached_whatever_the_token_check() {
    for token_check in [TokenCheck::Enforce, TokenCheck::Warn, TokenCheck::Off] {
        let setup = Setup::start().await;
        let exchanger = setup.builder().token_check(token_check).build().unwrap();
        fault(
            &setup,
            Fault {
                status: Some(200),
                json: Some(json!({
                    "identity": {"id": "8:acs:r_t_o"},
                    "accessToken": {"token": "opaque-as-well", "expiresOn": "2099-01-01T00:00:00Z"},
                })),
                ..Fault::default()
            },
        );
        let token = "0123456789abcdef0123456789abcdef";
        for _ in 0..2 {
            let exchanged = exchanger.exchange_teams_extension(token).await.unwrap();
            assert_eq!(exchanged.token.token.expose(), "opaque-as-well");
        }
        assert_eq!(upstream(&setup).len(), 1);
    }
}

#[tokio::test]
async fn signing_out_evicts_what_was_exchanged_for_an_opaque_teams_token() {
    let setup = Setup::start().await;
    let exchanger = setup.exchanger();
    let token = "0123456789abcdef0123456789abcdef";
    for exchanges in [1, 2] {
        setup.fault(|fault| {
            fault.status = Some(200);
            fault.json = Some(json!({"token": "t", "expiresOn": "2099-01-01T00:00:00Z"}));
        });
        for _ in 0..2 {
            setup.exchange(&exchanger, token).await.unwrap();
        }
        assert_eq!(setup.upstream().len(), exchanges);
        let tenant_id = &setup.emulator.info().tenant_id;
        exchanger.sign_out(tenant_id, &setup.user_id).await.unwrap();
    }
}

#[tokio::test]
async fn a_service_that_never_answers_ends_at_the_deadline() {
    let setup = Setup::start().await;
    let exchanger = setup.exchanger();
    fault(
        &setup,
        Fault {
            latency_ms: 60_000,
            count: 10,
            ..Fault::default()
        },
    );
    let error = exchanger
        .exchange_teams_extension_with_timeout(&mint(&setup), Duration::from_millis(300))
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::Timeout);
}
