//! The futures of the public operations are small: the facades move them over the stacks of the hosts' own
//! threads.
#![cfg(feature = "handler")]
#![allow(clippy::unwrap_used, reason = "a failed test is meant to panic")]

use acs_auth::handler::{Request, TokenExchangeHandler};
use acs_auth::{CommunicationIdentityClient, CommunicationUserIdentifier, TeamsTokenExchanger};

/// The maximum size in bytes. A debug build moves a future about ten times on its way into the runtime, and a
/// thread may have a stack of only 128 KiB.
const LARGEST: usize = 4 * 1024;

const CONNECTION_STRING: &str = "endpoint=https://contoso.communication.azure.com;accesskey=c2VjcmV0";
const GUID: &str = "11111111-1111-1111-1111-111111111111";

#[tokio::test]
async fn public_futures_are_small() {
    let client = CommunicationIdentityClient::from_connection_string(CONNECTION_STRING).unwrap();
    let exchanger = TeamsTokenExchanger::builder(client.clone()).build().unwrap();
    let handler = TokenExchangeHandler::builder()
        .connection_string(CONNECTION_STRING)
        .api_client_id(GUID)
        .teams_client_ids([GUID])
        .tenant_ids([GUID])
        .build()
        .unwrap();
    let user = CommunicationUserIdentifier::new("8:acs:a_b");
    let sizes = [
        ("create_user", size_of_val(&client.create_user())),
        ("get_token", size_of_val(&client.get_token(&user, &[], None))),
        (
            "get_token_for_teams_user",
            size_of_val(&client.get_token_for_teams_user("", "", "")),
        ),
        ("exchange", size_of_val(&exchanger.exchange("", "", ""))),
        ("sign_out", size_of_val(&exchanger.sign_out("", ""))),
        ("handle", size_of_val(&handler.handle(Request::new("GET", "/")))),
    ];
    for (name, size) in sizes {
        println!("{name}: {size}");
    }
    for (name, size) in sizes {
        assert!(size <= LARGEST, "{name}: {size} bytes");
    }
}
