//! `acs-auth serve`: the back end's endpoint behind a real server.

mod emulated;
mod http;
mod listen;

use std::net::SocketAddr;
use std::path::Path;
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

/// The handler. The environment goes before the file, and both before what the emulator would have.
fn handler(args: &ServeArgs, emulated: Option<&emulated::Emulated>) -> Result<TokenExchangeHandler, Failure> {
    let mut builder = TokenExchangeHandler::builder();
    let mut roots = String::new();
    if let Some(emulated) = emulated {
        builder = builder.settings(emulated.settings()?);
        roots.push_str(&text("ca_file", emulated.ca_file())?);
    }
    if let Some(path) = &args.config {
        builder = builder.settings(HandlerSettings::from_toml(&text("--config", path)?)?);
    }
    builder = builder.settings(HandlerSettings::from_env(|name| std::env::var(name).ok())?);
    if let Some(path) = &args.endpoint_ca {
        roots.push_str(&text("--endpoint-ca", path)?);
    }
    if !roots.is_empty() {
        builder = builder.root_certificates_pem(&roots);
    }
    Ok(builder.build()?)
}

fn text(option: &str, path: &Path) -> Result<String, Failure> {
    String::from_utf8(input::bytes(option, path)?).map_err(|_| refused(option, "It is not UTF-8."))
}

/// One line of JSON, which tools can rely on: where it listens and, with `--emulator`, the emulator's start line.
fn tell(address: SocketAddr, tls: bool, emulated: Option<&emulated::Emulated>) -> Result<(), Failure> {
    let scheme = if tls { "https" } else { "http" };
    let url = format!("{scheme}://{address}");
    output::json(&json!({"url": url, "emulator": emulated.map(emulated::Emulated::info)}))?;
    output::note(format_args!("serving /api/token/teams at {url}; Ctrl-C ends it"));
    Ok(())
}
