//! `acs-auth assignments put`, `get` and `delete`

use acs_auth::TeamsExtensionAssignment;
use serde_json::json;

use crate::args::{PrincipalArgs, PutAssignmentArgs};
use crate::failure::Failure;
use crate::{output, service, style};

pub(crate) async fn put(args: &PutAssignmentArgs) -> Result<(), Failure> {
    let PrincipalArgs {
        tenant_id,
        object_id,
        service,
        json,
    } = &args.principal;
    let client = service::client(service)?;
    let principal_type = args.principal_type.clone();
    let assignment = client
        .put_teams_extension_assignment(tenant_id, object_id, principal_type, &args.client_ids)
        .await?;
    print(&assignment, json.json)
}

pub(crate) async fn get(args: &PrincipalArgs) -> Result<(), Failure> {
    let client = service::client(&args.service)?;
    let assignment = client
        .get_teams_extension_assignment(&args.tenant_id, &args.object_id)
        .await?;
    print(&assignment, args.json.json)
}

pub(crate) async fn delete(args: &PrincipalArgs) -> Result<(), Failure> {
    let client = service::client(&args.service)?;
    client
        .delete_teams_extension_assignment(&args.tenant_id, &args.object_id)
        .await?;
    if args.json.json {
        return output::json(&json!({}));
    }
    output::note(format_args!("deleted the assignment of {}", args.object_id));
    Ok(())
}

/// Prints the principal's type and one line per client id, or the whole assignment as JSON.
fn print(assignment: &TeamsExtensionAssignment, as_json: bool) -> Result<(), Failure> {
    let TeamsExtensionAssignment {
        tenant_id,
        object_id,
        principal_type,
        client_ids,
    } = assignment;
    if as_json {
        return output::json(&json!({
            "tenant_id": tenant_id,
            "object_id": object_id,
            "principal_type": principal_type.as_str(),
            "client_ids": client_ids,
        }));
    }
    output::result(style::harmless(principal_type.as_str()).to_string())?;
    for client_id in client_ids {
        output::result(style::harmless(client_id).to_string())?;
    }
    Ok(())
}
