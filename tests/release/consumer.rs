//! A user's program: it creates an ACS user of the resource that its environment names.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let connection_string = std::env::var("COMMUNICATION_SERVICES_CONNECTION_STRING")?;
    let client = acs_auth::CommunicationIdentityClient::from_connection_string(&connection_string)?;
    let user = client.create_user().await?;
    println!("created {user:?}");
    Ok(())
}
