//! The API versions of each path, and the check of `api-version`.

use percent_encoding::percent_decode_str;

use crate::http::{Checks, WireRequest};

use super::answer::Outcome;

/// The versions of `/identities`. Those up to 2023-08-01 were recorded in 2023; the two oldest previews are
/// left out, since one of them is known to have been switched off. A recording of 2025 has 2023-10-01 and
/// 2025-03-02-preview, but not 2023-08-01. The later ones were published since. What the service accepts
/// today is unverified.
pub(super) const IDENTITIES: &[&str] = &[
    "2021-03-07",
    "2021-10-31-preview",
    "2021-11-01",
    "2022-06-01",
    "2022-10-01",
    "2023-08-01",
    "2023-10-01",
    "2025-03-02-preview",
    "2025-06-30",
    "2026-09-23",
];

/// The versions of `/teamsUser`.
pub(super) const TEAMS_USER: &[&str] = &[
    "2021-10-31-preview",
    "2022-06-01",
    "2022-10-01",
    "2023-08-01",
    "2023-10-01",
    "2025-03-02-preview",
    "2025-06-30",
    "2026-09-23",
];

/// The versions of `/access/teamsExtension`.
pub(super) const TEAMS_EXTENSION: &[&str] = &["2025-03-02-preview", "2025-06-30", "2026-09-23"];

/// The versions of `/access/entra`, none of which is stable.
pub(super) const ENTRA_USER: &[&str] = &["2025-03-02-preview"];

/// The versions of an identity's details and of the member `customId`, none of which is stable.
pub(super) const IDENTITY_DETAILS: &[&str] = &["2025-03-02-preview"];

/// Checks that the request asks for a version that the operation has.
pub(super) fn check(request: &WireRequest, supported: &[&str], checks: &mut Checks) -> Result<(), Outcome> {
    let Some(asked) = asked(request) else {
        checks.fail("api_version", "the query has no api-version");
        // Unverified: this is the response of the framework that the service is known to be built with.
        let message = "An API version is required, but was not specified.";
        return Err(Outcome::error(400, "ApiVersionUnspecified", message));
    };
    if checks.note("api_version", supported.contains(&asked.as_str()), asked.clone()) {
        return Ok(());
    }
    let message = format!(
        "The HTTP resource that matches the request URI '{}{}' does not support the API version '{asked}'.",
        request.base_url(),
        request.path(),
    );
    Err(Outcome::error(400, "UnsupportedApiVersion", &message))
}

/// Whether the request asks for one of these versions.
pub(super) fn is_one_of(request: &WireRequest, versions: &[&str]) -> bool {
    asked(request).is_some_and(|asked| versions.contains(&asked.as_str()))
}

fn asked(request: &WireRequest) -> Option<String> {
    let value = request.query().split('&').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        name.eq_ignore_ascii_case("api-version").then_some(value)
    })?;
    Some(percent_decode_str(value).decode_utf8_lossy().into_owned()).filter(|v| !v.is_empty())
}
