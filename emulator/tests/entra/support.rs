//! An emulated Entra ID without sockets, and a client for it.

use acs_emulator::clock::Clock;
use acs_emulator::entra::{Claims, Entra, EntraOptions, MintRequest, TokenProblem};
use acs_emulator::http::{Checks, Reply, WireRequest};
use acs_emulator::seed::{ACS_TEAMS_APP_ID, ACS_TEAMS_URI, App, AppKind, Seed, User};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use std::sync::Arc;
use url::form_urlencoded;

pub(crate) const HOST: &str = "login.example.test:8443";
pub(crate) const BASE: &str = "https://login.example.test:8443";
pub(crate) const SPA_URI: &str = "http://localhost:3000/";
pub(crate) const PUBLIC_URI: &str = "http://localhost:49152";
pub(crate) const API_SCOPE: &str = "api://a9100000-0000-4000-8000-000000000001/access_as_user";
pub(crate) const TEAMS_SCOPES: &str = "https://auth.msft.communication.azure.com/Teams.ManageCalls https://auth.msft.communication.azure.com/Teams.ManageChats";
pub(crate) const OIDC: &str = "openid profile offline_access";
pub(crate) const VERIFIER: &str = "a-verifier-of-more-than-forty-three-characters-0123";

pub(crate) struct World {
    pub(crate) entra: Entra,
    pub(crate) clock: Arc<Clock>,
    pub(crate) seed: Arc<Seed>,
}

pub(crate) fn world() -> World {
    world_of(
        Seed::generate(),
        EntraOptions {
            rng_seed: Some(1),
            spare_key: false,
            ..EntraOptions::default()
        },
    )
}

pub(crate) fn world_of(seed: Seed, options: EntraOptions) -> World {
    let (seed, clock) = (Arc::new(seed), Arc::new(Clock::default()));
    let entra = Entra::new(Arc::clone(&seed), Arc::clone(&clock), options).unwrap();
    World { entra, clock, seed }
}

pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

pub(crate) fn wire(method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> WireRequest {
    WireRequest {
        method: method.into(),
        target: target.into(),
        host: HOST.into(),
        headers: headers.iter().map(|(n, v)| ((*n).into(), (*v).into())).collect(),
        body: body.to_owned().into(),
        tls: true,
    }
}

pub(crate) fn header<'a>(reply: &'a Reply, name: &str) -> Option<&'a str> {
    reply
        .headers
        .iter()
        .find(|(n, _)| n == name)
        .map(|(_, v)| v.as_str())
}

pub(crate) fn json(reply: &Reply) -> Value {
    serde_json::from_slice(&reply.body).unwrap_or_else(|e| panic!("{e}: {}", text(reply)))
}

pub(crate) fn text(reply: &Reply) -> String {
    String::from_utf8(reply.body.to_vec()).unwrap()
}

/// The header and the claims of a token, not verified.
pub(crate) fn decode(token: &str) -> (Value, Value) {
    let part = |i| {
        let text = token.split('.').nth(i).unwrap();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
    };
    (part(0), part(1))
}

pub(crate) fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(aws_lc_rs::digest::digest(
        &aws_lc_rs::digest::SHA256,
        verifier.as_bytes(),
    ))
}

/// The parameters in a redirect's query or fragment.
pub(crate) fn returned(reply: &Reply) -> Vec<(String, String)> {
    assert_eq!(reply.status, 302, "{}", text(reply));
    let location = header(reply, "location").unwrap();
    let (_, parameters) = location.split_once(['?', '#']).unwrap();
    form_urlencoded::parse(parameters.as_bytes())
        .into_owned()
        .collect()
}

pub(crate) fn value(pairs: &[(String, String)], name: &str) -> Option<String> {
    pairs.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone())
}

/// The `error` and the first code of an error response.
pub(crate) fn refusal(reply: &Reply) -> (String, i64) {
    assert!(reply.status >= 400, "{} {}", reply.status, text(reply));
    let body = json(reply);
    let code = body["error_codes"][0].as_i64().unwrap();
    let description = body["error_description"].as_str().unwrap();
    assert!(
        description.starts_with(&format!("AADSTS{code}: ")),
        "{description}"
    );
    for member in ["timestamp", "trace_id", "correlation_id"] {
        assert!(
            description.contains(body[member].as_str().unwrap()),
            "{member} in {description}"
        );
    }
    (body["error"].as_str().unwrap().to_owned(), code)
}

impl World {
    pub(crate) fn send(&self, request: &WireRequest) -> Reply {
        self.entra.handle(request, &mut Checks::default())
    }

    pub(crate) fn get(&self, target: &str) -> Reply {
        self.send(&wire("GET", target, &[], ""))
    }

    pub(crate) fn get_with(&self, target: &str, headers: &[(&str, &str)]) -> Reply {
        self.send(&wire("GET", target, headers, ""))
    }

    pub(crate) fn post(&self, target: &str, headers: &[(&str, &str)], fields: &[(&str, &str)]) -> Reply {
        self.send(&wire("POST", target, headers, &form(fields)))
    }

    pub(crate) fn user(&self, name: &str) -> &User {
        self.seed
            .users
            .iter()
            .find(|user| user.username.starts_with(name))
            .unwrap()
    }

    pub(crate) fn app(&self, kind: AppKind) -> &App {
        self.seed.app_of_kind(kind).unwrap()
    }

    pub(crate) fn tid(&self) -> &str {
        &self.seed.tenants[0].id
    }

    pub(crate) fn secret(&self, kind: AppKind) -> &str {
        self.app(kind).secrets[0].expose()
    }

    pub(crate) fn token_path(&self) -> String {
        format!("/{}/oauth2/v2.0/token", self.tid())
    }

    pub(crate) fn authorize_path(&self) -> String {
        format!("/{}/oauth2/v2.0/authorize", self.tid())
    }

    /// The parameters of a common authorize request, with some of them changed (or, if empty, left out).
    pub(crate) fn authorize_fields(&self, changes: &[(&str, &str)]) -> Vec<(String, String)> {
        let mut fields: Vec<(String, String)> = [
            ("client_id", self.app(AppKind::Spa).client_id.as_str()),
            ("response_type", "code"),
            ("redirect_uri", PUBLIC_URI),
            ("scope", &format!("{API_SCOPE} {TEAMS_SCOPES} {OIDC}")),
            ("code_challenge", &challenge(VERIFIER)),
            ("code_challenge_method", "S256"),
            ("state", "a state"),
        ]
        .map(|(n, v)| (n.to_owned(), v.to_owned()))
        .into();
        for (name, value) in changes {
            fields.retain(|(n, _)| n != name);
            fields.push(((*name).into(), (*value).into()));
        }
        fields.retain(|(_, value)| !value.is_empty());
        fields
    }

    pub(crate) fn authorize(&self, headers: &[(&str, &str)], changes: &[(&str, &str)]) -> Reply {
        let fields = self.authorize_fields(changes);
        let fields: Vec<_> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        self.get_with(&format!("{}?{}", self.authorize_path(), form(&fields)), headers)
    }

    /// Signs in by one POST, as a program does.
    pub(crate) fn sign_in(&self, user: &str, changes: &[(&str, &str)]) -> Reply {
        let user = self.user(user);
        let mut all = vec![
            ("username", user.username.as_str()),
            ("password", user.password.expose()),
            ("consent", "accept"),
        ];
        all.extend_from_slice(changes);
        let fields = self.authorize_fields(&all);
        let fields: Vec<_> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        self.post(&self.authorize_path(), &[], &fields)
    }

    pub(crate) fn code(&self, user: &str, changes: &[(&str, &str)]) -> String {
        let reply = self.sign_in(user, changes);
        value(&returned(&reply), "code").unwrap_or_else(|| panic!("{reply:?}"))
    }

    pub(crate) fn redeem(&self, code: &str, headers: &[(&str, &str)], changes: &[(&str, &str)]) -> Reply {
        let mut fields: Vec<(&str, &str)> = vec![
            ("grant_type", "authorization_code"),
            ("client_id", &self.app(AppKind::Spa).client_id),
            ("code", code),
            ("code_verifier", VERIFIER),
            ("redirect_uri", PUBLIC_URI),
        ];
        for (name, value) in changes {
            fields.retain(|(n, _)| n != name);
            fields.push((name, value));
        }
        fields.retain(|(_, value)| !value.is_empty());
        self.post(&self.token_path(), headers, &fields)
    }

    /// The token response of a complete sign-in for this scope.
    pub(crate) fn tokens(&self, user: &str, scope: &str) -> Value {
        let code = self.code(user, &[]);
        let reply = self.redeem(&code, &[], &[("scope", &format!("{scope} {OIDC}"))]);
        assert_eq!(reply.status, 200, "{}", text(&reply));
        json(&reply)
    }

    pub(crate) fn refresh(&self, token: &str, headers: &[(&str, &str)], scope: &str) -> Reply {
        let fields = [
            ("grant_type", "refresh_token"),
            ("client_id", &self.app(AppKind::Spa).client_id),
            ("refresh_token", token),
            ("scope", scope),
        ];
        self.post(&self.token_path(), headers, &fields)
    }

    pub(crate) fn verify(&self, token: &str, audience: &str) -> Result<Claims, TokenProblem> {
        self.entra.verify(token, &[audience], &mut Checks::default())
    }

    pub(crate) fn verify_teams(&self, token: &str) -> Result<Claims, TokenProblem> {
        self.entra
            .verify(token, &[ACS_TEAMS_URI, ACS_TEAMS_APP_ID], &mut Checks::default())
    }

    pub(crate) fn mint(&self, query: &str) -> String {
        self.entra
            .mint(&MintRequest::from_query(query).unwrap(), BASE)
            .unwrap()
    }
}

/// A member that must be a string.
pub(crate) fn string(body: &Value, name: &str) -> String {
    body[name]
        .as_str()
        .unwrap_or_else(|| panic!("{name} in {body}"))
        .to_owned()
}

/// The `Set-Cookie` of a reply, as a browser sends it back.
pub(crate) fn cookie(reply: &Reply) -> String {
    let set = header(reply, "set-cookie").expect("a cookie");
    set.split(';').next().unwrap().to_owned()
}

/// The value of a hidden field of a page.
pub(crate) fn hidden(reply: &Reply, name: &str) -> String {
    let page = text(reply);
    let start = format!("name=\"{name}\" value=\"");
    let (_, rest) = page
        .split_once(&start)
        .unwrap_or_else(|| panic!("{name} in {page}"));
    rest.split_once('"').unwrap().0.to_owned()
}

/// The `action` of a page's form.
pub(crate) fn action(reply: &Reply) -> String {
    let page = text(reply);
    let (_, rest) = page.split_once("action=\"").expect("a form");
    rest.split_once('"').unwrap().0.replace("&amp;", "&")
}

/// The error of a redirect, and the code at the start of its description.
pub(crate) fn redirected_error(reply: &Reply) -> (String, String) {
    let pairs = returned(reply);
    let description = value(&pairs, "error_description").unwrap();
    (
        value(&pairs, "error").unwrap(),
        description.split(':').next().unwrap().to_owned(),
    )
}
