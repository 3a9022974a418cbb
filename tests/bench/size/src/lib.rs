//! One export that calls every operation of the client, so that the linker can't drop any of them.

use acs_auth::{CommunicationIdentityClient, CommunicationTokenScope, Result};

/// Runs each operation once and returns the first error's number, or 0.
#[unsafe(no_mangle)]
pub extern "C" fn acs_size_probe() -> i32 {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
        return 99;
    };
    match runtime.block_on(run()) {
        Ok(()) => 0,
        Err(error) => error.kind.value(),
    }
}

async fn run() -> Result<()> {
    let variable = |name| std::env::var(name).unwrap_or_default();
    let connection_string = variable("COMMUNICATION_SERVICES_CONNECTION_STRING");
    let mut builder = CommunicationIdentityClient::builder().connection_string(&connection_string);
    if let Ok(pem) = std::fs::read(variable("ACS_ENDPOINT_CA")) {
        builder = builder.root_certificates_pem(pem);
    }
    let client = builder.build()?;
    if let Ok(token) = std::env::var("ACS_ENTRA_TOKEN") {
        client
            .get_token_for_teams_user(&token, &variable("ACS_CLIENT_ID"), &variable("ACS_USER_ID"))
            .await?;
        client.get_token_for_teams_extension_user(&token).await?;
    }
    let scopes = [CommunicationTokenScope::Chat];
    let user = client.create_user().await?;
    client.get_token(&user, &scopes, None).await?;
    client.revoke_tokens(&user).await?;
    client.delete_user(&user).await?;
    client.create_user_and_token(&scopes, None).await?;
    Ok(())
}
