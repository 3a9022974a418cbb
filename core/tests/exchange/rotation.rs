//! A cache entry belongs to the credential that its token was fetched with.

use acs_auth::{CommunicationIdentityClient, ErrorKind, TeamsTokenExchanger};
use acs_emulator::KeyName;

use crate::setup::Setup;

#[tokio::test]
async fn after_an_update_no_token_of_the_former_key_is_returned() {
    let setup = Setup::start().await;
    let exchanger = setup.exchanger();
    let token = setup.mint();
    let former = setup.exchange(&exchanger, &token).await.unwrap();
    // Twice, so that the inspection is cached too.
    assert_eq!(setup.exchange(&exchanger, &token).await.unwrap(), former);
    assert_eq!(setup.upstream().len(), 1);

    let new = setup.emulator.regenerate_access_key(KeyName::Primary).unwrap();
    exchanger.update_access_key(&new, None).unwrap();
    let fetched = setup.exchange(&exchanger, &token).await.unwrap();
    assert_ne!(fetched.token, former.token);
    assert_eq!(setup.upstream().len(), 2);
    assert_eq!(setup.exchange(&exchanger, &token).await.unwrap(), fetched);
    assert_eq!(setup.upstream().len(), 2);
}

#[tokio::test]
async fn a_client_is_updated_for_its_exchangers_too() {
    let setup = Setup::start().await;
    let client =
        CommunicationIdentityClient::from_connection_string(&setup.emulator.info().connection_string_http.0)
            .unwrap();
    let exchanger = TeamsTokenExchanger::builder(client.clone()).build().unwrap();
    let token = setup.mint();
    setup.exchange(&exchanger, &token).await.unwrap();
    let new = setup.emulator.regenerate_access_key(KeyName::Primary).unwrap();
    client.update_access_key(&new, None).unwrap();
    setup.exchange(&exchanger, &token).await.unwrap();
    assert_eq!(setup.upstream().len(), 2);
}

#[tokio::test]
async fn a_token_is_not_kept_for_the_key_that_was_rejected_while_it_was_fetched() {
    let setup = Setup::start().await;
    let info = setup.emulator.info();
    let client = CommunicationIdentityClient::builder()
        .connection_string(&info.connection_string_http.0)
        .secondary_access_key(&info.secondary_access_key.0)
        .build()
        .unwrap();
    let exchanger = TeamsTokenExchanger::builder(client).build().unwrap();
    let token = setup.mint();
    setup.emulator.regenerate_access_key(KeyName::Primary).unwrap();
    let statuses = || {
        setup
            .upstream()
            .iter()
            .map(|record| record.status.unwrap())
            .collect::<Vec<_>>()
    };
    for expected in [&[401, 200][..], &[401, 200, 200], &[401, 200, 200]] {
        setup.exchange(&exchanger, &token).await.unwrap();
        assert_eq!(statuses(), expected);
    }
}

#[tokio::test]
async fn a_rejection_of_the_former_key_is_not_remembered() {
    let setup = Setup::start().await;
    let exchanger = setup.exchanger();
    let token = setup.mint();
    let new = setup.emulator.regenerate_access_key(KeyName::Primary).unwrap();
    let error = setup.exchange(&exchanger, &token).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::CredentialDenied);
    exchanger.update_access_key(&new, None).unwrap();
    setup.exchange(&exchanger, &token).await.unwrap();
}
