//! An administrator's consent for a whole tenant.

use super::aadsts::{Refusal, stamp};
use super::interact::{Ask, INTERACTIVE, Prompt, Step};
use super::params::Params;
use super::redirect::{Back, Mode, registered};
use super::scopes::{Asked, Scopes};
use super::tenant::Authority;
use super::{Entra, pages};
use crate::http::{Checks, Reply, WireRequest};
use crate::seed::{App, Seed};

impl Entra {
    /// `/{t}/adminconsent` and `/{t}/v2.0/adminconsent`: consents to `scope`, or to everything that the app's
    /// registration lists. Redirects with `admin_consent=True` and the tenant.
    pub(super) fn admin_consent(
        &self,
        request: &WireRequest,
        authority: &Authority,
        checks: &mut Checks,
    ) -> Reply {
        let params = Params::of_page(request);
        let trace = self.trace(request, params.get("client-request-id"));
        let seed = self.seed();
        let (app, back) = match client(&seed, authority, &params, checks) {
            Ok(client) => client,
            Err(refusal) => return stamp(pages::failure(&refusal, &trace), &trace),
        };
        let refuse = |refusal: &Refusal| back.refuse(refusal, &trace, &request.base_url());
        let scopes = match params.get("scope") {
            Some(scope) => Scopes::parse(&seed, scope),
            None => Ok(registration(app)),
        };
        checks.note(
            "scope",
            scopes.is_ok(),
            params.get("scope").unwrap_or("the registration's"),
        );
        let scopes = match scopes {
            Ok(scopes) => scopes,
            Err(refusal) => return stamp(refuse(&refusal), &trace),
        };
        let carried = params.without(INTERACTIVE);
        let ask = Ask {
            app,
            authority,
            scopes: &scopes,
            prompt: Prompt::Auto,
            login_hint: params.get("login_hint"),
            domain_hint: None,
            for_organization: true,
            claims: None,
            action: format!("{}?{carried}", request.path()),
            purpose: carried,
        };
        let reply = match self.interact(&seed, &ask, &params, request, checks) {
            Step::Page(reply) => reply,
            Step::Refused(refusal) => refuse(&refusal),
            Step::SignedIn { identity, cookie } => {
                let tid = seed
                    .user_by_id(&identity.user)
                    .map_or("", |user| user.tenant.as_str());
                let mut parameters = vec![("admin_consent", "True"), ("tenant", tid)];
                if let Some(scope) = params.get("scope") {
                    parameters.push(("scope", scope));
                }
                let reply = back.send(&parameters);
                cookie
                    .into_iter()
                    .fold(reply, |reply, cookie| reply.with("set-cookie", cookie))
            }
        };
        stamp(reply, &trace)
    }
}

fn client<'a>(
    seed: &'a Seed,
    authority: &Authority,
    params: &Params,
    checks: &mut Checks,
) -> Result<(&'a App, Back), Refusal> {
    let client_id = params
        .get("client_id")
        .ok_or_else(|| Refusal::missing("client_id"))?;
    let app = authority.app(seed, client_id);
    checks.note("client", app.is_ok(), client_id);
    let app = app?;
    let first = app.redirect_uris.first().map(|redirect| redirect.uri.as_str());
    let uri = params.get("redirect_uri").or(first);
    let uri = uri.ok_or_else(|| Refusal::missing("redirect_uri"))?;
    if !checks.note("redirect_uri", registered(app, uri).is_some(), uri) {
        return Err(Refusal::redirect_mismatch(uri, client_id));
    }
    let state = params.bytes("state").map(<[u8]>::to_vec);
    Ok((
        app,
        Back {
            uri: uri.to_owned(),
            mode: Mode::Query,
            state,
        },
    ))
}

/// All delegated permissions of the app's registration.
fn registration(app: &App) -> Scopes {
    let resources = app.requires.iter().map(|permissions| Asked {
        app_id: permissions.resource.clone(),
        identifier: permissions.resource.clone(),
        names: Vec::new(),
        default: true,
    });
    Scopes {
        oidc: Vec::new(),
        resources: resources.collect(),
    }
}
