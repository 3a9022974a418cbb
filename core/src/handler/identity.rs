//! `/api/user` and `/api/token`: the ACS identity that a user is mapped to in Microsoft Graph.

use serde_json::json;

use super::credentials::Credentials;
use super::message::Response;
use super::problem::{Code, Problem};
use super::{Context, Inner, failure, log_failure, token_body};
use crate::entra::verify::VerifiedToken;
use crate::graph::{Caller, IdentityMapping, MappingError};

/// `/api/user`: returns, creates or removes the user's identity.
pub(super) async fn user(
    inner: &Inner,
    mapping: &IdentityMapping,
    context: &Context<'_>,
) -> Result<Response, Problem> {
    let credentials = Credentials::of(context.request)?;
    let bearer = inner.let_in(&credentials, context).await?.token;
    let caller = caller(&credentials, &bearer)?;
    match context.request.method.as_str() {
        "POST" => {
            let (id, created) = context
                .access
                .exchange
                .time(mapping.get_or_create(caller))
                .await
                .map_err(failed)?;
            Ok(identity(if created { 201 } else { 200 }, &id))
        }
        "DELETE" => {
            context
                .access
                .exchange
                .time(mapping.delete(caller))
                .await
                .map_err(failed)?;
            Ok(Response::new(204))
        }
        _ => {
            let id = context
                .access
                .exchange
                .time(mapping.get(caller))
                .await
                .map_err(failed)?;
            Ok(identity(200, &id.ok_or(Code::IdentityNotMapped)?))
        }
    }
}

/// `/api/token`: returns a token of the user's identity.
pub(super) async fn token(
    inner: &Inner,
    mapping: &IdentityMapping,
    context: &Context<'_>,
) -> Result<Response, Problem> {
    let credentials = Credentials::of(context.request)?;
    let bearer = inner.let_in(&credentials, context).await?.token;
    let caller = caller(&credentials, &bearer)?;
    let mapped = context
        .access
        .exchange
        .time(mapping.token(caller))
        .await
        .map_err(failed)?;
    let mapped = mapped.ok_or(Code::IdentityNotMapped)?;
    token_body::created(&mapped.token, Some(&mapped.user.id))
}

fn caller<'a>(credentials: &Credentials<'a>, bearer: &'a VerifiedToken) -> Result<Caller<'a>, Problem> {
    Ok(Caller {
        bearer: credentials.bearer()?,
        tenant_id: &bearer.tenant_id,
        object_id: &bearer.object_id,
    })
}

fn identity(status: u16, id: &str) -> Response {
    let mut response = Response::new(status);
    response.add("content-type", "application/json");
    response.body = json!({ "acsUserIdentity": id }).to_string().into_bytes();
    response
}

fn failed(error: MappingError) -> Problem {
    log_failure("identity_failed", error.failure.code(), &error.error);
    failure::of_mapping(&error)
}
