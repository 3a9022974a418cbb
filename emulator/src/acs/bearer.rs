//! An Entra token as the credential of the resource.

use super::Call;
use crate::http::WireRequest;
use crate::seed::{ACS_DATA_APP_ID, ACS_DATA_URI};

const AUDIENCES: [&str; 2] = [ACS_DATA_URI, ACS_DATA_APP_ID];

/// The token of an `Authorization: Bearer` header.
pub(super) fn token(request: &WireRequest) -> Option<&str> {
    let (scheme, token) = request.header("authorization")?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

/// Whether the token is a credential of the resource: issued for it, and to an app that has a role on it. A
/// user's token needs no role, since the emulator has none for users. How the service responds if an app has
/// no role is unverified.
pub(super) fn verify(call: &Call<'_>, token: &str) -> bool {
    let Some(claims) = call.verify_token(token, &AUDIENCES) else {
        return false;
    };
    if !claims.app_only {
        return call.note(
            "role",
            !claims.scopes.is_empty(),
            "a user's token, with delegated permissions",
        );
    }
    let role = call.seed.app(&claims.client_id).is_some_and(|app| app.acs_role);
    let detail = if role {
        "the app has a role on the resource"
    } else {
        "the app has no role on the resource"
    };
    call.note("role", role, detail)
}
