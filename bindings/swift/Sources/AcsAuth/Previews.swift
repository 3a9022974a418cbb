internal import acsFFI

// Operations that only a preview of the API has.

extension CommunicationIdentityClient {
    /// Exchanges the token of an Entra user, who needs no Teams licence. Preview: needs ``ClientOptions/preview``.
    ///
    /// - Parameter aadToken: for "https://communication.azure.com/clients" with the permission VoIP or VoIP.Join. It
    ///   authenticates this request; the client's credential is not used.
    public func getTokenForEntraUser(
        aadToken: String, options: CallOptions = .init()
    ) async throws(AcsAuthError) -> CommunicationUserToken {
        try rejectNUL(["aad_token": aadToken])
        return try await object.submitting(takeUserToken, options) { client, options, delivery, call, error in
            acs_client_get_token_for_entra_user_submit(client, aadToken, options, delivery, call, error)
        }
    }

    /// Creates an identity with a custom id, your own name for it, or returns the one that already has it. Preview:
    /// needs ``ClientOptions/preview``.
    public func createUserWithCustomId(
        _ customId: String, options: CallOptions = .init()
    ) async throws(AcsAuthError) -> CommunicationUserIdentifier {
        try rejectNUL(["custom_id": customId])
        return try await object.submitting(takeUser, options) { client, options, delivery, call, error in
            acs_client_create_user_with_custom_id_submit(client, customId, options, delivery, call, error)
        }
    }

    /// Creates an identity with a custom id, or finds the one that already has it, and issues a token for it. Preview:
    /// needs ``ClientOptions/preview``.
    ///
    /// - Parameter tokenExpiresIn: the token's lifetime: 1 to 24 hours, rounded down to whole minutes. Default 24 hours.
    public func createUserAndTokenWithCustomId(
        _ customId: String, scopes: [CommunicationTokenScope], tokenExpiresIn: Duration? = nil,
        options: CallOptions = .init()
    ) async throws(AcsAuthError) -> CommunicationUserToken {
        try rejectNUL(["custom_id": customId])
        let scopes = try TextList(scopes)
        let expiry = number(try tokenExpiresIn.wholeSeconds("tokenExpiresIn"))
        return try await object.submitting(takeUserToken, options) { client, options, delivery, call, error in
            scopes.withPointers { names in
                acs_client_create_user_and_token_with_custom_id_submit(
                    client, customId, names, names.count, expiry, options, delivery, call, error)
            }
        }
    }

    /// Returns the service's details of an identity. Preview: needs ``ClientOptions/preview``.
    public func getUserDetail(
        of user: CommunicationUserIdentifier, options: CallOptions = .init()
    ) async throws(AcsAuthError) -> CommunicationUserDetail {
        try rejectNUL(["user": user.id])
        return try await object.submitting(takeUserDetail, options) { client, options, delivery, call, error in
            acs_client_get_user_detail_submit(client, user.id, options, delivery, call, error)
        }
    }
}
