package dev.acsauth

import dev.acsauth.internal.ClientObject
import dev.acsauth.internal.kept
import dev.acsauth.internal.native
import dev.acsauth.internal.waited
import dev.acsauth.internal.waitedWithResponse
import java.time.Duration

/**
 * A client of the ACS Identity service, with the operations and names of the official SDKs, which wait on the calling thread.
 *
 * Every call ends within its deadline (10 s unless set otherwise), retries what is worth retrying, follows no redirect, and
 * says why it failed. Make one client for a resource and keep it; any threads may use it at once. An interrupt does not end
 * a call before its deadline, except on a virtual thread; a future of [CommunicationIdentityAsyncClient] can be cancelled.
 */
class CommunicationIdentityClient internal constructor(internal val made: ClientObject) : AutoCloseable {

    /** The endpoint that requests go to. */
    val endpoint: Endpoint get() = native { Endpoint.parseAllowingInsecure(made.generated.endpoint()) }

    /**
     * Replaces the access key of this client and of its exchangers, and the secondary one if it is given. The next signature uses the new key, and tokens
     * cached for the former one are not returned any more.
     */
    @JvmOverloads
    fun updateAccessKey(accessKey: String, secondaryAccessKey: String? = null): Unit =
        native { made.generated.updateAccessKey(accessKey, secondaryAccessKey) }

    /**
     * How many seconds the service's clock is ahead of this machine's (negative: behind), as learned from a rejected
     * signature; 0 while there was none. Requests are signed with the corrected time; the machine's clock wants setting.
     */
    val clockSkewSeconds: Long get() = native { made.generated.clockSkewSeconds() }

    /**
     * Creates an identity.
     *
     * It is tried again only where the service cannot have processed it; the exception's reason says when an identity may
     * have been created all the same.
     */
    @JvmOverloads
    fun createUser(options: CallOptions? = null): CommunicationUserIdentifier = made.createUser(options).waited()

    /** As [createUser], with the response. */
    @JvmOverloads
    fun createUserWithResponse(options: CallOptions? = null): CallResult<CommunicationUserIdentifier> =
        made.createUser(kept(options)).waitedWithResponse()

    /**
     * Creates an identity and issues a first token for it, which is valid for 1 to 24 hours: [tokenExpiresIn], parts of a
     * minute dropped, or 24 hours.
     */
    @JvmOverloads
    fun createUserAndToken(scopes: Iterable<CommunicationTokenScope>, tokenExpiresIn: Duration? = null, options: CallOptions? = null): CommunicationUserToken =
        made.createUserAndToken(scopes, tokenExpiresIn, options).waited()

    /** As [createUserAndToken], with the response. */
    @JvmOverloads
    fun createUserAndTokenWithResponse(scopes: Iterable<CommunicationTokenScope>, tokenExpiresIn: Duration? = null, options: CallOptions? = null): CallResult<CommunicationUserToken> =
        made.createUserAndToken(scopes, tokenExpiresIn, kept(options)).waitedWithResponse()

    /**
     * Deletes an identity and revokes its tokens.
     */
    @JvmOverloads
    fun deleteUser(user: CommunicationUserIdentifier, options: CallOptions? = null) {
        made.deleteUser(user, options).waited()
    }

    /** As [deleteUser], with the response. */
    @JvmOverloads
    fun deleteUserWithResponse(user: CommunicationUserIdentifier, options: CallOptions? = null): CallResult<Void?> =
        made.deleteUser(user, kept(options)).waitedWithResponse()

    /**
     * Issues a token for an identity, which is valid for 1 to 24 hours: [tokenExpiresIn], parts of a minute dropped, or 24
     * hours.
     */
    @JvmOverloads
    fun getToken(user: CommunicationUserIdentifier, scopes: Iterable<CommunicationTokenScope>, tokenExpiresIn: Duration? = null, options: CallOptions? = null): AccessToken =
        made.getToken(user, scopes, tokenExpiresIn, options).waited()

    /** As [getToken], with the response. */
    @JvmOverloads
    fun getTokenWithResponse(user: CommunicationUserIdentifier, scopes: Iterable<CommunicationTokenScope>, tokenExpiresIn: Duration? = null, options: CallOptions? = null): CallResult<AccessToken> =
        made.getToken(user, scopes, tokenExpiresIn, kept(options)).waitedWithResponse()

    /**
     * Exchanges an Entra user's token with the permission TeamsExtension.ManageCalls for an ACS access token. The user's
     * own token authenticates this request; the client's credential is not used.
     */
    @JvmOverloads
    fun getTokenForTeamsExtensionUser(aadToken: String, options: CallOptions? = null): CommunicationUserToken =
        made.getTokenForTeamsExtensionUser(aadToken, options).waited()

    /** As [getTokenForTeamsExtensionUser], with the response. */
    @JvmOverloads
    fun getTokenForTeamsExtensionUserWithResponse(aadToken: String, options: CallOptions? = null): CallResult<CommunicationUserToken> =
        made.getTokenForTeamsExtensionUser(aadToken, kept(options)).waitedWithResponse()

    /**
     * Exchanges a Microsoft 365 user's Entra token for an ACS access token of that Teams user.
     *
     * [aadToken] is for the ACS resource with both Teams permissions, [clientId] the application that it was issued to,
     * [userObjectId] the user's oid. The ACS token expires with the Entra token.
     */
    @JvmOverloads
    fun getTokenForTeamsUser(aadToken: String, clientId: String, userObjectId: String, options: CallOptions? = null): AccessToken =
        made.getTokenForTeamsUser(aadToken, clientId, userObjectId, options).waited()

    /** As [getTokenForTeamsUser], with the response. */
    @JvmOverloads
    fun getTokenForTeamsUserWithResponse(aadToken: String, clientId: String, userObjectId: String, options: CallOptions? = null): CallResult<AccessToken> =
        made.getTokenForTeamsUser(aadToken, clientId, userObjectId, kept(options)).waitedWithResponse()

    /** As the official client has it. */
    fun getTokenForTeamsUser(options: GetTokenForTeamsUserOptions): AccessToken =
        getTokenForTeamsUser(options.teamsUserAadToken, options.clientId, options.userObjectId)

    /**
     * Revokes all tokens of an identity. The service documents that it can take up to 15 minutes to take effect.
     */
    @JvmOverloads
    fun revokeTokens(user: CommunicationUserIdentifier, options: CallOptions? = null) {
        made.revokeTokens(user, options).waited()
    }

    /** As [revokeTokens], with the response. */
    @JvmOverloads
    fun revokeTokensWithResponse(user: CommunicationUserIdentifier, options: CallOptions? = null): CallResult<Void?> =
        made.revokeTokens(user, kept(options)).waitedWithResponse()

    /** Gives up what it holds. Calls that run end as they would; later ones throw [IllegalStateException]. */
    override fun close() = made.close()

    override fun toString() = "CommunicationIdentityClient"

    companion object {
        /** A client of the resource of a connection string. */
        @JvmStatic
        fun fromConnectionString(connectionString: String): CommunicationIdentityClient =
            CommunicationIdentityClientBuilder().connectionString(connectionString).buildClient()
    }
}
