//! What a user who is signed in still has to approve: the second factor, and the app's permissions.

use super::{Known, Prompt, Step, Turn};
use crate::entra::aadsts::Refusal;
use crate::entra::consent::{Permission, described};
use crate::entra::scopes::Asked;
use crate::entra::store::{Flow, Identity};
use crate::entra::{pages, session};
use crate::http::{Checks, Reply};
use crate::seed::GRAPH_APP_ID;

/// Permissions by resource, in the form in which a consent is recorded.
type Missing = Vec<(Asked, Vec<String>)>;

impl Turn<'_> {
    /// Continues once the user is known: second factor, then consent.
    pub(super) fn approve(&self, mut known: Known<'_>, checks: &mut Checks) -> Step {
        let user = known.user;
        let admitted = self.ask.authority.admits(user);
        checks.note("user", admitted.is_ok(), user.username.as_str());
        if let Err(refusal) = admitted {
            let problem = format!("{} (AADSTS{})", refusal.text, refusal.code);
            return self.sign_in_page(Some(&problem), 403);
        }
        let mut needed = self.ask.scopes.resources.iter();
        if let Err(refusal) = needed.try_for_each(|asked| asked.resource(self.seed, &user.tenant).map(drop)) {
            checks.fail("service principal", refusal.text.clone());
            return Step::Refused(refusal);
        }
        match self.second_factor(&mut known, checks) {
            Some(step) => step,
            None => self.consent(known, checks),
        }
    }

    /// Asks for the second factor if a resource or a claims challenge requires one.
    fn second_factor(&self, known: &mut Known<'_>, checks: &mut Checks) -> Option<Step> {
        let mut asked = self.ask.scopes.resources.iter();
        let resource = asked.any(|asked| {
            asked
                .resource(self.seed, &known.user.tenant)
                .is_ok_and(|resource| resource.requires_mfa)
        });
        let challenged = self
            .ask
            .claims
            .is_some_and(|claims| claims.contains("capolids") || claims.contains("acrs"));
        if known.identity.mfa || !(resource || challenged) {
            return None;
        }
        if self.ask.prompt == Prompt::None {
            checks.fail("multi-factor", "needed, and prompt=none");
            return Some(Step::Refused(Refusal::mfa_required(known.user.mfa_registered)));
        }
        match self.params.get("mfa").filter(|_| known.acting) {
            Some("approve") => {
                checks.pass("multi-factor", "approved");
                known.identity.mfa = true;
                known.cookie = Some(session::add(self.entra, self.request, &known.identity));
                None
            }
            Some(_) => {
                checks.fail("multi-factor", "denied");
                Some(Step::Refused(Refusal::mfa_denied()))
            }
            None => {
                let flow = self.start_flow(&known.identity);
                let page = pages::second_factor(&self.view(), known.user, &flow);
                Some(Step::Page(with_cookie(page, known.cookie.take())))
            }
        }
    }

    fn consent(&self, known: Known<'_>, checks: &mut Checks) -> Step {
        let (ask, user) = (self.ask, known.user);
        let (missing, permissions) = self.missing(&known);
        if permissions.is_empty() && !ask.for_organization {
            checks.pass("consent", "given before");
            return Step::SignedIn {
                identity: known.identity,
                cookie: known.cookie,
            };
        }
        if !user.admin && (ask.for_organization || permissions.iter().any(|asked| asked.admin_only)) {
            checks.fail("consent", "an administrator is needed");
            return Step::Refused(Refusal::admin_needed());
        }
        if ask.prompt == Prompt::None {
            checks.fail("consent", "missing, and prompt=none");
            return Step::Refused(Refusal::consent_required_silently(&ask.app.name));
        }
        match self.params.get("consent").filter(|_| known.acting) {
            Some("accept") => {
                let all = ask.for_organization || (user.admin && self.params.get("organization").is_some());
                self.record(if all { &user.tenant } else { &user.object_id }, &missing);
                checks.pass(
                    "consent",
                    if all {
                        "given for the tenant"
                    } else {
                        "given by the user"
                    },
                );
                Step::SignedIn {
                    identity: known.identity,
                    cookie: known.cookie,
                }
            }
            Some(_) => {
                checks.fail("consent", "declined");
                Step::Refused(Refusal::declined())
            }
            None => {
                let flow = self.start_flow(&known.identity);
                let page = pages::consent(&self.view(), user, &permissions, &flow, ask.for_organization);
                Step::Page(with_cookie(page, known.cookie))
            }
        }
    }

    /// The permissions that need consent: as they are recorded, and as the page lists them.
    fn missing(&self, known: &Known<'_>) -> (Missing, Vec<Permission>) {
        let ask = self.ask;
        let again = ask.prompt == Prompt::Consent || ask.for_organization;
        let store = self.entra.store();
        let first = !store.consents.any(&ask.app.client_id, known.user);
        let missing: Missing = if again {
            ask.scopes
                .resources
                .iter()
                .map(|asked| (asked.clone(), asked.wanted(ask.app)))
                .collect()
        } else {
            store.consents.missing(ask.app, known.user, ask.scopes)
        };
        drop(store);
        let oidc: &[String] = if first || again { &ask.scopes.oidc } else { &[] };
        let permissions = described(self.seed, &missing, oidc);
        (missing, permissions)
    }

    fn record(&self, who: &str, missing: &[(Asked, Vec<String>)]) {
        let client_id = &self.ask.app.client_id;
        let mut store = self.entra.store();
        for (asked, names) in missing {
            store.consents.give(client_id, who, &asked.app_id, names);
        }
        // Signing in is recorded as a consent too, so that the page is not shown again.
        store.consents.give(client_id, who, GRAPH_APP_ID, &[]);
        if self.ask.for_organization {
            for needed in &self.ask.app.requires {
                store
                    .consents
                    .give_roles(client_id, who, &needed.resource, &needed.roles);
            }
        }
    }

    fn start_flow(&self, identity: &Identity) -> String {
        let name = crate::seed::random_text::<24>();
        let flow = Flow {
            identity: identity.clone(),
            purpose: self.ask.purpose.clone(),
            issued_at: self.entra.now(),
        };
        self.entra.store().keep_flow(name.clone(), flow);
        name
    }
}

fn with_cookie(reply: Reply, cookie: Option<String>) -> Reply {
    cookie
        .into_iter()
        .fold(reply, |reply, cookie| reply.with("set-cookie", cookie))
}
