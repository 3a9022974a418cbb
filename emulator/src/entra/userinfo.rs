//! Who the holder of a Microsoft Graph token is.

use super::Entra;
use super::issue::pairwise;
use crate::http::{Checks, Reply, WireRequest};
use crate::seed::{GRAPH_APP_ID, GRAPH_URI};
use serde_json::json;

impl Entra {
    /// `/oidc/userinfo` and `/{t}/openid/userinfo`.
    pub(super) fn userinfo(&self, request: &WireRequest, checks: &mut Checks) -> Reply {
        let bearer = request.header("authorization").and_then(|value| {
            let (scheme, token) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
        });
        let Some(token) = bearer else {
            checks.fail("bearer", "none was sent");
            return refused("Bearer", "Access token is empty.");
        };
        let Ok(claims) = self.verify(token, &[GRAPH_URI, GRAPH_APP_ID], checks) else {
            return refused(
                "Bearer error=\"invalid_token\"",
                "Access token validation failure.",
            );
        };
        let seed = self.seed();
        let user = seed.user(&claims.tid, &claims.oid);
        checks.note("user", user.is_some(), claims.oid.as_str());
        let Some(user) = user else {
            return refused("Bearer error=\"invalid_token\"", "The token has no user.");
        };
        let (given, family) = user.name.split_once(' ').unwrap_or((&user.name, ""));
        let info = json!({
            "sub": pairwise(&user.object_id, &claims.client_id),
            "name": user.name,
            "given_name": given,
            "family_name": family,
            "email": user.username,
            "picture": "https://graph.microsoft.com/v1.0/me/photo/$value",
        });
        Reply::json(200, &info).with("cache-control", "private")
    }
}

fn refused(challenge: &str, message: &str) -> Reply {
    let error = json!({ "code": "InvalidAuthenticationToken", "message": message });
    Reply::json(401, &json!({ "error": error })).with("www-authenticate", challenge)
}
