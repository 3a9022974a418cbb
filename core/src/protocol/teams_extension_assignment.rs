//! `PUT`, `GET`, `DELETE /access/teamsExtension/tenants/{tenantId}/assignments/{objectId}`: which principals
//! may use Teams Phone extensibility.

use serde::Serialize;
use serde_json::Value;

use super::answer;
use super::body::to_json;
use super::message::{Authentication, Method, PreparedRequest, RawResponse, Retryable};
use super::operation::{Operation, Subject};
use crate::endpoint::Endpoint;
use crate::entra::guid::is_guid;
use crate::error::{Error, Result};
use crate::models::{TeamsExtensionAssignment, TeamsExtensionPrincipalType};

const PUT: Operation = Operation {
    name: "put the assignment",
    method: Method::Put,
    success: &[200, 201],
    authentication: Authentication::Credential,
    retryable: Retryable::Always,
    subject: Subject::Assignment,
};

const GET: Operation = Operation {
    name: "read the assignment",
    method: Method::Get,
    success: &[200],
    ..PUT
};

const DELETE: Operation = Operation {
    name: "delete the assignment",
    method: Method::Delete,
    // The documentation's example has a body, so a 200 is possible.
    success: &[200, 204],
    ..PUT
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    principal_type: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    client_ids: &'a [String],
}

/// Prepares the request that assigns a principal, or replaces its assignment.
///
/// `client_ids` are the applications that a user may sign in to; leave it empty for a resource
/// account.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument), `target` naming the argument: an id
/// that is not a GUID, an empty principal type, or an API version that needs escaping in a query.
pub fn prepare_put_teams_extension_assignment(
    endpoint: &Endpoint,
    tenant_id: &str,
    object_id: &str,
    principal_type: &TeamsExtensionPrincipalType,
    client_ids: &[String],
    api_version: &str,
) -> Result<PreparedRequest> {
    let path = path(tenant_id, object_id)?;
    let principal_type = principal_type.as_str();
    if principal_type.is_empty() {
        return Err(Error::invalid_argument(
            "principal_type",
            "It must be user, resourceAccount or another kind that the service knows.",
        ));
    }
    for client_id in client_ids {
        guid("client_ids", client_id)?;
    }
    let body = Body {
        principal_type,
        client_ids,
    };
    PUT.json_request(endpoint, &path, api_version, to_json(&body, 128)?)
}

/// Prepares the request that reads a principal's assignment.
///
/// # Errors
/// As [`prepare_put_teams_extension_assignment`].
pub fn prepare_get_teams_extension_assignment(
    endpoint: &Endpoint,
    tenant_id: &str,
    object_id: &str,
    api_version: &str,
) -> Result<PreparedRequest> {
    GET.request(endpoint, &path(tenant_id, object_id)?, api_version)
}

/// Prepares the request that deletes a principal's assignment.
///
/// # Errors
/// As [`prepare_put_teams_extension_assignment`].
pub fn prepare_delete_teams_extension_assignment(
    endpoint: &Endpoint,
    tenant_id: &str,
    object_id: &str,
    api_version: &str,
) -> Result<PreparedRequest> {
    DELETE.request(endpoint, &path(tenant_id, object_id)?, api_version)
}

/// Parses the response to [`prepare_put_teams_extension_assignment`].
///
/// # Errors
/// The service's error, by kind, or [`ErrorKind::UnexpectedResponse`](crate::ErrorKind::UnexpectedResponse).
pub fn parse_put_teams_extension_assignment(response: &RawResponse<'_>) -> Result<TeamsExtensionAssignment> {
    assignment(&PUT, response)
}

/// Parses the response to [`prepare_get_teams_extension_assignment`].
///
/// # Errors
/// As [`parse_put_teams_extension_assignment`]; [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if the
/// principal has none.
pub fn parse_get_teams_extension_assignment(response: &RawResponse<'_>) -> Result<TeamsExtensionAssignment> {
    assignment(&GET, response)
}

/// Parses the response to [`prepare_delete_teams_extension_assignment`].
///
/// # Errors
/// As [`parse_put_teams_extension_assignment`].
pub fn parse_delete_teams_extension_assignment(response: &RawResponse<'_>) -> Result<()> {
    answer::succeeded(&DELETE, response)
}

fn path(tenant_id: &str, object_id: &str) -> Result<String> {
    guid("tenant_id", tenant_id)?;
    guid("object_id", object_id)?;
    Ok(format!(
        "/access/teamsExtension/tenants/{tenant_id}/assignments/{object_id}"
    ))
}

fn guid(argument: &'static str, value: &str) -> Result<()> {
    if is_guid(value) {
        return Ok(());
    }
    Err(Error::invalid_argument(
        argument,
        "It must be a GUID in its usual form, such as 72f988bf-86f1-41af-91ab-2d7cd011db47.",
    ))
}

fn assignment(operation: &Operation, response: &RawResponse<'_>) -> Result<TeamsExtensionAssignment> {
    let mut answer = answer::object(operation, response)?;
    let client_ids = match answer.get("clientIds") {
        None | Some(Value::Null) => Some(Vec::new()),
        Some(Value::Array(list)) => list.iter().map(|item| item.as_str().map(str::to_owned)).collect(),
        Some(_) => None,
    };
    Ok(TeamsExtensionAssignment {
        tenant_id: answer::text(&mut answer, "tenantId", response)?,
        object_id: answer::text(&mut answer, "objectId", response)?,
        principal_type: answer::text(&mut answer, "principalType", response)?.into(),
        client_ids: client_ids
            .ok_or_else(|| answer::unexpected(response, "its clientIds are not a list of texts"))?,
    })
}
