//! `acs-auth users create`, `get` and `delete`

use acs_auth::{CommunicationUserDetail, CommunicationUserIdentifier};
use serde_json::json;

use crate::args::{CreateArgs, IdentityArgs, lifetime};
use crate::failure::Failure;
use crate::{output, service, style};

pub(crate) async fn create(args: &CreateArgs) -> Result<(), Failure> {
    let client = service::client(&args.service)?;
    if args.scopes.is_empty() {
        let user = match &args.custom_id {
            Some(custom_id) => client.create_user_with_custom_id(custom_id).await?,
            None => client.create_user().await?,
        };
        return if args.json.json {
            output::json(&json!({ "id": user.id }))
        } else {
            output::result(&user.id)
        };
    }
    let lifetime = lifetime(args.expires_in_minutes);
    let created = match &args.custom_id {
        Some(custom_id) => {
            client
                .create_user_and_token_with_custom_id(custom_id, &args.scopes, lifetime)
                .await?
        }
        None => client.create_user_and_token(&args.scopes, lifetime).await?,
    };
    let expires_on = service::expires_on(&created.token);
    if args.json.json {
        let token = created.token.token.expose();
        return output::json(&json!({ "id": created.user.id, "token": token, "expires_on": expires_on }));
    }
    output::note(format_args!("expires {expires_on}"));
    output::result(&created.user.id)?;
    output::result(created.token.token.expose())
}

pub(crate) async fn get(args: &IdentityArgs) -> Result<(), Failure> {
    let client = service::client(&args.service)?;
    let CommunicationUserDetail {
        user,
        custom_id,
        last_token_issued_at,
    } = client
        .get_user_detail(&CommunicationUserIdentifier::new(&args.id))
        .await?;
    let issued = last_token_issued_at.map(service::rfc3339);
    if args.json.json {
        return output::json(&json!({
            "id": user.id,
            "custom_id": custom_id,
            "last_token_issued_at": issued,
        }));
    }
    output::result(style::harmless(&user.id).to_string())?;
    for (name, value) in [("custom id", custom_id), ("last token", issued)] {
        if let Some(value) = value {
            output::result(format_args!("{name}: {}", style::harmless(&value)))?;
        }
    }
    Ok(())
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
