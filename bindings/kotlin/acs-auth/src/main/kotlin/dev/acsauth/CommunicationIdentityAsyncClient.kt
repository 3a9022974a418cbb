package dev.acsauth

import dev.acsauth.internal.ClientObject
import dev.acsauth.internal.future
import dev.acsauth.internal.futureWithResponse
import dev.acsauth.internal.kept
import dev.acsauth.internal.native
import java.time.Duration
import java.util.concurrent.CompletableFuture

/**
 * A client of the ACS Identity service, with the operations and names of the official SDKs, returning futures.
 *
 * Every call ends by its deadline (10 s by default), is retried if that can help, and follows no redirect. The future of
 * a failed call ends with an [AcsAuthException], whose reason explains the cause. Create one client per resource and
 * keep it; any threads may use it at once. Cancelling a future cancels its call.
 */
class CommunicationIdentityAsyncClient internal constructor(internal val made: ClientObject) : AutoCloseable {

    /** The endpoint that requests are sent to. */
    val endpoint: Endpoint get() = native { Endpoint.parseAllowingInsecure(made.generated.endpoint()) }

    /**
     * Replaces the access key of this client and of its exchangers, and the secondary one if it is given. The next
     * signature uses the new key, and tokens cached for the former one are no longer returned.
     *
     * Throws if a key is not base64, or if the client has a token credential. Nothing is replaced then.
     */
    @JvmOverloads
    fun updateAccessKey(accessKey: String, secondaryAccessKey: String? = null): Unit =
        native { made.generated.updateAccessKey(accessKey, secondaryAccessKey) }

    /**
     * How many seconds the service's clock is ahead of this machine's (negative: behind), as learned from a rejected
     * signature; 0 if no signature was rejected for its time. Requests are signed with the corrected time, but correct
     * the machine's clock anyway.
     */
    val clockSkewSeconds: Long get() = native { made.generated.clockSkewSeconds() }

    /**
     * Creates an identity.
     *
     * It is retried only if the service cannot have processed it. The exception's reason states whether an identity may
     * have been created all the same.
     */
    @JvmOverloads
    fun createUser(options: CallOptions? = null): CompletableFuture<CommunicationUserIdentifier> =
        future { made.createUser(options) }

    /** Like [createUser], with the response. */
    @JvmOverloads
    fun createUserWithResponse(options: CallOptions? = null): CompletableFuture<CallResult<CommunicationUserIdentifier>> =
        futureWithResponse { made.createUser(kept(options)) }

    /**
     * Creates an identity and issues a first token for it, with the same retries as [createUser].
     *
     * [tokenExpiresIn] is the token's lifetime: 1 to 24 hours, rounded down to whole minutes. Default: 24 hours.
     */
    @JvmOverloads
    fun createUserAndToken(scopes: Iterable<CommunicationTokenScope>, tokenExpiresIn: Duration? = null, options: CallOptions? = null): CompletableFuture<CommunicationUserToken> =
        future { made.createUserAndToken(scopes, tokenExpiresIn, options) }

    /** Like [createUserAndToken], with the response. */
    @JvmOverloads
    fun createUserAndTokenWithResponse(scopes: Iterable<CommunicationTokenScope>, tokenExpiresIn: Duration? = null, options: CallOptions? = null): CompletableFuture<CallResult<CommunicationUserToken>> =
        futureWithResponse { made.createUserAndToken(scopes, tokenExpiresIn, kept(options)) }

    /** Deletes an identity and revokes its tokens. */
    @JvmOverloads
    fun deleteUser(user: CommunicationUserIdentifier, options: CallOptions? = null): CompletableFuture<Void?> =
        future { made.deleteUser(user, options) }

    /** Like [deleteUser], with the response. */
    @JvmOverloads
    fun deleteUserWithResponse(user: CommunicationUserIdentifier, options: CallOptions? = null): CompletableFuture<CallResult<Void?>> =
        futureWithResponse { made.deleteUser(user, kept(options)) }

    /**
     * Issues a token for an identity.
     *
     * [tokenExpiresIn] is the token's lifetime: 1 to 24 hours, rounded down to whole minutes. Default: 24 hours.
     */
    @JvmOverloads
    fun getToken(user: CommunicationUserIdentifier, scopes: Iterable<CommunicationTokenScope>, tokenExpiresIn: Duration? = null, options: CallOptions? = null): CompletableFuture<AccessToken> =
        future { made.getToken(user, scopes, tokenExpiresIn, options) }

    /** Like [getToken], with the response. */
    @JvmOverloads
    fun getTokenWithResponse(user: CommunicationUserIdentifier, scopes: Iterable<CommunicationTokenScope>, tokenExpiresIn: Duration? = null, options: CallOptions? = null): CompletableFuture<CallResult<AccessToken>> =
        futureWithResponse { made.getToken(user, scopes, tokenExpiresIn, kept(options)) }

    /**
     * Exchanges an Entra user's token with the permission TeamsExtension.ManageCalls for an ACS token. The user's
     * own token authenticates this request; the client's credential is not used.
     */
    @JvmOverloads
    fun getTokenForTeamsExtensionUser(aadToken: String, options: CallOptions? = null): CompletableFuture<CommunicationUserToken> =
        future { made.getTokenForTeamsExtensionUser(aadToken, options) }

    /** Like [getTokenForTeamsExtensionUser], with the response. */
    @JvmOverloads
    fun getTokenForTeamsExtensionUserWithResponse(aadToken: String, options: CallOptions? = null): CompletableFuture<CallResult<CommunicationUserToken>> =
        futureWithResponse { made.getTokenForTeamsExtensionUser(aadToken, kept(options)) }

    /**
     * Exchanges a Microsoft 365 user's Entra token for an ACS token of that Teams user.
     *
     * [aadToken] must be for the ACS resource with both Teams permissions; [clientId] is the application it was issued
     * to, [userObjectId] the user's oid. The ACS token expires with the Entra token.
     *
     * If the service rejects the user's token, the future fails with an [EntraTokenRejectedException], whose reason includes
     * what the token check found. If the token check is enforced and rejects it, nothing is sent, and the future fails with an
     * [EntraTokenInvalidException].
     */
    @JvmOverloads
    fun getTokenForTeamsUser(aadToken: String, clientId: String, userObjectId: String, options: CallOptions? = null): CompletableFuture<AccessToken> =
        future { made.getTokenForTeamsUser(aadToken, clientId, userObjectId, options) }

    /** Like [getTokenForTeamsUser], with the response. */
    @JvmOverloads
    fun getTokenForTeamsUserWithResponse(aadToken: String, clientId: String, userObjectId: String, options: CallOptions? = null): CompletableFuture<CallResult<AccessToken>> =
        futureWithResponse { made.getTokenForTeamsUser(aadToken, clientId, userObjectId, kept(options)) }

    /** Like the other overload, with the arguments in one object, as in the official client. */
    fun getTokenForTeamsUser(options: GetTokenForTeamsUserOptions): CompletableFuture<AccessToken> =
        getTokenForTeamsUser(options.teamsUserAadToken, options.clientId, options.userObjectId)

    /** Revokes all tokens of an identity. According to the service's documentation, this can take up to 15 minutes. */
    @JvmOverloads
    fun revokeTokens(user: CommunicationUserIdentifier, options: CallOptions? = null): CompletableFuture<Void?> =
        future { made.revokeTokens(user, options) }

    /** Like [revokeTokens], with the response. */
    @JvmOverloads
    fun revokeTokensWithResponse(user: CommunicationUserIdentifier, options: CallOptions? = null): CompletableFuture<CallResult<Void?>> =
        futureWithResponse { made.revokeTokens(user, kept(options)) }

    /**
     * Assigns a principal to this resource's Teams Phone extensibility, or replaces its assignment. [clientIds] are the
     * applications that a user may sign in to; omit them for a resource account.
     */
    @JvmOverloads
    fun putTeamsExtensionAssignment(
        tenantId: String,
        objectId: String,
        principalType: TeamsExtensionPrincipalType,
        clientIds: Iterable<String> = emptyList(),
        options: CallOptions? = null,
    ): CompletableFuture<TeamsExtensionAssignment> = future { made.putTeamsExtensionAssignment(tenantId, objectId, principalType.toString(), clientIds, options) }

    /** Like [putTeamsExtensionAssignment], with the response. */
    @JvmOverloads
    fun putTeamsExtensionAssignmentWithResponse(tenantId: String, objectId: String, principalType: TeamsExtensionPrincipalType, clientIds: Iterable<String> = emptyList(), options: CallOptions? = null): CompletableFuture<CallResult<TeamsExtensionAssignment>> =
        futureWithResponse { made.putTeamsExtensionAssignment(tenantId, objectId, principalType.toString(), clientIds, kept(options)) }

    /** Reads a principal's assignment; the future fails with [NotFoundException] if it has none. */
    @JvmOverloads
    fun getTeamsExtensionAssignment(
        tenantId: String,
        objectId: String,
        options: CallOptions? = null,
    ): CompletableFuture<TeamsExtensionAssignment> = future { made.getTeamsExtensionAssignment(tenantId, objectId, options) }

    /** Like [getTeamsExtensionAssignment], with the response. */
    @JvmOverloads
    fun getTeamsExtensionAssignmentWithResponse(tenantId: String, objectId: String, options: CallOptions? = null): CompletableFuture<CallResult<TeamsExtensionAssignment>> =
        futureWithResponse { made.getTeamsExtensionAssignment(tenantId, objectId, kept(options)) }

    /** Deletes a principal's assignment, which revokes the tokens issued because of it. */
    @JvmOverloads
    fun deleteTeamsExtensionAssignment(
        tenantId: String,
        objectId: String,
        options: CallOptions? = null,
    ): CompletableFuture<Void?> = future { made.deleteTeamsExtensionAssignment(tenantId, objectId, options) }

    /** Like [deleteTeamsExtensionAssignment], with the response. */
    @JvmOverloads
    fun deleteTeamsExtensionAssignmentWithResponse(tenantId: String, objectId: String, options: CallOptions? = null): CompletableFuture<CallResult<Void?>> =
        futureWithResponse { made.deleteTeamsExtensionAssignment(tenantId, objectId, kept(options)) }

    /**
     * Exchanges the token of an Entra user, who needs no Teams licence. Preview: needs the client's option preview.
     *
     * [aadToken] is for "https://communication.azure.com/clients" with the permission VoIP or VoIP.Join. It authenticates
     * this request; the client's credential is not used.
     */
    @JvmOverloads
    fun getTokenForEntraUser(
        aadToken: String,
        options: CallOptions? = null,
    ): CompletableFuture<CommunicationUserToken> = future { made.getTokenForEntraUser(aadToken, options) }

    /** Like [getTokenForEntraUser], with the response. */
    @JvmOverloads
    fun getTokenForEntraUserWithResponse(aadToken: String, options: CallOptions? = null): CompletableFuture<CallResult<CommunicationUserToken>> =
        futureWithResponse { made.getTokenForEntraUser(aadToken, kept(options)) }

    /**
     * Creates an identity with a custom id, your own name for it, or returns the one that already has it. Preview:
     * needs the client's option preview.
     */
    @JvmOverloads
    fun createUserWithCustomId(
        customId: String,
        options: CallOptions? = null,
    ): CompletableFuture<CommunicationUserIdentifier> = future { made.createUserWithCustomId(customId, options) }

    /** Like [createUserWithCustomId], with the response. */
    @JvmOverloads
    fun createUserWithCustomIdWithResponse(customId: String, options: CallOptions? = null): CompletableFuture<CallResult<CommunicationUserIdentifier>> =
        futureWithResponse { made.createUserWithCustomId(customId, kept(options)) }

    /**
     * Creates an identity with a custom id, or finds the one that already has it, and issues a token for it. Preview:
     * needs the client's option preview.
     */
    @JvmOverloads
    fun createUserAndTokenWithCustomId(
        customId: String,
        scopes: Iterable<CommunicationTokenScope>,
        tokenExpiresIn: Duration? = null,
        options: CallOptions? = null,
    ): CompletableFuture<CommunicationUserToken> = future { made.createUserAndTokenWithCustomId(customId, scopes, tokenExpiresIn, options) }

    /** Like [createUserAndTokenWithCustomId], with the response. */
    @JvmOverloads
    fun createUserAndTokenWithCustomIdWithResponse(customId: String, scopes: Iterable<CommunicationTokenScope>, tokenExpiresIn: Duration? = null, options: CallOptions? = null): CompletableFuture<CallResult<CommunicationUserToken>> =
        futureWithResponse { made.createUserAndTokenWithCustomId(customId, scopes, tokenExpiresIn, kept(options)) }

    /** Returns the service's details of an identity. Preview: needs the client's option preview. */
    @JvmOverloads
    fun getUserDetail(
        user: CommunicationUserIdentifier,
        options: CallOptions? = null,
    ): CompletableFuture<CommunicationUserDetail> = future { made.getUserDetail(user, options) }

    /** Like [getUserDetail], with the response. */
    @JvmOverloads
    fun getUserDetailWithResponse(user: CommunicationUserIdentifier, options: CallOptions? = null): CompletableFuture<CallResult<CommunicationUserDetail>> =
        futureWithResponse { made.getUserDetail(user, kept(options)) }

    /** Releases its resources. Calls in progress end normally; later ones fail with [IllegalStateException]. */
    override fun close() = made.close()

    override fun toString() = "CommunicationIdentityAsyncClient"

    companion object {
        /** Creates a client from a connection string. */
        @JvmStatic
        fun fromConnectionString(connectionString: String): CommunicationIdentityAsyncClient =
            CommunicationIdentityClientBuilder().connectionString(connectionString).buildAsyncClient()
    }
}
