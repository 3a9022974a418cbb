//! `acs-auth serve`: the back end's endpoint behind a real server.

mod emulated;
mod http;
mod listen;

use std::net::SocketAddr;
use std::time::Duration;

use acs_auth::handler::{HandlerSettings, TokenExchangeHandler};
use serde_json::json;

use crate::args::ServeArgs;
use crate::failure::{Failure, refused};
use crate::{input, output, signals};

pub(crate) async fn run(args: &ServeArgs) -> Result<(), Failure> {
    // Heeded from the start: a sudden end would leave requests unanswered and the emulator's CA file behind.
    let ended = signals::end()
        .map_err(|error| refused("runtime", format!("Signals cannot be waited for: {error}.")))?;
    let tls = match (&args.tls_cert, &args.tls_key) {
        (Some(certificate), Some(key)) => Some(listen::tls(certificate, key)?),
        _ => None,
    };
    let emulated = if args.emulator {
        Some(emulated::start().await?)
    } else {
        None
    };
    let handler = handler(args, emulated.as_ref())?;
    let (listener, address) = listen::bind(args.listen)?;
    tell(address, tls.is_some(), emulated.as_ref())?;
    listen::serve(
        listener,
        tls,
        http::router(handler),
        ended,
        Duration::from_secs(args.grace),
    )
    .await
}

/// The handler, set up by the emulator or the file, and by the environment.
fn handler(args: &ServeArgs, emulated: Option<&emulated::Emulated>) -> Result<TokenExchangeHandler, Failure> {
    let mut settings = match &args.config {
        Some(path) => HandlerSettings::from_toml(&input::text("--config", path)?)?,
        None => HandlerSettings::default(),
    };
    if let Some(emulated) = emulated {
        settings = settings.merge(emulated.settings()?);
    }
    settings = settings.merge(HandlerSettings::from_env(|name| std::env::var(name).ok())?);
    let mut builder = TokenExchangeHandler::builder().settings(settings);
    if let Some(path) = &args.endpoint_ca {
        builder = builder.root_certificates_pem(input::bytes("--endpoint-ca", path)?);
    }
    if let Some(emulated) = emulated {
        builder = builder.root_certificates_pem(input::bytes("ca_file", emulated.ca_file())?);
    }
    Ok(builder.build()?)
}

/// One line of JSON, which tools can rely on: where it listens and, with `--emulator`, the emulator's start line.
fn tell(address: SocketAddr, tls: bool, emulated: Option<&emulated::Emulated>) -> Result<(), Failure> {
    let scheme = if tls { "https" } else { "http" };
    let url = format!("{scheme}://{address}");
    output::json(&json!({"url": url, "emulator": emulated.map(emulated::Emulated::info)}))?;
    output::note(format_args!("serving /api/token/teams at {url}; Ctrl-C ends it"));
    Ok(())
}
