internal import acsFFI

extension CommunicationIdentityClient {
    /// Assigns a principal to this resource's Teams Phone extensibility, or replaces its assignment.
    ///
    /// - Parameter clientIds: the client ids of the applications that a user may sign in to; none for a resource account.
    public func putTeamsExtensionAssignment(
        tenantId: String, objectId: String, principalType: TeamsExtensionPrincipalType, clientIds: [String] = [],
        options: CallOptions = .init()
    ) async throws(AcsAuthError) -> TeamsExtensionAssignment {
        let kind = principalType.rawValue
        try rejectNUL(["tenant_id": tenantId, "object_id": objectId, "principal_type": kind])
        let ids = try TextList("client_ids", clientIds)
        return try await object.submitting(takeTeamsExtensionAssignment, options) {
            client, options, delivery, call, error in
            ids.withPointers { ids in
                acs_client_put_teams_extension_assignment_submit(
                    client, tenantId, objectId, kind, ids, ids.count, options, delivery, call, error)
            }
        }
    }

    /// Reads a principal's assignment. Throws the kind ``ErrorKind/notFound`` if it has none.
    public func getTeamsExtensionAssignment(
        tenantId: String, objectId: String, options: CallOptions = .init()
    ) async throws(AcsAuthError) -> TeamsExtensionAssignment {
        try rejectNUL(["tenant_id": tenantId, "object_id": objectId])
        return try await object.submitting(takeTeamsExtensionAssignment, options) {
            client, options, delivery, call, error in
            acs_client_get_teams_extension_assignment_submit(
                client, tenantId, objectId, options, delivery, call, error)
        }
    }

    /// Deletes a principal's assignment, which revokes the tokens issued because of it.
    public func deleteTeamsExtensionAssignment(
        tenantId: String, objectId: String, options: CallOptions = .init()
    ) async throws(AcsAuthError) {
        try rejectNUL(["tenant_id": tenantId, "object_id": objectId])
        try await object.submitting(takeNothing, options) { client, options, delivery, call, error in
            acs_client_delete_teams_extension_assignment_submit(
                client, tenantId, objectId, options, delivery, call, error)
        }
    }
}
