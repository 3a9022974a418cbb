//! `acs-auth users create` and `acs-auth users delete`

use acs_auth::CommunicationUserIdentifier;
use serde_json::json;

use crate::args::{CreateArgs, IdentityArgs, lifetime};
use crate::failure::Failure;
use crate::{output, service};

pub(crate) async fn create(args: &CreateArgs) -> Result<(), Failure> {
    let client = service::client(&args.service)?;
    if args.scopes.is_empty() {
        let user = client.create_user().await?;
        return if args.json.json {
            output::json(&json!({ "id": user.id }))
        } else {
            output::result(&user.id)
        };
    }
    let created = client
        .create_user_and_token(&args.scopes, lifetime(args.expires_in_minutes))
        .await?;
    let expires_on = service::expires_on(&created.token);
    if args.json.json {
        let token = created.token.token.expose();
        return output::json(&json!({ "id": created.user.id, "token": token, "expires_on": expires_on }));
    }
    output::note(format_args!("expires {expires_on}"));
    output::result(&created.user.id)?;
    output::result(created.token.token.expose())
}

pub(crate) async fn delete(args: &IdentityArgs) -> Result<(), Failure> {
    let client = service::client(&args.service)?;
    client
        .delete_user(&CommunicationUserIdentifier::new(&args.id))
        .await?;
    if args.json.json {
        return output::json(&json!({}));
    }
    output::note(format_args!("deleted {}", args.id));
    Ok(())
}
