package dev.acsauth

import dev.acsauth.internal.ClientObject
import dev.acsauth.internal.kept
import dev.acsauth.internal.native
import dev.acsauth.internal.waited
import dev.acsauth.internal.waitedWithResponse
import java.time.Duration

/**
 * A client of the ACS Identity service, with the operations and names of the official SDKs, blocking the calling thread.
 *
 * Every call ends by its deadline (10 s by default), is retried if that can help, and follows no redirect. A failed call
 * throws an [AcsAuthException], whose reason explains the cause. Create one client per resource and keep it; any threads
 * may use it at once. An interrupt does not end a call before its deadline, except on a virtual thread; a future of
 * [CommunicationIdentityAsyncClient] can be cancelled.
 */
class CommunicationIdentityClient internal constructor(internal val made: ClientObject) : AutoCloseable {

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
    fun createUser(options: CallOptions? = null): CommunicationUserIdentifier = made.createUser(options).waited()

    /** Like [createUser], with the response. */
    @JvmOverloads
    fun createUserWithResponse(options: CallOptions? = null): CallResult<CommunicationUserIdentifier> =
        made.createUser(kept(options)).waitedWithResponse()

    /**
     * Creates an identity and issues a first token for it, with the same retries as [createUser].
     *
     * [tokenExpiresIn] is the token's lifetime: 1 to 24 hours, rounded down to whole minutes. Default: 24 hours.
     */
    @JvmOverloads
    fun createUserAndToken(scopes: Iterable<CommunicationTokenScope>, tokenExpiresIn: Duration? = null, options: CallOptions? = null): CommunicationUserToken =
        made.createUserAndToken(scopes, tokenExpiresIn, options).waited()

    /** Like [createUserAndToken], with the response. */
    @JvmOverloads
    fun createUserAndTokenWithResponse(scopes: Iterable<CommunicationTokenScope>, tokenExpiresIn: Duration? = null, options: CallOptions? = null): CallResult<CommunicationUserToken> =
        made.createUserAndToken(scopes, tokenExpiresIn, kept(options)).waitedWithResponse()

    /** Deletes an identity and revokes its tokens. */
    @JvmOverloads
    fun deleteUser(user: CommunicationUserIdentifier, options: CallOptions? = null) {
        made.deleteUser(user, options).waited()
    }

    /** Like [deleteUser], with the response. */
    @JvmOverloads
    fun deleteUserWithResponse(user: CommunicationUserIdentifier, options: CallOptions? = null): CallResult<Void?> =
        made.deleteUser(user, kept(options)).waitedWithResponse()

    /**
     * Issues a token for an identity.
     *
     * [tokenExpiresIn] is the token's lifetime: 1 to 24 hours, rounded down to whole minutes. Default: 24 hours.
     */
    @JvmOverloads
    fun getToken(user: CommunicationUserIdentifier, scopes: Iterable<CommunicationTokenScope>, tokenExpiresIn: Duration? = null, options: CallOptions? = null): AccessToken =
        made.getToken(user, scopes, tokenExpiresIn, options).waited()

    /** Like [getToken], with the response. */
    @JvmOverloads
    fun getTokenWithResponse(user: CommunicationUserIdentifier, scopes: Iterable<CommunicationTokenScope>, tokenExpiresIn: Duration? = null, options: CallOptions? = null): CallResult<AccessToken> =
        made.getToken(user, scopes, tokenExpiresIn, kept(options)).waitedWithResponse()

    /**
     * Exchanges an Entra user's token with the permission TeamsExtension.ManageCalls for an ACS token. The user's
     * own token authenticates this request; the client's credential is not used.
     */
    @JvmOverloads
    fun getTokenForTeamsExtensionUser(aadToken: String, options: CallOptions? = null): CommunicationUserToken =
        made.getTokenForTeamsExtensionUser(aadToken, options).waited()

    /** Like [getTokenForTeamsExtensionUser], with the response. */
    @JvmOverloads
    fun getTokenForTeamsExtensionUserWithResponse(aadToken: String, options: CallOptions? = null): CallResult<CommunicationUserToken> =
        made.getTokenForTeamsExtensionUser(aadToken, kept(options)).waitedWithResponse()

    /**
     * Exchanges a Microsoft 365 user's Entra token for an ACS token of that Teams user.
     *
     * [aadToken] must be for the ACS resource with both Teams permissions; [clientId] is the application it was issued
     * to, [userObjectId] the user's oid. The ACS token expires with the Entra token.
     *
     * @throws EntraTokenRejectedException if the service rejects the user's token; the reason includes what the token check found
     * @throws EntraTokenInvalidException if the token check is enforced and rejects it; nothing is sent
     */
    @JvmOverloads
    fun getTokenForTeamsUser(aadToken: String, clientId: String, userObjectId: String, options: CallOptions? = null): AccessToken =
        made.getTokenForTeamsUser(aadToken, clientId, userObjectId, options).waited()

    /** Like [getTokenForTeamsUser], with the response. */
    @JvmOverloads
    fun getTokenForTeamsUserWithResponse(aadToken: String, clientId: String, userObjectId: String, options: CallOptions? = null): CallResult<AccessToken> =
        made.getTokenForTeamsUser(aadToken, clientId, userObjectId, kept(options)).waitedWithResponse()

    /** Like the other overload, with the arguments in one object, as in the official client. */
    fun getTokenForTeamsUser(options: GetTokenForTeamsUserOptions): AccessToken =
        getTokenForTeamsUser(options.teamsUserAadToken, options.clientId, options.userObjectId)

    /** Revokes all tokens of an identity. According to the service's documentation, this can take up to 15 minutes. */
    @JvmOverloads
    fun revokeTokens(user: CommunicationUserIdentifier, options: CallOptions? = null) {
        made.revokeTokens(user, options).waited()
    }

    /** Like [revokeTokens], with the response. */
    @JvmOverloads
    fun revokeTokensWithResponse(user: CommunicationUserIdentifier, options: CallOptions? = null): CallResult<Void?> =
        made.revokeTokens(user, kept(options)).waitedWithResponse()

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
    ): TeamsExtensionAssignment = made.putTeamsExtensionAssignment(tenantId, objectId, principalType.toString(), clientIds, options).waited()

    /** Like [putTeamsExtensionAssignment], with the response. */
    @JvmOverloads
    fun putTeamsExtensionAssignmentWithResponse(tenantId: String, objectId: String, principalType: TeamsExtensionPrincipalType, clientIds: Iterable<String> = emptyList(), options: CallOptions? = null): CallResult<TeamsExtensionAssignment> =
        made.putTeamsExtensionAssignment(tenantId, objectId, principalType.toString(), clientIds, kept(options)).waitedWithResponse()

    /** Reads a principal's assignment; throws [NotFoundException] if it has none. */
    @JvmOverloads
    fun getTeamsExtensionAssignment(
        tenantId: String,
        objectId: String,
        options: CallOptions? = null,
    ): TeamsExtensionAssignment = made.getTeamsExtensionAssignment(tenantId, objectId, options).waited()

    /** Like [getTeamsExtensionAssignment], with the response. */
    @JvmOverloads
    fun getTeamsExtensionAssignmentWithResponse(tenantId: String, objectId: String, options: CallOptions? = null): CallResult<TeamsExtensionAssignment> =
        made.getTeamsExtensionAssignment(tenantId, objectId, kept(options)).waitedWithResponse()

    /** Deletes a principal's assignment, which revokes the tokens issued because of it. */
    @JvmOverloads
    fun deleteTeamsExtensionAssignment(
        tenantId: String,
        objectId: String,
        options: CallOptions? = null,
    ) {
        made.deleteTeamsExtensionAssignment(tenantId, objectId, options).waited()
    }

    /** Like [deleteTeamsExtensionAssignment], with the response. */
    @JvmOverloads
    fun deleteTeamsExtensionAssignmentWithResponse(tenantId: String, objectId: String, options: CallOptions? = null): CallResult<Void?> =
        made.deleteTeamsExtensionAssignment(tenantId, objectId, kept(options)).waitedWithResponse()

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
    ): CommunicationUserToken = made.getTokenForEntraUser(aadToken, options).waited()

    /** Like [getTokenForEntraUser], with the response. */
    @JvmOverloads
    fun getTokenForEntraUserWithResponse(aadToken: String, options: CallOptions? = null): CallResult<CommunicationUserToken> =
        made.getTokenForEntraUser(aadToken, kept(options)).waitedWithResponse()

    /**
     * Creates an identity with a custom id, your own name for it, or returns the one that already has it. Preview:
     * needs the client's option preview.
     */
    @JvmOverloads
    fun createUserWithCustomId(
        customId: String,
        options: CallOptions? = null,
    ): CommunicationUserIdentifier = made.createUserWithCustomId(customId, options).waited()

    /** Like [createUserWithCustomId], with the response. */
    @JvmOverloads
    fun createUserWithCustomIdWithResponse(customId: String, options: CallOptions? = null): CallResult<CommunicationUserIdentifier> =
        made.createUserWithCustomId(customId, kept(options)).waitedWithResponse()

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
    ): CommunicationUserToken = made.createUserAndTokenWithCustomId(customId, scopes, tokenExpiresIn, options).waited()

    /** Like [createUserAndTokenWithCustomId], with the response. */
    @JvmOverloads
    fun createUserAndTokenWithCustomIdWithResponse(customId: String, scopes: Iterable<CommunicationTokenScope>, tokenExpiresIn: Duration? = null, options: CallOptions? = null): CallResult<CommunicationUserToken> =
        made.createUserAndTokenWithCustomId(customId, scopes, tokenExpiresIn, kept(options)).waitedWithResponse()

    /** Returns the service's details of an identity. Preview: needs the client's option preview. */
    @JvmOverloads
    fun getUserDetail(
        user: CommunicationUserIdentifier,
        options: CallOptions? = null,
    ): CommunicationUserDetail = made.getUserDetail(user, options).waited()

    /** Like [getUserDetail], with the response. */
    @JvmOverloads
    fun getUserDetailWithResponse(user: CommunicationUserIdentifier, options: CallOptions? = null): CallResult<CommunicationUserDetail> =
        made.getUserDetail(user, kept(options)).waitedWithResponse()

    /** Releases its resources. Calls in progress end normally; later ones fail with [IllegalStateException]. */
    override fun close() = made.close()

    override fun toString() = "CommunicationIdentityClient"

    companion object {
        /** Creates a client from a connection string. */
        @JvmStatic
        fun fromConnectionString(connectionString: String): CommunicationIdentityClient =
            CommunicationIdentityClientBuilder().connectionString(connectionString).buildClient()
    }
}
