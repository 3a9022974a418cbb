//! `acs-auth serve`: the handler behind an HTTP server.

mod accept;
mod activity;
pub(crate) mod args;
mod connection;
mod connections;
mod emulated;
mod files;
mod http;
mod limits;
mod live;
mod log;
mod reload;
mod settings;
mod system;
mod tls;
mod unreadable;

use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::json;
use tracing::info;

use self::args::ServeArgs;
use self::connection::{Protocols, Shared};
use self::emulated::Emulated;
use self::limits::Limits;
use self::log::Log;
use self::reload::Reload;
use self::settings::Settings;
use self::tls::Certificate;
use crate::failure::{Failure, refused};
use crate::{output, signals};

pub(crate) async fn run(args: &ServeArgs) -> Result<(), Failure> {
    let log = log::start(&args.log)?;
    // Handled from the start: a sudden end would leave requests unanswered and the emulator's CA file behind.
    let unusable =
        |error: std::io::Error| refused("runtime", format!("Signals cannot be waited for: {error}."));
    let (mut ends, reloads) = (
        signals::end().map_err(unusable)?,
        signals::reload().map_err(unusable)?,
    );
    let emulated = if args.emulator {
        Some(emulated::start().await?)
    } else {
        None
    };
    let settings = Settings::new(args, emulated.as_ref())?;
    let certificate = Certificate::new(args);
    // A file may be standard input or a pipe, whose other end may never send anything.
    let started = tokio::task::spawn_blocking(move || Reload::start(settings, certificate));
    let (reload, live) = tokio::select! {
        started = started => started
            .map_err(|_| refused("runtime", "The start panicked: this is a bug; see the log."))??,
        () = ends.next() => return Ok(()),
    };
    let limits = Limits::new(&args.limits);
    let (listener, address) = accept::bind(args.listen)?;
    tell(address, args, &limits, emulated.as_ref())?;
    let shared = Shared {
        live: live.clone(),
        limits,
        protocols: Protocols::new(&limits),
        unreadable: Arc::default(),
    };
    tokio::select! {
        outcome = accept::run(listener, shared, ends, args.grace_period) => outcome,
        never = beside(&log, reload.run(live, args.reload_interval, reloads)) => match never {},
    }
}

/// What runs in addition to the server; never returns.
async fn beside(log: &Log, reload: impl Future<Output = ()>) -> std::convert::Infallible {
    tokio::join!(log.watch(), reload);
    std::future::pending().await
}

/// Prints the first line on standard output, for tools: the address and, with `--emulator`, the emulator's
/// start line.
fn tell(
    address: SocketAddr,
    args: &ServeArgs,
    limits: &Limits,
    emulated: Option<&Emulated>,
) -> Result<(), Failure> {
    let scheme = if args.tls_cert.is_some() { "https" } else { "http" };
    let url = format!("{scheme}://{address}");
    output::json(&json!({"url": url, "emulator": emulated.map(Emulated::info)}))?;
    info!(
        event = "serving",
        url,
        max_connections = limits.connections,
        "serving /api/token/teams; Ctrl-C or SIGTERM ends it"
    );
    Ok(())
}
