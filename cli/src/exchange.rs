//! `acs-auth exchange`

use std::time::SystemTime;

use acs_auth::entra::{Expectations, Outcome, inspect};
use acs_auth::{Cloud, Endpoint};

use crate::args::{ExchangeArgs, TokenCheckMode};
use crate::failure::Failure;
use crate::inspect::expectations;
use crate::{input, output, service};

pub(crate) async fn run(args: &ExchangeArgs) -> Result<(), Failure> {
    let token = input::token(&args.token_file)?;
    let client = service::builder(&args.service)?
        .token_check(args.token_check.into())
        .build()?;
    if args.token_check == TokenCheckMode::Warn {
        warn(token.expose(), args, client.endpoint());
    }
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

/// Says beforehand what the service is likely to object to; the client itself says it only of a token that was refused.
fn warn(token: &str, args: &ExchangeArgs, endpoint: &Endpoint) {
    let expected = Expectations {
        client_id: args.client_id.clone(),
        user_object_id: args.user_id.clone(),
        ..expectations(args.teams_extension, &Cloud::for_endpoint(endpoint))
    };
    let inspection = inspect(token, &expected, SystemTime::now());
    for check in inspection.checks() {
        if check.outcome == Outcome::Failed {
            output::note(format_args!("warning: {}: {}", check.name, check.explanation));
        }
    }
}
