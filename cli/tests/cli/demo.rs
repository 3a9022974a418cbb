//! `acs-auth demo`: its steps, its final checks, and what it never prints.

use acs_emulator::Emulator;
use acs_emulator::entra::{Attack, MintRequest};

use crate::run::{CONNECTION_STRING, Run, Teams, acs_auth, emulator, teams};

/// Fails if the text contains more than the first 12 characters of a JWT.
fn shows_no_token(text: &str) {
    for word in text.split(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c)) {
        assert!(!(word.starts_with("eyJ") && word.contains('.')), "{word}");
        assert!(!word.starts_with("eyJ") || word.len() <= 12, "{word}");
    }
}

/// Fails unless the text contains these parts in this order.
fn tells(text: &str, parts: &[&str]) {
    let mut rest = text;
    for part in parts {
        let (_, after) = rest
            .split_once(part)
            .unwrap_or_else(|| panic!("{part:?} is missing in {text}"));
        rest = after;
    }
}

#[tokio::test]
async fn it_tells_every_step_and_ends_well() {
    let ran = acs_auth(&["demo"]).ran().await.exits(0);
    assert_eq!(ran.stderr, "");
    tells(
        &ran.stdout,
        &[
            "1  App registration",
            "client id",
            "2  Permissions",
            "https://auth.msft.communication.azure.com/Teams.ManageCalls",
            "https://auth.msft.communication.azure.com/Teams.ManageChats",
            "3  Sign-in and consent",
            "GET  /{tenant}/oauth2/v2.0/authorize → 200 the sign-in page",
            "code_challenge=",
            "→ 200 the consent page",
            "Teams.ManageCalls",
            "→ 302 back to the app",
            "code=",
            "4  The authorization code becomes an Entra token",
            "POST /{tenant}/oauth2/v2.0/token → 200",
            "code_verifier",
            "Entra token        eyJ",
            "scp ",
            "5  Token check",
            "✓ expiry",
            "6  The request, as it was signed and sent",
            "POST /teamsUser/:exchangeAccessToken?api-version=",
            "authorization: HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=",
            "string to sign",
            "│ POST",
            "│ /teamsUser/:exchangeAccessToken?api-version=",
            ";localhost:",
            "7  The answer",
            "200",
            "ACS token          eyJ",
            "expires on",
            "skypeid",
            "orgid:",
            "8  Is it the right token?",
            "✓ What was signed is byte for byte what was sent.",
            "✓ The emulator verified the signature",
            "none failed, status 200",
            "until 20",
            "/_emulator/explain/",
        ],
    );
    assert!(!ran.stdout.contains('✗'));
    shows_no_token(&ran.stdout);
}

#[tokio::test]
async fn it_needs_no_resource_and_touches_none() {
    let untouched = emulator().await;
    let ran = acs_auth(&["demo"]).at(&untouched).ran().await.exits(0);
    assert!(!ran.stdout.contains(&untouched.info().https_url));
    assert!(untouched.requests(&acs_emulator::Filter::default()).is_empty());
}

#[tokio::test]
async fn colours_and_signs_follow_the_environment() {
    let plain = acs_auth(&["demo"]).ran().await.exits(0);
    assert!(!plain.stdout.contains('\u{1b}'), "colours in a pipe");
    let coloured = acs_auth(&["demo"])
        .env("CLICOLOR_FORCE", "1")
        .ran()
        .await
        .exits(0);
    assert!(coloured.stdout.contains('\u{1b}'));
    let without = acs_auth(&["demo"])
        .env("CLICOLOR_FORCE", "1")
        .env("NO_COLOR", "1");
    assert!(!without.ran().await.exits(0).stdout.contains('\u{1b}'));
    let ascii = acs_auth(&["demo"]).env("LANG", "C").ran().await.exits(0);
    assert!(ascii.stdout.is_ascii(), "{}", ascii.stdout);
    tells(
        &ascii.stdout,
        &["-> 200 the sign-in page", "| POST", "+ The emulator verified"],
    );
}

fn own(emulator: &Emulator, teams: &Teams) -> Run {
    let args = ["demo", "--token-file", "-", "--endpoint-ca", &teams.ca];
    let ids = ["--client-id", &teams.client_id, "--user-id", &teams.user_id];
    acs_auth(&[&args[..], &ids].concat())
        .at(emulator)
        .stdin(format!("{}\n", teams.token))
        .secret(&teams.token)
}

#[tokio::test]
async fn with_a_token_it_asks_the_resource() {
    let emulator = emulator().await;
    let teams = teams(&emulator, MintRequest::default());
    let ran = own(&emulator, &teams).ran().await.exits(0);
    tells(
        &ran.stdout,
        &[
            "From your Entra token",
            &emulator.info().https_url,
            "Token check",
            "│ POST",
            "status             200",
            "✓ What was signed",
            "before the Entra token does",
            "until 20",
        ],
    );
    assert_eq!(ran.stderr, "");
    shows_no_token(&ran.stdout);
    let key = emulator
        .info()
        .connection_string
        .0
        .split_once("accesskey=")
        .unwrap()
        .1
        .to_owned();
    assert!(!ran.stdout.contains(&key));
}

#[tokio::test]
async fn what_goes_wrong_is_told_and_has_its_exit_code() {
    let emulator = emulator().await;
    let good = teams(&emulator, MintRequest::default());
    let expired = MintRequest {
        attack: Some(Attack::Expired),
        ..MintRequest::default()
    };
    let expired = teams(&emulator, expired);
    let ran = own(&emulator, &expired).ran().await.exits(4);
    tells(
        &ran.stdout,
        &[
            "✗ expiry",
            "The request, as it was signed and sent",
            "status             401",
        ],
    );
    assert!(!ran.stdout.contains("Is it the right token?"));
    assert!(
        ran.stderr
            .contains("error: EntraTokenRejected (401 InvalidAccessToken)"),
        "{}",
        ran.stderr
    );
    shows_no_token(&ran.stdout);

    let other = Teams {
        client_id: emulator.info().tenant_id.clone(),
        ..good
    };
    own(&emulator, &other).ran().await.exits(5);
    own(&emulator, &other)
        .env(CONNECTION_STRING, "")
        .ran()
        .await
        .exits(2);
    let nobody = "endpoint=https://localhost:9/;accesskey=QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=";
    let ran = own(&emulator, &other)
        .env(CONNECTION_STRING, nobody)
        .ran()
        .await
        .exits(10);
    tells(&ran.stdout, &["no response arrived"]);
    let args = ["demo", "--endpoint-ca", "ca.pem"];
    acs_auth(&args).ran().await.exits(64);
}

/// Starts the demo, waits until it says that it stays open, and returns the URL of the exchange's page.
#[cfg(unix)]
async fn kept_open() -> (tokio::process::Child, String) {
    use tokio::io::{AsyncBufReadExt as _, BufReader};

    let mut child = tokio::process::Command::new(env!("CARGO_BIN_EXE_acs-auth"))
        .args(["demo", "--keep-open"])
        .env_clear()
        .stdout(std::process::Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut url = String::new();
    while let Some(line) = lines.next_line().await.unwrap() {
        if line.contains("The exchange itself:") {
            url = line.split_whitespace().last().unwrap().to_owned();
        }
        if line.contains("until Ctrl-C") {
            break;
        }
    }
    (child, url)
}

#[cfg(unix)]
async fn ends_when_told(mut child: tokio::process::Child, signal: &str) {
    let id = child.id().unwrap().to_string();
    let told = std::process::Command::new("kill").args([signal, &id]).status();
    assert!(told.unwrap().success());
    assert_eq!(child.wait().await.unwrap().code(), Some(0));
}

#[cfg(unix)]
#[tokio::test]
async fn it_keeps_the_page_open_until_it_is_told_to_end() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    let (child, url) = kept_open().await;
    let (address, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut page = tokio::net::TcpStream::connect(address).await.unwrap();
    let request = format!("GET /{path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    page.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    page.read_to_string(&mut text).await.unwrap();
    assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    ends_when_told(child, "-TERM").await;
}

#[cfg(unix)]
#[tokio::test]
async fn it_ends_well_even_if_it_is_told_at_once() {
    for signal in ["-TERM", "-INT", "-TERM", "-INT", "-TERM", "-INT"] {
        let (child, _) = kept_open().await;
        ends_when_told(child, signal).await;
    }
}
