//! The parts of a request target that come from the caller: identity ids and the API version.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::error::{Error, OptionName, Result};
use crate::models::CommunicationUserIdentifier;

/// All characters except the unreserved ones of RFC 3986, which no URL library rewrites.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

const LONGEST_API_VERSION: usize = 64;

/// Returns `/identities/{id}`, with the id escaped as one segment.
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

/// Checks that an API version needs no escaping in a query.
pub(crate) fn check_api_version(version: &str) -> Result<()> {
    let unreserved = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    if version.is_empty() || version.len() > LONGEST_API_VERSION || !version.bytes().all(unreserved) {
        return Err(Error::invalid_option(
            OptionName::ApiVersion,
            "It must be 1 to 64 letters, digits, '-', '.', '_' or '~', such as 2023-10-01.",
        ));
    }
    Ok(())
}
