//! Signs a user in: password, choice of account, second factor, consent. The endpoints that need a user call
//! it.

use super::Entra;
mod approval;

use super::aadsts::Refusal;
use super::pages::{self, View};
use super::params::Params;
use super::scopes::Scopes;
use super::session;
use super::store::Identity;
use super::tenant::Authority;
use crate::http::{Checks, Reply, WireRequest};
use crate::seed::{App, Seed, User};

/// The fields of the emulator's own pages, which are not parameters of the client's request.
pub(crate) const INTERACTIVE: &[&str] = &[
    "username",
    "password",
    "consent",
    "account",
    "flow",
    "mfa",
    "organization",
];

/// How long a user may take to answer a page, in seconds.
const PATIENCE: i64 = 1800;

/// Which pages the client wants the user to see (`prompt`).
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

/// The request that a user signs in for.
pub(crate) struct Ask<'a> {
    pub(crate) app: &'a App,
    pub(crate) authority: &'a Authority,
    pub(crate) scopes: &'a Scopes,
    pub(crate) prompt: Prompt,
    pub(crate) login_hint: Option<&'a str>,
    pub(crate) domain_hint: Option<&'a str>,
    /// Whether an administrator is to consent for the whole tenant.
    pub(crate) for_organization: bool,
    /// The `claims` of a challenge, which the client passes on.
    pub(crate) claims: Option<&'a str>,
    /// Where the pages' forms go.
    pub(crate) action: String,
    /// Ties the steps of one sign-in together.
    pub(crate) purpose: String,
}

/// How a step ended.
pub(crate) enum Step {
    /// The user has to do something.
    Page(Reply),
    /// The sign-in failed.
    Refused(Refusal),
    /// The user is signed in and has agreed to everything.
    SignedIn {
        identity: Identity,
        cookie: Option<String>,
    },
}

/// A user who is known in this request.
struct Known<'a> {
    user: &'a User,
    identity: Identity,
    /// Whether the request proves that the user acts: it has a password, or the `flow` of one of the
    /// emulator's own pages. A cookie proves nothing, since any page can make a browser send it.
    acting: bool,
    /// The `Set-Cookie` value of a new session.
    cookie: Option<String>,
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
    /// Takes the next step of a sign-in.
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

impl<'a> Turn<'a> {
    fn take(&self, checks: &mut Checks) -> Step {
        let field = |name| self.params.get(name).filter(|_| self.request.method == "POST");
        if let Some(flow) = field("flow") {
            return match self.resume(flow) {
                Some(known) => self.approve(known, checks),
                None => self.sign_in_page(Some("That took too long. Please sign in again."), 400),
            };
        }
        if let Some(username) = field("username") {
            return self.password(username, checks);
        }
        if let Some(chosen) = field("account") {
            let mut candidates = self.candidates().into_iter();
            return match candidates.find(|known| known.user.object_id == chosen) {
                Some(known) => self.approve(known, checks),
                None => self.sign_in_page(None, 200),
            };
        }
        self.by_session(checks)
    }

    /// The user of a sign-in that one of the pages continues.
    fn resume(&self, flow: &str) -> Option<Known<'a>> {
        let flow = self.entra.store().flows.remove(flow)?;
        let current = flow.purpose == self.ask.purpose && self.entra.now() - flow.issued_at <= PATIENCE;
        let user = self.seed.user_by_id(&flow.identity.user).filter(|_| current)?;
        Some(Known {
            user,
            identity: flow.identity,
            acting: true,
            cookie: None,
        })
    }

    fn password(&self, username: &str, checks: &mut Checks) -> Step {
        let password = self.params.get("password").unwrap_or_default();
        let user = self
            .seed
            .user_by_name(username)
            .filter(|user| user.password.matches(password));
        checks.note("password", user.is_some(), username);
        let Some(user) = user else {
            let refusal = Refusal::bad_password();
            return self.sign_in_page(Some(&format!("{} (AADSTS{})", refusal.text, refusal.code)), 401);
        };
        let identity = Identity {
            user: user.object_id.clone(),
            mfa: false,
        };
        let cookie = Some(session::add(self.entra, self.request, &identity));
        self.approve(
            Known {
                user,
                identity,
                acting: true,
                cookie,
            },
            checks,
        )
    }

    /// The users who are signed in and may sign in here.
    fn candidates(&self) -> Vec<Known<'a>> {
        let signed_in = session::users(self.entra, self.request).into_iter();
        let known = signed_in.filter_map(|identity| {
            let user = self.seed.user_by_id(&identity.user)?;
            self.ask.authority.admits(user).ok()?;
            Some(Known {
                user,
                identity,
                acting: false,
                cookie: None,
            })
        });
        known.collect()
    }

    fn by_session(&self, checks: &mut Checks) -> Step {
        let prompt = self.ask.prompt;
        let mut fitting = self.candidates();
        let all = fitting.len();
        if prompt == Prompt::Login {
            return self.sign_in_page(None, 200);
        }
        if prompt != Prompt::SelectAccount {
            fitting.retain(|known| self.ask.login_hint.is_none_or(|hint| names(known.user, hint)));
        }
        checks.pass("session", format!("{} of {all} accounts fit", fitting.len()));
        let choose = fitting.len() > 1 || prompt == Prompt::SelectAccount;
        match (fitting.pop(), prompt) {
            (None, Prompt::None) => Step::Refused(Refusal::login_required()),
            (None, _) => self.sign_in_page(None, 200),
            (Some(_), Prompt::None) if choose => Step::Refused(Refusal::account_choice_required()),
            (Some(last), _) if choose => {
                fitting.push(last);
                let users: Vec<_> = fitting.iter().map(|known| known.user).collect();
                Step::Page(pages::picker(&self.view(), &users))
            }
            (Some(known), _) => self.approve(known, checks),
        }
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
        let page = pages::sign_in(&self.view(), typed, domain.map(String::as_str), problem, status);
        Step::Page(page)
    }
}

/// Whether a login hint means this user: the sign-in name, or the object id.
fn names(user: &User, hint: &str) -> bool {
    user.username.eq_ignore_ascii_case(hint) || user.object_id.eq_ignore_ascii_case(hint)
}
