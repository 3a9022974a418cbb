//! Operations with a service: verification, exchanges, and the cache.

use acs_auth::entra::verify::TokenVerifier;
use acs_auth::{Cloud, TeamsTokenExchanger};

use crate::setup::{Setup, on_worker, runs};

pub(crate) fn verify(count: usize) {
    let setup = Setup::read();
    let verifier = TokenVerifier::builder()
        .cloud(Cloud::custom(setup.text("/https_url")))
        .tenant_id(setup.text("/tenant_id"))
        .audience(setup.text("/api/client_id"))
        .allowed_client_id(setup.text("/spa/client_id"))
        .build()
        .unwrap();
    on_worker(async move {
        for _ in runs(count) {
            verifier.verify(setup.text("/api_token")).await.unwrap();
        }
    });
}

pub(crate) fn cache_hit(count: usize) {
    let setup = Setup::read();
    on_worker(async move {
        let exchanger = TeamsTokenExchanger::builder(setup.client()).build().unwrap();
        let [token, client_id, user] = setup.exchange();
        for _ in runs(count) {
            exchanger.exchange(token, client_id, user).await.unwrap();
        }
    });
}

pub(crate) fn exchange(count: usize) {
    let setup = Setup::read();
    on_worker(async move {
        let client = setup.client();
        let [token, client_id, user] = setup.exchange();
        for _ in runs(count) {
            client
                .get_token_for_teams_user(token, client_id, user)
                .await
                .unwrap();
        }
    });
}
