//! A browser's session: a cookie that names a list of signed-in users.

use super::Entra;
use super::store::Identity;
use crate::http::WireRequest;

const COOKIE: &str = "acs_emulator_session";

/// The users who are signed in in the browser that sent this request.
pub(crate) fn users(entra: &Entra, request: &WireRequest) -> Vec<Identity> {
    let Some(name) = name(request) else {
        return Vec::new();
    };
    entra.store().sessions.get(name).cloned().unwrap_or_default()
}

/// Signs a user in, and returns the `Set-Cookie` value.
pub(crate) fn add(entra: &Entra, request: &WireRequest, identity: &Identity) -> String {
    let mut store = entra.store();
    let known = name(request).filter(|name| store.sessions.contains_key(*name));
    let name = known.map_or_else(crate::seed::random_text::<24>, str::to_owned);
    let users = store.session(name.clone());
    users.retain(|known| known.user != identity.user);
    users.insert(0, identity.clone());
    set_cookie(request, &name, "")
}

/// Signs all users out, and returns the `Set-Cookie` value.
pub(crate) fn end(entra: &Entra, request: &WireRequest) -> String {
    if let Some(name) = name(request) {
        entra.store().sessions.remove(name);
    }
    set_cookie(request, "", "; Max-Age=0")
}

/// Signs one user (an object id) out, and returns the `Set-Cookie` value.
pub(crate) fn remove(entra: &Entra, request: &WireRequest, user: &str) -> String {
    let Some(name) = name(request) else {
        return set_cookie(request, "", "; Max-Age=0");
    };
    if let Some(users) = entra.store().sessions.get_mut(name) {
        users.retain(|known| known.user != user);
    }
    set_cookie(request, name, "")
}

fn name(request: &WireRequest) -> Option<&str> {
    let cookies = request.headers.iter().filter(|(name, _)| name == "cookie");
    cookies
        .flat_map(|(_, value)| value.split(';'))
        .find_map(|cookie| {
            let (name, value) = cookie.trim().split_once('=')?;
            (name == COOKIE).then_some(value)
        })
}

/// Over TLS, the cookie is also sent from other sites' frames, which silent renewal needs.
fn set_cookie(request: &WireRequest, value: &str, more: &str) -> String {
    let site = if request.tls {
        "SameSite=None; Secure"
    } else {
        "SameSite=Lax"
    };
    format!("{COOKIE}={value}; Path=/; HttpOnly; {site}{more}")
}
