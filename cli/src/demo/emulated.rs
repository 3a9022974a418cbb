//! The demo without a resource: the emulator runs inside this command.

use std::sync::Arc;
use std::time::SystemTime;

use acs_auth::transport::{HttpTransport, Proxy, TransportOptions};
use acs_auth::{Cloud, Error, ErrorKind, Secret};
use acs_emulator::{Emulator, Filter, Options, Record};
use serde_json::{Value, json};
use url::Url;

use super::browser::{Browser, unexpected};
use super::claims::Claims;
use super::exchange::{Exchange, Exchanged, failed};
use super::oauth::App;
use super::sign_in::{self, SignedIn, User};
use super::story::Story;
use super::verdict::{self, Expected, TEAMS_PERMISSIONS, finding};
use super::wire::Wire;
use crate::args::DemoArgs;
use crate::failure::Failure;
use crate::style::{good, quiet, signs, strong};
use crate::{input, output, service, signals};

pub(crate) async fn run(args: &DemoArgs) -> Result<(), Failure> {
    // Handled from the start: a sudden end would leave the emulator's CA file behind.
    let mut interrupted = signals::end().map_err(|error| {
        let reason = format!("Signals cannot be waited for: {error}.");
        Error::new(ErrorKind::InvalidArgument, reason)
    })?;
    let emulator = Emulator::start(Options::default()).await.map_err(|problem| {
        let reason = format!("The emulator did not start: {problem}.");
        Error::new(ErrorKind::TransportError, reason)
    })?;
    let outcome = tokio::select! {
        outcome = tell(&emulator, args.service.timeout) => outcome,
        () = interrupted.next() => Err(Error::new(ErrorKind::Cancelled, "The demo was interrupted.").into()),
    };
    let page = match &outcome {
        Ok(record) => format!("/_emulator/explain/{}", record.id),
        Err(_) => "/_emulator/".to_owned(),
    };
    let outcome = outcome.map(drop);
    let story = Story::default();
    let cancelled = matches!(&outcome, Err(Failure::Error(error)) if error.kind == ErrorKind::Cancelled);
    if !args.keep_open || cancelled {
        if outcome.is_ok() {
            story.close(quiet(format_args!(
                "The emulator explains every request on a page, this exchange at {page}.\n  \
                 To look at it, run: acs-auth demo --keep-open"
            )))?;
        }
        return outcome;
    }
    if outcome.is_err() {
        output::note("The demo failed; the emulator keeps running, to show what it received.");
    }
    let base = &emulator.info().http_url;
    story.close(format_args!(
        "Every request, explained:  {}",
        strong(format_args!("{base}/_emulator/"))
    ))?;
    if outcome.is_ok() {
        story.close(format_args!(
            "The exchange itself:       {}",
            strong(format_args!("{base}{page}"))
        ))?;
    }
    story.close(quiet("The emulator runs until Ctrl-C."))?;
    interrupted.next().await;
    outcome
}

/// Prints all steps, and returns the emulator's record of the exchange.
async fn tell(emulator: &Emulator, timeout: Option<u64>) -> Result<Arc<Record>, Failure> {
    let info = emulator.info();
    let mut story = Story::open(
        "From a Microsoft 365 sign-in to an ACS access token",
        "An emulator of Microsoft Entra ID and of Azure Communication Services runs inside this command, so nothing \
         leaves this machine. All else is real: HTTPS, the sign-in with PKCE, the signatures and their verification. \
         Users, passwords and keys were made up a moment ago.",
    )?;
    let missing = |what: &str| failed(&format!("The emulator has no {what}."));
    let spa = info.spa.as_ref().ok_or_else(|| missing("single-page app"))?;
    let user = info.users.iter().find(|user| user.licensed);
    let user = user.ok_or_else(|| missing("user with a Teams licence"))?;
    let scopes = TEAMS_PERMISSIONS.map(|permission| Cloud::public().teams_scope(permission));
    let asked = format!("{} openid profile offline_access", scopes.join(" "));
    let app = App {
        authority: &info.authority,
        client_id: &spa.client_id,
        redirect_uri: &spa.redirect_uri,
        scopes: &asked,
    };
    registration(&mut story, emulator, &app, &scopes)?;

    let transport = HttpTransport::new(&TransportOptions {
        proxy: Proxy::Direct,
        root_certificates_pem: vec![input::bytes("ca_file", &info.ca_file)?],
        ..TransportOptions::default()
    })?;
    let mut browser = Browser::new(transport.clone());
    let person = User {
        username: &user.username,
        password: &user.password.0,
        tenant_id: &user.tenant_id,
    };
    let signed_in = sign_in::tell(&mut story, &mut browser, &app, &person).await?;

    let connection_string = Secret::new(&*info.connection_string.0);
    let exchange = Exchange {
        connection_string: &connection_string,
        wire: Arc::new(Wire::new(transport)),
        timeout,
        token: &signed_in.access_token,
        client_id: app.client_id,
        user_id: &signed_in.user_id,
        tenant_id: Some(&user.tenant_id),
    };
    let exchanged = exchange.tell(&mut story).await?;

    story.step("Is it the right token?")?;
    let expected = Expected {
        client_id: app.client_id,
        user_id: &user.object_id,
        tenant_id: &user.tenant_id,
        resource_id: &info.resource_id,
    };
    let record = record(emulator, &exchanged);
    let mut findings = findings(&signed_in, &exchanged, record.as_deref(), expected);
    findings.push(finding(
        is_active(&mut browser, &info.https_url, &exchanged).await?,
        "The emulator recognizes its own signature, and reports the token as active.",
    ));
    verdict::tell(&story, &findings)?;
    story.close(good(format_args!(
        "{} {} can call and chat as a Teams user until {}.",
        signs().good,
        user.username,
        service::expires_on(&exchanged.token)
    )))?;
    record.ok_or_else(|| failed("The emulator kept no record of the exchange."))
}

/// Prints what exists before the sign-in: the app, and the permissions that it requests.
fn registration(
    story: &mut Story,
    emulator: &Emulator,
    app: &App<'_>,
    scopes: &[String],
) -> Result<(), Failure> {
    story.step("App registration")?;
    let seed = emulator.entra().seed();
    if let Some(known) = seed.apps.iter().find(|known| known.client_id == app.client_id) {
        story.field("application", &known.name)?;
    }
    story.field("client id", app.client_id)?;
    story.field(
        "redirect URI",
        format_args!("{} {}", app.redirect_uri, quiet("(single-page app)")),
    )?;
    story.field("authority", app.authority)?;

    story.step("Permissions: the exchange needs both")?;
    TEAMS_PERMISSIONS
        .iter()
        .zip(scopes)
        .try_for_each(|(name, scope)| story.field(name, scope))
}

fn findings(
    signed_in: &SignedIn,
    exchanged: &Exchanged,
    record: Option<&Record>,
    expected: Expected<'_>,
) -> Vec<verdict::Finding> {
    let entra = Claims::of(signed_in.access_token.expose()).unwrap_or_default();
    let acs = Claims::of(exchanged.token.token.expose()).unwrap_or_default();
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    let expires_on = exchanged.token.expires_on_unix();
    let mut findings = verdict::of_entra(&entra, expected);
    findings.extend(verdict::of_request(exchanged, record));
    findings.extend(verdict::of_acs(&acs, &entra, expires_on, now, expected));
    findings
}

/// The emulator's own record of the exchange.
fn record(emulator: &Emulator, exchanged: &Exchanged) -> Option<Arc<Record>> {
    let id = exchanged.sent.header("x-ms-client-request-id")?;
    let filter = Filter {
        operation: Some("exchange_teams_user".to_owned()),
        client_request_id: Some(id.to_owned()),
        ..Filter::default()
    };
    emulator.requests(&filter).pop()
}

async fn is_active(browser: &mut Browser, base: &str, exchanged: &Exchanged) -> Result<bool, Failure> {
    let url = Url::parse(&format!("{base}/_emulator/introspect"))
        .map_err(|error| unexpected(&error.to_string()))?;
    let page = browser
        .post_json(&url, &json!({"token": exchanged.token.token.expose()}))
        .await?;
    let answer: Value = serde_json::from_str(&page.body).unwrap_or_default();
    Ok(answer["active"] == true)
}
