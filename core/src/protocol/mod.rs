//! Builds the service's requests and parses its responses, as pure functions without I/O.
//!
//! If you have your own HTTP stack, build the request with `prepare_*`, add the credential's
//! headers, send it byte for byte, and pass the response to the matching `parse_*`. Don't follow
//! redirects: the request contains secrets.
//!
//! ```
//! use std::time::SystemTime;
//!
//! use acs_auth::protocol::{DEFAULT_API_VERSION, RawResponse, parse_create_user, prepare_create_user};
//! use acs_auth::{ConnectionString, SignableRequest, sign_request};
//!
//! # fn main() -> acs_auth::Result<()> {
//! # let text = "endpoint=https://contoso.communication.azure.com/;accesskey=c2VjcmV0";
//! let resource = ConnectionString::parse(text)?;
//! let request = prepare_create_user(&resource.endpoint, DEFAULT_API_VERSION)?;
//! let signable = SignableRequest { method: request.method.as_str(), url: &request.url, body: &request.body };
//! let signed = sign_request(&signable, &resource.access_key, SystemTime::now())?;
//! // Send request.headers and these, with any HTTP stack:
//! let _ = [
//!     ("x-ms-date", signed.x_ms_date()),
//!     ("x-ms-content-sha256", signed.x_ms_content_sha256()),
//!     ("authorization", signed.authorization()),
//! ];
//! // Then parse the response:
//! let response = RawResponse {
//!     status: 201,
//!     headers: &[("MS-CV", "5RxJbWZm3UiHcCbo4PlcLQ.0")],
//!     body: br#"{"identity":{"id":"8:acs:a_b"}}"#,
//!     received_at: SystemTime::now(),
//! };
//! assert_eq!(parse_create_user(&response)?.id, "8:acs:a_b");
//! # Ok(())
//! # }
//! ```

mod access;
mod answer;
mod body;
mod create_user;
mod create_user_and_token;
mod delete_user;
mod error_body;
mod exchange_entra_user;
mod exchange_teams_extension;
mod exchange_teams_user;
mod failure;
mod get_user_detail;
mod issue_token;
pub mod message;
mod operation;
mod retry_after;
mod revoke_tokens;
mod target;
mod teams_extension_assignment;

#[cfg(feature = "client")]
pub(crate) use body::Lifetime;
#[cfg(feature = "client")]
pub(crate) use create_user_and_token::{
    request as create_user_and_token_request,
    request_with_custom_id as create_user_and_token_with_custom_id_request,
};
#[cfg(feature = "handler")]
pub(crate) use error_body::ErrorBody;
#[cfg(feature = "handler")]
pub(crate) use failure::intermediary;
#[cfg(feature = "client")]
pub(crate) use failure::is_credential_denied;
#[cfg(feature = "handler")]
pub(crate) use failure::{is_identity_not_owned, is_licence_missing};
#[cfg(feature = "client")]
pub(crate) use issue_token::request as issue_token_request;
#[cfg(feature = "client")]
pub(crate) use target::check_api_version;

pub use body::check_token_lifetime;
pub use create_user::{
    parse_create_user, parse_create_user_with_custom_id, prepare_create_user,
    prepare_create_user_with_custom_id,
};
pub use create_user_and_token::{
    parse_create_user_and_token, parse_create_user_and_token_with_custom_id, prepare_create_user_and_token,
    prepare_create_user_and_token_with_custom_id,
};
pub use delete_user::{parse_delete_user, prepare_delete_user};
pub use exchange_entra_user::{parse_exchange_entra_user, prepare_exchange_entra_user};
pub use exchange_teams_extension::{parse_exchange_teams_extension, prepare_exchange_teams_extension};
pub use exchange_teams_user::{parse_exchange_teams_user, prepare_exchange_teams_user};
pub use get_user_detail::{parse_get_user_detail, prepare_get_user_detail};
pub use issue_token::{parse_issue_token, prepare_issue_token};
pub use message::{Authentication, Method, PreparedRequest, RawResponse, Retryable};
#[cfg(feature = "client")]
pub(crate) use retry_after::date;
pub use retry_after::retry_after;
pub use revoke_tokens::{parse_revoke_tokens, prepare_revoke_tokens};
pub use teams_extension_assignment::{
    parse_delete_teams_extension_assignment, parse_get_teams_extension_assignment,
    parse_put_teams_extension_assignment, prepare_delete_teams_extension_assignment,
    prepare_get_teams_extension_assignment, prepare_put_teams_extension_assignment,
};

/// The default API version of the identity operations and of the Teams user exchange.
pub const DEFAULT_API_VERSION: &str = "2023-10-01";

/// The first API version with Teams Phone extensibility: its exchange and its assignments.
pub const TEAMS_EXTENSION_API_VERSION: &str = "2025-06-30";
