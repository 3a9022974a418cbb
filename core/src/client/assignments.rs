//! Assignments of Teams Phone extensibility: which users and resource accounts may use it on the resource.

use super::CommunicationIdentityClient;
use crate::api_version::teams_extension;
use crate::error::Result;
use crate::models::{TeamsExtensionAssignment, TeamsExtensionPrincipalType};
use crate::protocol;

impl CommunicationIdentityClient {
    /// Assigns a principal to this resource's Teams Phone extensibility, or replaces its
    /// assignment.
    ///
    /// `client_ids` are the applications that a user may sign in to; leave it empty for a resource
    /// account. Only the resource's owner can assign, and one user may be assigned to many
    /// resources.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for an id that is not a GUID;
    /// otherwise see [`ErrorKind`](crate::ErrorKind).
    pub async fn put_teams_extension_assignment(
        &self,
        tenant_id: &str,
        object_id: &str,
        principal_type: TeamsExtensionPrincipalType,
        client_ids: &[String],
    ) -> Result<TeamsExtensionAssignment> {
        let request = protocol::prepare_put_teams_extension_assignment(
            &self.inner.endpoint,
            tenant_id,
            object_id,
            &principal_type,
            client_ids,
            teams_extension(&self.inner.api_version),
        )?;
        self.send(
            "put_teams_extension_assignment",
            request,
            protocol::parse_put_teams_extension_assignment,
        )
        .await
    }

    /// Reads a principal's assignment.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if the principal has none; otherwise as
    /// [`Self::put_teams_extension_assignment`].
    pub async fn get_teams_extension_assignment(
        &self,
        tenant_id: &str,
        object_id: &str,
    ) -> Result<TeamsExtensionAssignment> {
        let request = protocol::prepare_get_teams_extension_assignment(
            &self.inner.endpoint,
            tenant_id,
            object_id,
            teams_extension(&self.inner.api_version),
        )?;
        self.send(
            "get_teams_extension_assignment",
            request,
            protocol::parse_get_teams_extension_assignment,
        )
        .await
    }

    /// Deletes a principal's assignment. From then on the principal gets no new tokens, and issued
    /// ones are revoked after an undocumented time.
    ///
    /// # Errors
    /// As [`Self::put_teams_extension_assignment`].
    pub async fn delete_teams_extension_assignment(&self, tenant_id: &str, object_id: &str) -> Result<()> {
        let request = protocol::prepare_delete_teams_extension_assignment(
            &self.inner.endpoint,
            tenant_id,
            object_id,
            teams_extension(&self.inner.api_version),
        )?;
        self.send(
            "delete_teams_extension_assignment",
            request,
            protocol::parse_delete_teams_extension_assignment,
        )
        .await
    }
}
