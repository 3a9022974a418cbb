//! `acs-auth exchange`

use crate::args::ExchangeArgs;
use crate::failure::Failure;
use crate::{input, output, service};

pub(crate) async fn run(args: &ExchangeArgs) -> Result<(), Failure> {
    let token = input::token(&args.token_file)?;
    let client = service::builder(&args.service)?
        .preflight(args.preflight.into())
        .build()?;
    output::note(format_args!("exchanging the token at {}", client.endpoint()));
    match (&args.client_id, &args.user_id) {
        (Some(client_id), Some(user_id)) => {
            let token = client
                .get_token_for_teams_user(token.expose(), client_id, user_id)
                .await?;
            service::print_token(&token, None, args.json.json)
        }
        // clap lets these be missing for the Teams extension alone.
        _ => {
            let user = client.get_token_for_teams_extension_user(token.expose()).await?;
            service::print_token(&user.token, Some(&user.user.id), args.json.json)
        }
    }
}
