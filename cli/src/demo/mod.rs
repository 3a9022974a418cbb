//! `acs-auth demo`: every step from a sign-in to an ACS access token, printed and explained.

mod browser;
mod claims;
mod emulated;
mod exchange;
mod oauth;
mod own;
mod sign_in;
mod story;
mod verdict;
mod wire;

use crate::args::DemoArgs;
use crate::failure::Failure;
use crate::input;

pub(crate) async fn run(args: &DemoArgs) -> Result<(), Failure> {
    match (&args.token_file, &args.client_id, &args.user_id) {
        (Some(path), Some(client_id), Some(user_id)) => {
            let token = input::token(path)?;
            own::run(&token, client_id, user_id, &args.service).await
        }
        _ if args.service.endpoint_ca.is_some() => Err(Failure::Usage(
            "'--endpoint-ca' is for your own resource: give '--token-file' too".to_owned(),
        )),
        _ => emulated::run(args).await,
    }
}
