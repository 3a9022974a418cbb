//! `acs-auth exchange`

use std::time::SystemTime;

use acs_auth::entra::{Expectations, Outcome, inspect};
use acs_auth::{Cloud, Endpoint};

use crate::args::{Exchange, ExchangeArgs, TokenCheckMode};
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
    let exchanged = match exchange_of(args) {
        Exchange::TeamsUser => {
            // clap requires both for this exchange.
            let (client_id, user_id) = (args.client_id.as_deref(), args.user_id.as_deref());
            let (client_id, user_id) = (client_id.unwrap_or_default(), user_id.unwrap_or_default());
            let token = client
                .get_token_for_teams_user(token.expose(), client_id, user_id)
                .await?;
            return service::print_token(&token, None, args.json.json);
        }
        Exchange::TeamsExtension => client.get_token_for_teams_extension_user(token.expose()).await?,
        Exchange::EntraUser => client.get_token_for_entra_user(token.expose()).await?,
    };
    service::print_token(&exchanged.token, Some(&exchanged.user.id), args.json.json)
}

fn exchange_of(args: &ExchangeArgs) -> Exchange {
    Exchange::of(args.teams_extension, args.entra_user)
}

/// Warns before the exchange about what the service is likely to reject. In the mode `Warn`, the client
/// itself inspects only a token that was rejected.
fn warn(token: &str, args: &ExchangeArgs, endpoint: &Endpoint) {
    let expected = Expectations {
        client_id: args.client_id.clone(),
        user_object_id: args.user_id.clone(),
        ..expectations(exchange_of(args), &Cloud::for_endpoint(endpoint))
    };
    let inspection = inspect(token, &expected, SystemTime::now());
    for check in inspection.checks() {
        if check.outcome == Outcome::Failed {
            output::note(format_args!("warning: {}: {}", check.name, check.explanation));
        }
    }
}
