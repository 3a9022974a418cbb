//! Signing a user in: password, choice of account, consent. What for is the caller's business.

use super::Entra;
use super::aadsts::Refusal;
use super::consent::described;
use super::pages::{self, View};
use super::params::Params;
use super::scopes::Scopes;
use super::session;
use super::store::Flow;
use super::tenant::Authority;
use crate::http::{Checks, Reply, WireRequest};
use crate::seed::{App, Seed, User};

/// The fields of our own pages, which are not a part of what the client asked.
pub(crate) const INTERACTIVE: &[&str] = &[
    "username",
    "password",
    "consent",
    "account",
    "flow",
    "organization",
];

/// How long a user may think about a consent, in seconds.
const PATIENCE: i64 = 1800;

/// What the client wants the user to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Prompt {
    /// Whatever is needed.
    Auto,
    /// Nothing.
    None,
    /// The password, again.
    Login,
    /// The choice of account.
    SelectAccount,
    /// The consent, again.
    Consent,
}

impl Prompt {
    pub(crate) fn parse(name: &str) -> Option<Self> {
        match name {
            "" | "create" => Some(Self::Auto),
            "none" => Some(Self::None),
            "login" => Some(Self::Login),
            "select_account" => Some(Self::SelectAccount),
            "consent" | "admin_consent" => Some(Self::Consent),
            _ => None,
        }
    }
}

/// What a user is to be signed in for.
pub(crate) struct Ask<'a> {
    pub(crate) app: &'a App,
    pub(crate) authority: &'a Authority,
    pub(crate) scopes: &'a Scopes,
    pub(crate) prompt: Prompt,
    pub(crate) login_hint: Option<&'a str>,
    pub(crate) domain_hint: Option<&'a str>,
    /// Whether an administrator is to consent for the whole tenant.
    pub(crate) for_organization: bool,
    /// Where the pages' forms go.
    pub(crate) action: String,
    /// Ties the steps of one sign-in together.
    pub(crate) purpose: String,
}

/// How a step ended.
pub(crate) enum Step {
    /// The user has to do something.
    Page(Reply),
    /// It is over, without success.
    Refused(Refusal),
    /// The user (an object id) is signed in and has consented.
    SignedIn { user: String, cookie: Option<String> },
}

/// How the user came to be known in this request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    /// By a form that only our own pages, or a program with the password, can send.
    Acting,
    /// By a cookie alone, which any page can make a browser send.
    Remembered,
}

/// One request of a sign-in.
struct Turn<'a> {
    entra: &'a Entra,
    seed: &'a Seed,
    ask: &'a Ask<'a>,
    params: &'a Params,
    request: &'a WireRequest,
}

impl Entra {
    /// Takes a sign-in one step further.
    pub(super) fn interact(
        &self,
        seed: &Seed,
        ask: &Ask<'_>,
        params: &Params,
        request: &WireRequest,
        checks: &mut Checks,
    ) -> Step {
        Turn {
            entra: self,
            seed,
            ask,
            params,
            request,
        }
        .take(checks)
    }
}

impl Turn<'_> {
    fn take(&self, checks: &mut Checks) -> Step {
        let posted = self.request.method == "POST";
        if let Some(flow) = self.params.get("flow").filter(|_| posted) {
            return match self.resume(flow) {
                Some(user) => self.consent(&user, Known::Acting, None, checks),
                None => self.sign_in_page(Some("That took too long. Please sign in again."), 400),
            };
        }
        if let Some(username) = self.params.get("username").filter(|_| posted) {
            return self.password(username, checks);
        }
        if let Some(chosen) = self.params.get("account").filter(|_| posted) {
            let chosen = self
                .candidates()
                .into_iter()
                .find(|user| user.object_id == chosen)
                .cloned();
            return match chosen {
                Some(user) => self.consent(&user, Known::Remembered, None, checks),
                None => self.sign_in_page(None, 200),
            };
        }
        self.by_session(checks)
    }

    /// The user of a sign-in under way.
    fn resume(&self, flow: &str) -> Option<User> {
        let flow = self.entra.store().flows.get(flow).cloned()?;
        let current = flow.purpose == self.ask.purpose && self.entra.now() - flow.issued_at <= PATIENCE;
        current.then(|| self.seed.user_by_id(&flow.user).cloned())?
    }

    fn password(&self, username: &str, checks: &mut Checks) -> Step {
        let password = self.params.get("password").unwrap_or_default();
        let user = self
            .seed
            .user_by_name(username)
            .filter(|user| user.password.matches(password));
        if !checks.note("password", user.is_some(), username) {
            let refusal = Refusal::bad_password();
            return self.sign_in_page(Some(&format!("{} (AADSTS{})", refusal.text, refusal.code)), 401);
        }
        let Some(user) = user else {
            return self.sign_in_page(None, 401);
        };
        let cookie = session::add(self.entra, self.request, &user.object_id);
        self.consent(user, Known::Acting, Some(cookie), checks)
    }

    /// The users who are signed in and may sign in here.
    fn candidates(&self) -> Vec<&User> {
        let signed_in = session::users(self.entra, self.request);
        let users = signed_in.iter().filter_map(|oid| self.seed.user_by_id(oid));
        users
            .filter(|user| self.ask.authority.admits(user).is_ok())
            .collect()
    }

    fn by_session(&self, checks: &mut Checks) -> Step {
        let candidates = self.candidates();
        let hinted = |user: &&&User| self.ask.login_hint.is_none_or(|hint| names(user, hint));
        let fitting: Vec<&User> = candidates.iter().filter(hinted).copied().collect();
        checks.pass(
            "session",
            format!("{} of {} accounts fit", fitting.len(), candidates.len()),
        );
        match (self.ask.prompt, fitting.as_slice()) {
            (Prompt::None, []) => Step::Refused(Refusal::login_required()),
            (Prompt::None, [user]) => self.consent(user, Known::Remembered, None, checks),
            (Prompt::None, _) => Step::Refused(Refusal::account_choice_required()),
            (Prompt::Login, _) => self.sign_in_page(None, 200),
            (Prompt::SelectAccount, _) if !candidates.is_empty() => self.picker(&candidates),
            (_, [user]) if self.ask.prompt != Prompt::SelectAccount => {
                self.consent(user, Known::Remembered, None, checks)
            }
            (_, []) => self.sign_in_page(None, 200),
            (_, several) => self.picker(several),
        }
    }

    /// The user is known; what remains is consent.
    fn consent(&self, user: &User, known: Known, cookie: Option<String>, checks: &mut Checks) -> Step {
        let ask = self.ask;
        let admitted = ask.authority.admits(user);
        checks.note("user", admitted.is_ok(), user.username.as_str());
        if let Err(refusal) = admitted {
            let problem = format!("{} (AADSTS{})", refusal.text, refusal.code);
            return self.sign_in_page(Some(&problem), 403);
        }
        let present = ask
            .scopes
            .resources
            .iter()
            .try_for_each(|asked| asked.resource(self.seed, &user.tenant).map(drop));
        if let Err(refusal) = present {
            checks.fail("service principal", refusal.text.clone());
            return Step::Refused(refusal);
        }
        let again = ask.prompt == Prompt::Consent || ask.for_organization;
        let store = self.entra.store();
        let first = !store.consents.any(&ask.app.client_id, user);
        let missing = match again {
            true => ask
                .scopes
                .resources
                .iter()
                .map(|asked| (asked.clone(), asked.wanted(ask.app)))
                .collect(),
            false => store.consents.missing(self.seed, ask.app, user, ask.scopes),
        };
        drop(store);
        let oidc: &[String] = if first || again { &ask.scopes.oidc } else { &[] };
        let permissions = described(self.seed, &missing, oidc);
        if permissions.is_empty() && !ask.for_organization {
            checks.pass("consent", "given before");
            return Step::SignedIn {
                user: user.object_id.clone(),
                cookie,
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
        match self.params.get("consent").filter(|_| known == Known::Acting) {
            Some("accept") => {
                let all = ask.for_organization || (user.admin && self.params.get("organization").is_some());
                self.record(user, all, &missing);
                checks.pass(
                    "consent",
                    if all {
                        "given for the tenant"
                    } else {
                        "given by the user"
                    },
                );
                Step::SignedIn {
                    user: user.object_id.clone(),
                    cookie,
                }
            }
            Some(_) => {
                checks.fail("consent", "declined");
                Step::Refused(Refusal::declined())
            }
            None => {
                let flow = self.start_flow(user);
                let view = self.view();
                let reply = pages::consent(&view, user, &permissions, &flow, ask.for_organization);
                Step::Page(
                    cookie
                        .into_iter()
                        .fold(reply, |reply, cookie| reply.with("set-cookie", cookie)),
                )
            }
        }
    }

    fn record(&self, user: &User, for_tenant: bool, missing: &[(super::scopes::Asked, Vec<String>)]) {
        let who = if for_tenant { &user.tenant } else { &user.object_id };
        let mut store = self.entra.store();
        let client_id = &self.ask.app.client_id;
        for (asked, names) in missing {
            store.consents.give(client_id, who, &asked.app_id, names);
        }
        // Signing in is a consent of its own, so that it is not asked for again.
        store
            .consents
            .give(client_id, who, crate::seed::GRAPH_APP_ID, &[]);
        if self.ask.for_organization {
            for needed in &self.ask.app.requires {
                store
                    .consents
                    .give_roles(client_id, who, &needed.resource, &needed.roles);
            }
        }
    }

    fn start_flow(&self, user: &User) -> String {
        let name = crate::seed::random_text::<24>();
        let flow = Flow {
            user: user.object_id.clone(),
            purpose: self.ask.purpose.clone(),
            issued_at: self.entra.now(),
        };
        self.entra.store().keep_flow(name.clone(), flow);
        name
    }

    fn view(&self) -> View<'_> {
        let tenant = match self.ask.authority {
            Authority::Tenant(tid) => self.seed.tenant(tid).map(|tenant| tenant.name.as_str()),
            _ => None,
        };
        View {
            app: &self.ask.app.name,
            tenant,
            action: &self.ask.action,
        }
    }

    fn sign_in_page(&self, problem: Option<&str>, status: u16) -> Step {
        if self.ask.prompt == Prompt::None {
            return Step::Refused(Refusal::login_required());
        }
        let typed = self.params.get("username").or(self.ask.login_hint);
        let domain = self.ask.domain_hint.and_then(|domain| self.seed.tenant(domain));
        let domain = domain.and_then(|tenant| tenant.domains.first());
        Step::Page(pages::sign_in(
            &self.view(),
            typed,
            domain.map(String::as_str),
            problem,
            status,
        ))
    }

    fn picker(&self, users: &[&User]) -> Step {
        Step::Page(pages::picker(&self.view(), users))
    }
}

/// Whether a login hint means this user: the sign-in name, or the object id.
fn names(user: &User, hint: &str) -> bool {
    user.username.eq_ignore_ascii_case(hint) || user.object_id.eq_ignore_ascii_case(hint)
}
