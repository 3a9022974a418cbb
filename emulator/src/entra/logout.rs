//! Signing out.

use super::aadsts::stamp;
use super::params::{Params, encode};
use super::{Entra, pages, session};
use crate::http::{Checks, Reply, WireRequest};

impl Entra {
    /// `/{t}/oauth2/v2.0/logout`: ends the session, or with a `logout_hint` only that account's, and
    /// redirects to a registered `post_logout_redirect_uri`.
    pub(super) fn logout(&self, request: &WireRequest, checks: &mut Checks) -> Reply {
        let params = Params::of_page(request);
        let trace = self.trace(request, None);
        let seed = self.seed();
        let hinted = params.get("logout_hint").and_then(|name| seed.user_by_name(name));
        let cookie = match hinted {
            Some(user) => session::remove(self, request, &user.object_id),
            None => session::end(self, request),
        };
        checks.pass(
            "session",
            hinted.map_or("ended for all accounts", |user| &user.username),
        );
        let known = |uri: &str| {
            let mut uris = seed.apps.iter().flat_map(|app| &app.redirect_uris);
            uris.any(|redirect| redirect.uri == uri)
        };
        let back = params.get("post_logout_redirect_uri");
        if let Some(uri) = back {
            checks.note("post_logout_redirect_uri", known(uri), uri);
        }
        let reply = match back.filter(|uri| known(uri)) {
            Some(uri) => {
                let mark = if uri.contains('?') { '&' } else { '?' };
                let state = params.bytes("state").map(encode);
                let state = state.map_or_else(String::new, |state| format!("{mark}state={state}"));
                Reply::empty(302).with("location", format!("{uri}{state}"))
            }
            None => pages::message("You are signed out", "You can close this page."),
        };
        stamp(reply.with("set-cookie", cookie), &trace)
    }
}
