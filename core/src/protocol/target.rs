//! The parts of a request target that come from the caller: identity ids and the API version.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::error::{Error, OptionName, Result};
use crate::models::CommunicationUserIdentifier;

/// All but the unreserved characters of RFC 3986, which no URL library touches.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

const LONGEST_API_VERSION: usize = 64;

/// `/identities/{id}`, the id as one segment.
pub(super) fn identity_path(user: &CommunicationUserIdentifier) -> Result<String> {
    let id = user.id.as_str();
    let refused = |reason| Err(Error::invalid_argument("user", reason));
    if id.is_empty() {
        return refused("The identity's id is empty.");
    }
    if id == "." || id == ".." {
        return refused(
            "The identity's id is a dot segment, which would change the path; pass the raw id (8:acs:…).",
        );
    }
    if id.chars().any(char::is_control) {
        return refused("The identity's id has control characters in it; pass the raw id (8:acs:…).");
    }
    Ok(format!("/identities/{}", utf8_percent_encode(id, UNRESERVED)))
}

/// Refuses what could not stand in the query as it is.
pub(crate) fn check_api_version(version: &str) -> Result<()> {
    let unreserved = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    if version.is_empty() || version.len() > LONGEST_API_VERSION || !version.bytes().all(unreserved) {
        return Err(Error::invalid_option(
            OptionName::ApiVersion,
            "The API version is not of letters, digits, '-', '.', '_' or '~', 1 to 64 of them; one is 2023-10-01.",
        ));
    }
    Ok(())
}
