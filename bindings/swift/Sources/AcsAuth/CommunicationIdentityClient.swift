internal import AcsAuthNative
internal import acsFFI

/// A client of the ACS Identity service, with the operations and names of the official SDKs.
///
/// Every call ends by its deadline (10 s by default), is retried if that can help, and follows no redirect. The reason of
/// the error that it throws explains the cause. Cancelling the task cancels the call. Create one client per resource and
/// keep it; any tasks may use it at once.
///
/// ```swift
/// let client = try CommunicationIdentityClient(connectionString: connectionString)
/// let token = try await client.getTokenForTeamsUser(aadToken: aadToken, clientId: clientId, userObjectId: oid)
/// ```
public final class CommunicationIdentityClient: Sendable, CustomStringConvertible {
    let object: LibraryObject<AcsAuthNative.CommunicationIdentityClient>
    /// The endpoint that requests are sent to.
    public let endpoint: Endpoint

    private init(
        _ native: AcsAuthNative.ClientOptions, _ options: ClientOptions, credential: (any TokenCredential)? = nil
    ) throws(AcsAuthError) {
        let made = try calling {
            try AcsAuthNative.CommunicationIdentityClient(
                options: native, tokenCredential: credential.map(CredentialAdapter.init),
                transport: options.transport.map(TransportAdapter.init))
        }
        object = LibraryObject(made, handle: made.cHandle())
        let url = try calling { try made.endpoint() }
        endpoint = options.allowInsecureEndpoint ? try .parseAllowingInsecure(url) : try .parse(url)
    }

    /// Creates a client from a connection string, "endpoint=https://…;accesskey=…". It doesn't connect yet.
    public convenience init(connectionString: String, options: ClientOptions = .init()) throws(AcsAuthError) {
        try self.init(options.native(connectionString: connectionString), options)
    }

    /// Creates a client for an endpoint, "https://….communication.azure.com", with its access key in base64. It doesn't
    /// connect yet.
    public convenience init(
        endpoint: String, accessKey: String, options: ClientOptions = .init()
    ) throws(AcsAuthError) {
        try self.init(options.native(endpoint: endpoint, accessKey: accessKey), options)
    }

    /// Creates a client for an endpoint, with a token credential instead of the key. It doesn't connect yet.
    public convenience init(
        endpoint: String, credential: any TokenCredential, options: ClientOptions = .init()
    ) throws(AcsAuthError) {
        try self.init(options.native(endpoint: endpoint), options, credential: credential)
    }

    /// Replaces the access key of this client and of its exchangers, and the secondary one if it is given. The next
    /// signature uses the new key, and tokens cached for the former one are no longer returned.
    ///
    /// Throws if a key is not base64, or if the client has a token credential. Nothing is replaced then.
    public func updateAccessKey(_ accessKey: String, secondaryAccessKey: String? = nil) throws(AcsAuthError) {
        try calling {
            try object.owner.updateAccessKey(accessKey: accessKey, secondaryAccessKey: secondaryAccessKey)
        }
    }

    /// Like ``init(connectionString:options:)``, under the name of the official SDKs.
    public static func fromConnectionString(
        _ connectionString: String, options: ClientOptions = .init()
    ) throws(AcsAuthError) -> CommunicationIdentityClient {
        try CommunicationIdentityClient(connectionString: connectionString, options: options)
    }

    /// How many seconds the service's clock is ahead of this machine's (negative: behind), as learned from a rejected
    /// signature; 0 if no signature was rejected for its time. Requests are signed with the corrected time, but correct
    /// the machine's clock anyway.
    public var clockSkewSeconds: Int64 {
        (try? object.owner.clockSkewSeconds()) ?? 0
    }

    public var description: String { "CommunicationIdentityClient(\(endpoint.url))" }
}

extension CommunicationIdentityClient {
    /// Creates an identity.
    ///
    /// It is retried only if the service cannot have processed it. The error's reason states whether an identity may
    /// have been created all the same.
    public func createUser(options: CallOptions = .init()) async throws(AcsAuthError) -> CommunicationUserIdentifier {
        try await object.submitting(takeUser, options) { client, options, delivery, call, error in
            acs_client_create_user_submit(client, options, delivery, call, error)
        }
    }

    /// Creates an identity and issues a first token for it, with the same retries as ``createUser(options:)``.
    ///
    /// - Parameter tokenExpiresIn: the token's lifetime: 1 to 24 hours, rounded down to whole minutes. Default 24 hours.
    public func createUserAndToken(
        scopes: [CommunicationTokenScope], tokenExpiresIn: Duration? = nil, options: CallOptions = .init()
    ) async throws(AcsAuthError) -> CommunicationUserToken {
        let scopes = try TextList(scopes)
        let expiry = number(try tokenExpiresIn.wholeSeconds("tokenExpiresIn"))
        return try await object.submitting(takeUserToken, options) { client, options, delivery, call, error in
            scopes.withPointers { names in
                acs_client_create_user_and_token_submit(
                    client, names, names.count, expiry, options, delivery, call, error)
            }
        }
    }

    /// Deletes an identity and revokes its tokens.
    public func deleteUser(
        _ user: CommunicationUserIdentifier, options: CallOptions = .init()
    ) async throws(AcsAuthError) {
        try rejectNUL(["user": user.id])
        try await object.submitting(takeNothing, options) { client, options, delivery, call, error in
            acs_client_delete_user_submit(client, user.id, options, delivery, call, error)
        }
    }

    /// Issues a token for an identity.
    ///
    /// - Parameter tokenExpiresIn: the token's lifetime: 1 to 24 hours, rounded down to whole minutes. Default 24 hours.
    public func getToken(
        for user: CommunicationUserIdentifier, scopes: [CommunicationTokenScope], tokenExpiresIn: Duration? = nil,
        options: CallOptions = .init()
    ) async throws(AcsAuthError) -> AccessToken {
        try rejectNUL(["user": user.id])
        let scopes = try TextList(scopes)
        let expiry = number(try tokenExpiresIn.wholeSeconds("tokenExpiresIn"))
        return try await object.submitting(takeToken, options) { client, options, delivery, call, error in
            scopes.withPointers { names in
                acs_client_get_token_submit(
                    client, user.id, names, names.count, expiry, options, delivery, call, error)
            }
        }
    }

    /// Exchanges an Entra user's token with the permission TeamsExtension.ManageCalls for an ACS token. The user's own
    /// token authenticates this request; the client's credential is not used.
    public func getTokenForTeamsExtensionUser(
        aadToken: String, options: CallOptions = .init()
    ) async throws(AcsAuthError) -> CommunicationUserToken {
        try rejectNUL(["aad_token": aadToken])
        return try await object.submitting(takeUserToken, options) { client, options, delivery, call, error in
            acs_client_get_token_for_teams_extension_user_submit(client, aadToken, options, delivery, call, error)
        }
    }

    /// Exchanges a Microsoft 365 user's Entra token for an ACS token of that Teams user, which expires with it.
    ///
    /// Throws the kind `entraTokenRejected` if the service rejects the user's token; the reason includes what the token check
    /// found. Throws `entraTokenInvalid` if the token check is enforced and rejects it; nothing is sent.
    ///
    /// - Parameters:
    ///   - aadToken: for the ACS resource, with both Teams permissions.
    ///   - clientId: the client id of the application that the token was issued to.
    ///   - userObjectId: the user's object id (the token's claim `oid`).
    public func getTokenForTeamsUser(
        aadToken: String, clientId: String, userObjectId: String, options: CallOptions = .init()
    ) async throws(AcsAuthError) -> AccessToken {
        try rejectNUL(["aad_token": aadToken, "client_id": clientId, "user_object_id": userObjectId])
        return try await object.submitting(takeToken, options) { client, options, delivery, call, error in
            acs_client_get_token_for_teams_user_submit(
                client, aadToken, clientId, userObjectId, options, delivery, call, error)
        }
    }

    /// Revokes all tokens of an identity. According to the service's documentation, this can take up to 15 minutes.
    public func revokeTokens(
        of user: CommunicationUserIdentifier, options: CallOptions = .init()
    ) async throws(AcsAuthError) {
        try rejectNUL(["user": user.id])
        try await object.submitting(takeNothing, options) { client, options, delivery, call, error in
            acs_client_revoke_tokens_submit(client, user.id, options, delivery, call, error)
        }
    }
}
