//! `api-version`.

use percent_encoding::percent_decode_str;

use crate::http::{Checks, WireRequest};

use super::answer::Outcome;

/// Of `/identities`. The list up to 2023-08-01 was recorded in 2023, less the two oldest previews, one of
/// which is known to have been switched off; one recorded in 2025 has 2023-10-01 and 2025-03-02-preview, and no
/// 2023-08-01; the later ones have been published since. What the service
/// accepts today is unverified.
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

/// Of `/teamsUser`.
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

/// Of `/access/teamsExtension`.
pub(super) const TEAMS_EXTENSION: &[&str] = &["2025-03-02-preview", "2025-06-30", "2026-09-23"];

/// Of `/access/entra`, which is in no stable version.
pub(super) const ENTRA_USER: &[&str] = &["2025-03-02-preview"];

/// Of an identity's details, and of the member `customId`; in no stable version.
pub(super) const IDENTITY_DETAILS: &[&str] = &["2025-03-02-preview"];

/// Whether the request asks for a version that the operation has.
pub(super) fn check(request: &WireRequest, supported: &[&str], checks: &mut Checks) -> Result<(), Outcome> {
    let Some(asked) = asked(request) else {
        checks.fail("api_version", "the query has no api-version");
        // Unverified: the answer of the framework that the service is known to be built with.
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
