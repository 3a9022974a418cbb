//! The device code flow: a device shows a code, which the user enters on a page on another device.

use super::aadsts::{Refusal, stamp};
use super::interact::{Ask, Prompt, Step};
use super::params::Params;
use super::scopes::Scopes;
use super::store::{Device, DeviceState};
use super::tenant::Authority;
use super::token_request::TokenRequest;
use super::{Entra, client_auth, pages};
use crate::http::{Checks, Reply, WireRequest};
use serde_json::{Value, json};

/// How long a client should wait between two polls, in seconds.
const INTERVAL: i64 = 5;
/// The characters of a code: no vowels, so that it spells no word, and neither 0 nor 1, which look like
/// letters.
const LETTERS: &[u8] = b"BCDFGHJKLMNPQRSTVWXZ23456789";

/// `/{t}/oauth2/v2.0/devicecode`: starts a sign-in on another device.
pub(super) fn start(request: &TokenRequest<'_>, checks: &mut Checks) -> Result<Value, Refusal> {
    let (app, _) = client_auth::authenticate(request, checks)?;
    if !checks.note("public client", app.public_client, app.name.as_str()) {
        return Err(Refusal::secret_needed());
    }
    let scope = request.need("scope")?;
    let scopes = Scopes::parse(request.seed, scope);
    checks.note("scope", scopes.is_ok(), scope);
    scopes?;
    let device_code = format!("D{}", crate::seed::random_text::<48>());
    let user_code = user_code();
    let device = Device {
        client_id: app.client_id.clone(),
        authority: request.authority.segment().to_owned(),
        user_code: user_code.clone(),
        scope: scope.to_owned(),
        issued_at: request.entra.now(),
        state: DeviceState::Pending,
    };
    request.entra.store().keep_device(device_code.clone(), device);
    let page = format!("{}/devicelogin", request.base);
    let message = format!("To sign in, open {page} in a browser and enter the code {user_code}.");
    Ok(json!({
        "user_code": user_code,
        "device_code": device_code,
        "verification_uri": page,
        "expires_in": Device::LIFETIME,
        "interval": INTERVAL,
        "message": message,
    }))
}

fn user_code() -> String {
    let random = crate::seed::random_text::<48>();
    let letters = random
        .bytes()
        .map(|byte| LETTERS[usize::from(byte) % LETTERS.len()]);
    letters.take(9).map(char::from).collect()
}

impl Entra {
    /// `/devicelogin`: the page where the code is entered. A `POST` with `user_code`, `username`, `password`
    /// and `consent` completes the sign-in at once.
    pub(super) fn device_page(&self, request: &WireRequest, checks: &mut Checks) -> Reply {
        let params = Params::of_page(request);
        let trace = self.trace(request, None);
        let Some(typed) = params.get("user_code") else {
            return stamp(pages::enter_code(request.path(), None), &trace);
        };
        let typed = typed.trim().to_ascii_uppercase();
        let (name, device) = match self.pending(&typed) {
            Some(found) => found,
            None => {
                checks.fail("user code", "unknown, used or expired");
                let problem = "That code is not valid. It may have been used, or have expired.";
                return stamp(pages::enter_code(request.path(), Some(problem)), &trace);
            }
        };
        checks.pass("user code", "waiting for its user");
        let reply = self
            .sign_in_device(request, &params, &name, &device, checks)
            .unwrap_or_else(|refusal| pages::failure(&refusal, &trace));
        stamp(reply, &trace)
    }

    fn pending(&self, user_code: &str) -> Option<(String, Device)> {
        let now = self.now();
        let store = self.store();
        let found = store.devices.iter().find(|(_, device)| {
            device.user_code == user_code
                && device.state == DeviceState::Pending
                && now - device.issued_at <= Device::LIFETIME
        });
        found.map(|(name, device)| (name.clone(), device.clone()))
    }

    fn sign_in_device(
        &self,
        request: &WireRequest,
        params: &Params,
        name: &str,
        device: &Device,
        checks: &mut Checks,
    ) -> Result<Reply, Refusal> {
        let seed = self.seed();
        let authority = Authority::find(&seed, &device.authority)?;
        let app = authority.app(&seed, &device.client_id)?;
        let scopes = Scopes::parse(&seed, &device.scope)?;
        let ask = Ask {
            app,
            authority: &authority,
            scopes: &scopes,
            // Even a user with a session has to confirm that this device may sign in.
            prompt: Prompt::SelectAccount,
            login_hint: None,
            domain_hint: None,
            for_organization: false,
            claims: None,
            action: format!("{}?user_code={}", request.path(), device.user_code),
            purpose: format!("device {}", device.user_code),
        };
        let state = match self.interact(&seed, &ask, params, request, checks) {
            Step::Page(reply) => return Ok(reply),
            Step::Refused(refusal) if refusal.error != "access_denied" => return Err(refusal),
            Step::Refused(_) => DeviceState::Declined,
            Step::SignedIn { identity, cookie } => {
                self.settle(name, DeviceState::Approved(identity));
                let reply = pages::message(
                    "You are signed in",
                    &format!(
                        "{} on your other device goes on by itself. You can close this page.",
                        app.name
                    ),
                );
                return Ok(cookie
                    .into_iter()
                    .fold(reply, |reply, cookie| reply.with("set-cookie", cookie)));
            }
        };
        self.settle(name, state);
        Ok(pages::message(
            "Nothing was allowed",
            "The sign-in on the other device has ended. You can close this page.",
        ))
    }

    fn settle(&self, name: &str, state: DeviceState) {
        if let Some(device) = self.store().devices.get_mut(name) {
            device.state = state;
        }
    }
}
