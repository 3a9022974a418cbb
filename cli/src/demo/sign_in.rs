//! The steps of the sign-in: what the user sees, and how the app gets the Entra token.

use acs_auth::Secret;
use url::Url;

use super::browser::{Browser, unexpected};
use super::claims::{self, Claims};
use super::exchange::from_now;
use super::oauth::{App, ConsentPage, Pkce, Tokens, code};
use super::story::Story;
use super::verdict::TEAMS_PERMISSIONS;
use crate::failure::Failure;
use crate::service;
use crate::style::{quiet, shortened};

/// The user who signs in.
pub(super) struct User<'a> {
    pub(super) username: &'a str,
    pub(super) password: &'a str,
    pub(super) tenant_id: &'a str,
}

/// The user who signed in, and the Entra token.
pub(super) struct SignedIn {
    pub(super) access_token: Secret,
    /// The `oid` of the id_token, which MSAL reports as the signed-in user.
    pub(super) user_id: String,
}

/// Prints the steps: sign-in page, consent page, redirect with a code, and the code's redemption.
pub(super) async fn tell(
    story: &mut Story,
    browser: &mut Browser,
    app: &App<'_>,
    user: &User<'_>,
) -> Result<SignedIn, Failure> {
    let pkce = Pkce::new();
    let code = sign_in(story, browser, app, &pkce, user).await?;
    redeem(story, browser, app, &pkce, &code, user).await
}

async fn sign_in(
    story: &mut Story,
    browser: &mut Browser,
    app: &App<'_>,
    pkce: &Pkce,
    user: &User<'_>,
) -> Result<Secret, Failure> {
    story.step("Sign-in and consent")?;
    let url = app.authorize_url(pkce)?;
    let path = shown_path(&url, user);
    let page = browser.get(&url).await?;
    story.call("GET", &path, format_args!("{} the sign-in page", page.status))?;
    story.detail(&format!("code_challenge={} (S256)", pkce.challenge))?;
    if page.status != 200 {
        return Err(unexpected(&format!("the sign-in page answered {}", page.status)));
    }

    let credentials = [("username", user.username), ("password", user.password)];
    let page = browser.submit(&url, &credentials, None).await?;
    let consent = ConsentPage::read(&page.body).ok_or_else(|| unexpected("there is no consent page"))?;
    story.call("POST", &path, format_args!("{} the consent page", page.status))?;
    story.detail(&format!("as {}, with a password", user.username))?;
    story.detail(&format!("the page asks for {}", consent.permissions.join(", ")))?;
    let asks_for = |wanted: &str| consent.permissions.iter().any(|asked| asked.ends_with(wanted));
    if !TEAMS_PERMISSIONS.iter().all(|wanted| asks_for(wanted)) {
        return Err(unexpected(
            "the consent page does not ask for both Teams permissions",
        ));
    }

    let answer = [("flow", consent.flow), ("consent", "accept")];
    let page = browser.submit(&url, &answer, None).await?;
    let code = code(&page, pkce)?;
    story.call("POST", &path, format_args!("{} back to the app", page.status))?;
    story.detail("accepted")?;
    story.field(
        "location",
        format_args!("{}?code={}", app.redirect_uri, shortened(code.expose())),
    )?;
    Ok(code)
}

/// Redeems the code for an Entra token, with the verifier that only this app knows.
async fn redeem(
    story: &mut Story,
    browser: &mut Browser,
    app: &App<'_>,
    pkce: &Pkce,
    code: &Secret,
    user: &User<'_>,
) -> Result<SignedIn, Failure> {
    story.step("The authorization code becomes an Entra token")?;
    let url = app.token_url()?;
    // A single-page app's code can be redeemed only by a page, whose browser sends its origin.
    let origin = Url::parse(app.redirect_uri).map(|uri| uri.origin().ascii_serialization());
    let origin = origin.map_err(|error| unexpected(&error.to_string()))?;
    let page = browser
        .submit(&url, &app.redemption(code, pkce), Some(&origin))
        .await?;
    story.call("POST", &shown_path(&url, user), page.status)?;
    let verifier = pkce.verifier.expose().chars().count();
    story.detail(&format!(
        "grant_type=authorization_code, the code, and its code_verifier of {verifier} characters"
    ))?;
    let tokens = Tokens::read(&page)?;
    story.words("scope", &tokens.scope)?;
    story.field("Entra token", shortened(tokens.access_token.expose()))?;

    let claims =
        Claims::of(tokens.access_token.expose()).ok_or_else(|| unexpected("the Entra token is no JWT"))?;
    if let Some(expires_on) = claims.seconds("exp") {
        let left = from_now(expires_on);
        story.field(
            "expires on",
            format_args!("{} ({left})", service::time(expires_on)),
        )?;
    }
    story.field("claims", quiet("what the exchange depends on"))?;
    claims.tell(story, &claims::ENTRA)?;

    let id = Claims::of(tokens.id_token.expose()).unwrap_or_default();
    if id.text("nonce") != Some(&pkce.nonce) {
        return Err(unexpected("the id_token's nonce is not the one that was sent"));
    }
    let user_id = id
        .text("oid")
        .ok_or_else(|| unexpected("the id_token has no oid"))?;
    Ok(SignedIn {
        access_token: tokens.access_token,
        user_id: user_id.to_owned(),
    })
}

/// The tenant's id is printed once; repeating it would hide the rest of the path.
fn shown_path(url: &Url, user: &User<'_>) -> String {
    url.path().replace(user.tenant_id, "{tenant}")
}
