//! `acs-auth tokens issue` and `acs-auth tokens revoke`

use acs_auth::CommunicationUserIdentifier;
use serde_json::json;

use crate::args::{IdentityArgs, IssueArgs, lifetime};
use crate::failure::Failure;
use crate::{output, service};

pub(crate) async fn issue(args: &IssueArgs) -> Result<(), Failure> {
    let client = service::client(&args.service)?;
    let user = CommunicationUserIdentifier::new(&args.id);
    let token = client
        .get_token(&user, &args.scopes, lifetime(args.expires_in_minutes))
        .await?;
    service::print_token(&token, None, args.json.json)
}

pub(crate) async fn revoke(args: &IdentityArgs) -> Result<(), Failure> {
    let client = service::client(&args.service)?;
    client
        .revoke_tokens(&CommunicationUserIdentifier::new(&args.id))
        .await?;
    if args.json.json {
        return output::json(&json!({}));
    }
    output::note(format_args!(
        "revoked the tokens of {}; it can take up to 15 minutes to take effect",
        args.id
    ));
    Ok(())
}
