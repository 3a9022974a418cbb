//! The authorization code flow with PKCE as in MSAL: builds the requests and parses the responses.

use std::collections::BTreeMap;

use acs_auth::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use url::Url;

use super::browser::{Page, unexpected};
use crate::failure::Failure;

/// The values that the app generates for one sign-in.
pub(super) struct Pkce {
    pub(super) verifier: Secret,
    pub(super) challenge: String,
    pub(super) state: String,
    pub(super) nonce: String,
}

impl Pkce {
    pub(super) fn new() -> Self {
        let random = || {
            URL_SAFE_NO_PAD.encode(
                [
                    uuid::Uuid::new_v4().into_bytes(),
                    uuid::Uuid::new_v4().into_bytes(),
                ]
                .concat(),
            )
        };
        let verifier = random();
        Self {
            challenge: URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes())),
            verifier: Secret::new(verifier),
            state: random(),
            nonce: random(),
        }
    }
}

/// The app that signs the user in.
pub(super) struct App<'a> {
    pub(super) authority: &'a str,
    pub(super) client_id: &'a str,
    pub(super) redirect_uri: &'a str,
    /// Separated by spaces.
    pub(super) scopes: &'a str,
}

impl App<'_> {
    /// Where the user is sent to sign in.
    pub(super) fn authorize_url(&self, pkce: &Pkce) -> Result<Url, Failure> {
        let mut url = self.endpoint("authorize")?;
        url.query_pairs_mut()
            .append_pair("client_id", self.client_id)
            .append_pair("response_type", "code")
            .append_pair("response_mode", "query")
            .append_pair("redirect_uri", self.redirect_uri)
            .append_pair("scope", self.scopes)
            .append_pair("state", &pkce.state)
            .append_pair("nonce", &pkce.nonce)
            .append_pair("code_challenge", &pkce.challenge)
            .append_pair("code_challenge_method", "S256");
        Ok(url)
    }

    /// Where the code is redeemed.
    pub(super) fn token_url(&self) -> Result<Url, Failure> {
        self.endpoint("token")
    }

    fn endpoint(&self, name: &str) -> Result<Url, Failure> {
        Url::parse(&format!("{}/oauth2/v2.0/{name}", self.authority))
            .map_err(|error| unexpected(&error.to_string()))
    }

    /// The form that redeems the code at the token endpoint.
    pub(super) fn redemption<'a>(&'a self, code: &'a Secret, pkce: &'a Pkce) -> [(&'a str, &'a str); 6] {
        [
            ("grant_type", "authorization_code"),
            ("client_id", self.client_id),
            ("code", code.expose()),
            ("code_verifier", pkce.verifier.expose()),
            ("redirect_uri", self.redirect_uri),
            ("scope", self.scopes),
        ]
    }
}

/// The consent page: its permissions, and the hidden field that identifies the sign-in.
pub(super) struct ConsentPage<'a> {
    pub(super) flow: &'a str,
    pub(super) permissions: Vec<&'a str>,
}

impl<'a> ConsentPage<'a> {
    pub(super) fn read(page: &'a str) -> Option<Self> {
        let (_, rest) = page.split_once("name=\"flow\" value=\"")?;
        let (flow, _) = rest.split_once('"')?;
        let permissions = page.split("<code>").skip(1);
        Some(Self {
            flow,
            permissions: permissions
                .filter_map(|rest| Some(rest.split_once("</code>")?.0))
                .collect(),
        })
    }
}

/// The code in the redirect back to the app.
pub(super) fn code(page: &Page, pkce: &Pkce) -> Result<Secret, Failure> {
    let location = page.location.as_deref().unwrap_or_default();
    let back = Url::parse(location).map_err(|_| unexpected(&format!("it answered {}", page.status)))?;
    let parameters: BTreeMap<_, _> = back.query_pairs().collect();
    if let Some(problem) = parameters.get("error_description") {
        return Err(unexpected(problem));
    }
    if parameters.get("state").is_none_or(|state| *state != pkce.state) {
        return Err(unexpected("the state is not the one that was sent"));
    }
    match parameters.get("code") {
        Some(code) => Ok(Secret::new(&**code)),
        None => Err(unexpected("there is no code")),
    }
}

/// The token endpoint's response.
pub(super) struct Tokens {
    pub(super) access_token: Secret,
    pub(super) id_token: Secret,
    pub(super) scope: String,
}

impl Tokens {
    pub(super) fn read(page: &Page) -> Result<Self, Failure> {
        let json: Value = serde_json::from_str(&page.body).unwrap_or_default();
        let text = |name: &str| json[name].as_str();
        match (page.status, text("access_token"), text("id_token")) {
            (200, Some(access_token), Some(id_token)) => Ok(Self {
                access_token: access_token.into(),
                id_token: id_token.into(),
                scope: text("scope").unwrap_or_default().to_owned(),
            }),
            (status, ..) => Err(unexpected(
                text("error_description").unwrap_or(&format!("the token endpoint answered {status}")),
            )),
        }
    }
}
