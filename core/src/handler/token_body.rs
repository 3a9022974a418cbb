//! The bodies of responses with a token, in the format of Microsoft's sample back end.

use jiff::Timestamp;
use serde::Serialize;

use super::message::Response;
use super::problem::{Code, Problem};
use crate::models::AccessToken;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TokenBody<'a> {
    token: &'a str,
    /// ISO 8601, in UTC.
    expires_on: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<User<'a>>,
}

/// The identity under both names that Microsoft's samples use: one in JavaScript, the other in C#.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct User<'a> {
    communication_user_id: &'a str,
    id: &'a str,
}

/// Returns a 201 with the token, and with the identity that it belongs to, if that is an ACS identity.
pub(super) fn created(token: &AccessToken, identity: Option<&str>) -> Result<Response, Problem> {
    let expires_on = Timestamp::from_second(token.expires_on_unix()).map_err(|_| Code::Internal)?;
    let body = TokenBody {
        token: token.token.expose(),
        expires_on: expires_on.to_string(),
        user: identity.map(|id| User {
            communication_user_id: id,
            id,
        }),
    };
    let mut response = Response::new(201);
    response.add("content-type", "application/json");
    response.body = serde_json::to_vec(&body).map_err(|_| Code::Internal)?;
    Ok(response)
}
