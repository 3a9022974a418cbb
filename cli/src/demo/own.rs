//! The demo with your own resource and token.

use std::sync::Arc;
use std::time::SystemTime;

use acs_auth::transport::{HttpTransport, Proxy, TransportOptions};
use acs_auth::{ConnectionString, Secret};

use super::claims::{self, Claims};
use super::exchange::Exchange;
use super::story::Story;
use super::verdict::{self, finding};
use super::wire::Wire;
use crate::args::Service;
use crate::failure::Failure;
use crate::style::{good, shortened, signs};
use crate::{input, service};

pub(super) async fn run(
    token: &Secret,
    client_id: &str,
    user_id: &str,
    options: &Service,
) -> Result<(), Failure> {
    let connection_string = input::required_connection_string()?;
    let endpoint = ConnectionString::parse(connection_string.expose())?.endpoint;
    let mut connect = TransportOptions::default();
    if endpoint.is_loopback() {
        connect.proxy = Proxy::Direct;
    }
    if let Some(path) = &options.endpoint_ca {
        connect
            .root_certificates_pem
            .push(input::bytes("--endpoint-ca", path)?);
    }

    let mut story = Story::open(
        "From your Entra token to an ACS access token",
        "This calls your own resource: one exchange, which counts towards its limits.",
    )?;
    story.step("The resource and the Entra token")?;
    story.field("endpoint", &endpoint)?;
    story.field("client id", crate::style::harmless(client_id))?;
    story.field("user id", crate::style::harmless(user_id))?;
    story.field("Entra token", shortened(token.expose()))?;
    let entra = Claims::of(token.expose()).unwrap_or_default();
    entra.tell(&story, &claims::ENTRA)?;

    let exchange = Exchange {
        connection_string: &connection_string,
        wire: Arc::new(Wire::new(HttpTransport::new(&connect)?)),
        timeout: options.timeout,
        token,
        client_id,
        user_id,
        tenant_id: None,
    };
    let exchanged = exchange.tell(&mut story).await?;

    story.step("Is it the right token?")?;
    let findings = [
        finding(
            exchanged.signed_as_sent,
            "What was signed is byte for byte what was sent.",
        ),
        finding(
            !exchanged.token.token.expose().is_empty(),
            "A token was returned.",
        ),
        finding(
            exchanged.token.expires_on > SystemTime::now(),
            "It has not expired.",
        ),
    ];
    verdict::tell(&story, &findings)?;
    if let Some(bound) = entra.seconds("exp") {
        let seconds = bound.saturating_sub(exchanged.token.expires_on_unix());
        let (seconds, side) = (
            seconds.unsigned_abs(),
            if seconds < 0 { "after" } else { "before" },
        );
        story.say(&format!("It expires {seconds} s {side} the Entra token does."))?;
    }
    story.close(good(format_args!(
        "{} The user can call and chat as a Teams user until {}.",
        signs().good,
        service::expires_on(&exchanged.token)
    )))
}
