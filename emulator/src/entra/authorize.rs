//! The authorize endpoint: checks the request, signs the user in, and sends the code.

use super::aadsts::{Refusal, Trace, stamp};
use super::interact::{Ask, INTERACTIVE, Prompt, Step};
use super::params::Params;
use super::redirect::{Back, Mode, registered};
use super::scopes::Scopes;
use super::store::{Challenge, Code, Identity};
use super::tenant::Authority;
use super::{Entra, issue, pages};
use crate::http::{Checks, Reply, WireRequest};
use crate::seed::{App, RedirectKind, Seed};

/// The part of a request that a redirect back to the client needs.
struct Client<'a> {
    app: &'a App,
    kind: RedirectKind,
    back: Back,
}

/// The rest of the request.
struct Wanted {
    scope: String,
    scopes: Scopes,
    challenge: Option<Challenge>,
    prompt: Prompt,
}

impl Entra {
    /// `/{t}/oauth2/v2.0/authorize`. A `POST` may have `username`, `password` and `consent` in addition to
    /// the request's own parameters; then no page is shown.
    pub(super) fn authorize(
        &self,
        request: &WireRequest,
        authority: &Authority,
        checks: &mut Checks,
    ) -> Reply {
        let params = Params::of_page(request);
        let trace = self.trace(request, params.get("client-request-id"));
        let seed = self.seed();
        let reply = match client(&seed, authority, &params, checks) {
            Err(refusal) => {
                checks.fail("outcome", format!("AADSTS{}: {}", refusal.code, refusal.text));
                pages::failure(&refusal, &trace)
            }
            Ok(client) => {
                let answer = Answer {
                    entra: self,
                    seed: &seed,
                    request,
                    authority,
                    params: &params,
                };
                answer.give(&client, &trace, checks)
            }
        };
        stamp(reply, &trace)
    }
}

/// What a response is made from.
struct Answer<'a> {
    entra: &'a Entra,
    seed: &'a Seed,
    request: &'a WireRequest,
    authority: &'a Authority,
    params: &'a Params,
}

impl Answer<'_> {
    fn give(&self, client: &Client<'_>, trace: &Trace, checks: &mut Checks) -> Reply {
        let refuse = |refusal: &Refusal, checks: &mut Checks| {
            checks.fail("outcome", format!("AADSTS{}: {}", refusal.code, refusal.text));
            client.back.refuse(refusal, trace, &self.request.base_url())
        };
        let wanted = match self.wanted(checks) {
            Ok(wanted) => wanted,
            Err(refusal) => return refuse(&refusal, checks),
        };
        let carried = self.params.without(INTERACTIVE);
        let ask = Ask {
            app: client.app,
            authority: self.authority,
            scopes: &wanted.scopes,
            prompt: wanted.prompt,
            login_hint: self.params.get("login_hint"),
            domain_hint: self.params.get("domain_hint"),
            for_organization: false,
            claims: self.params.get("claims"),
            action: format!("{}?{carried}", self.request.path()),
            purpose: carried,
        };
        match self
            .entra
            .interact(self.seed, &ask, self.params, self.request, checks)
        {
            Step::Page(reply) => reply,
            Step::Refused(refusal) => refuse(&refusal, checks),
            Step::SignedIn { identity, cookie } => {
                let reply = self.send_code(client, wanted, identity);
                checks.pass("outcome", "a code was sent");
                cookie
                    .into_iter()
                    .fold(reply, |reply, cookie| reply.with("set-cookie", cookie))
            }
        }
    }

    fn wanted(&self, checks: &mut Checks) -> Result<Wanted, Refusal> {
        let need = |name| self.params.get(name).ok_or_else(|| Refusal::missing(name));
        let response_type = need("response_type")?;
        if !checks.note("response_type", response_type == "code", response_type) {
            return Err(Refusal::response_type(response_type));
        }
        if let Some(mode) = self.params.get("response_mode")
            && !checks.note("response_mode", Mode::parse(mode).is_some(), mode)
        {
            return Err(Refusal::response_mode(mode));
        }
        let scope = need("scope")?;
        let scopes = Scopes::parse(self.seed, scope);
        checks.note("scope", scopes.is_ok(), scope);
        let scopes = scopes?;
        if scopes.is_empty() {
            return Err(Refusal::bad_scope(scope));
        }
        let challenge = challenge(self.params, checks)?;
        let name = self.params.get("prompt").unwrap_or_default();
        let prompt = Prompt::parse(name).ok_or_else(|| Refusal::prompt(name))?;
        Ok(Wanted {
            scope: scope.to_owned(),
            scopes,
            challenge,
            prompt,
        })
    }

    fn send_code(&self, client: &Client<'_>, wanted: Wanted, identity: Identity) -> Reply {
        let user = self.seed.user_by_id(&identity.user);
        let info = user.map(issue::client_info).unwrap_or_default();
        let name = format!("1.{}", crate::seed::random_text::<48>());
        let code = Code {
            client_id: client.app.client_id.clone(),
            redirect_uri: client.back.uri.clone(),
            kind: client.kind,
            challenge: wanted.challenge,
            nonce: self.params.get("nonce").map(str::to_owned),
            identity,
            scope: wanted.scope,
            issued_at: self.entra.now(),
            used: false,
        };
        self.entra.store().keep_code(name.clone(), code);
        let session = uuid::Uuid::new_v4().to_string();
        let mut parameters = vec![("code", name.as_str())];
        if self.params.get("client_info") == Some("1") {
            parameters.push(("client_info", &info));
        }
        parameters.push(("session_state", &session));
        client.back.send(&parameters)
    }
}

/// The client and its redirect URI. Until both are known, an error is shown on a page.
fn client<'a>(
    seed: &'a Seed,
    authority: &Authority,
    params: &Params,
    checks: &mut Checks,
) -> Result<Client<'a>, Refusal> {
    let client_id = params
        .get("client_id")
        .ok_or_else(|| Refusal::missing("client_id"))?;
    let app = authority.app(seed, client_id);
    checks.note("client", app.is_ok(), client_id);
    let app = app?;
    let uri = params
        .get("redirect_uri")
        .ok_or_else(|| Refusal::missing("redirect_uri"))?;
    let kind = registered(app, uri);
    checks.note("redirect_uri", kind.is_some(), uri);
    let kind = kind.ok_or_else(|| Refusal::redirect_mismatch(uri, client_id))?;
    let mode = params
        .get("response_mode")
        .and_then(Mode::parse)
        .unwrap_or(Mode::Query);
    let state = params.bytes("state").map(<[u8]>::to_vec);
    Ok(Client {
        app,
        kind,
        back: Back {
            uri: uri.to_owned(),
            mode,
            state,
        },
    })
}

fn challenge(params: &Params, checks: &mut Checks) -> Result<Option<Challenge>, Refusal> {
    let Some(value) = params.get("code_challenge") else {
        checks.pass("PKCE", "no code_challenge");
        return Ok(None);
    };
    let method = params.get("code_challenge_method").unwrap_or("plain");
    let known = matches!(method, "S256" | "plain");
    if !checks.note("PKCE", known, method) {
        return Err(Refusal::challenge_method(method));
    }
    if !(43..=128).contains(&value.len()) {
        checks.fail("PKCE", format!("the challenge has {} characters", value.len()));
        return Err(Refusal::challenge_size());
    }
    let value = value.to_owned();
    Ok(Some(if method == "S256" {
        Challenge::S256(value)
    } else {
        Challenge::Plain(value)
    }))
}
