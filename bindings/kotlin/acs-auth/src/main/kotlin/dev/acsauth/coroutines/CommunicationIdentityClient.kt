package dev.acsauth.coroutines

import dev.acsauth.AccessToken
import dev.acsauth.CallOptions
import dev.acsauth.CallResult
import dev.acsauth.Cloud
import dev.acsauth.CommunicationIdentityClientBuilder
import dev.acsauth.CommunicationTokenScope
import dev.acsauth.CommunicationUserDetail
import dev.acsauth.CommunicationUserIdentifier
import dev.acsauth.CommunicationUserToken
import dev.acsauth.Endpoint
import dev.acsauth.Header
import dev.acsauth.NotFoundException
import dev.acsauth.PreviewApiVersion
import dev.acsauth.Proxy
import dev.acsauth.RetryPolicy
import dev.acsauth.TeamsExtensionAssignment
import dev.acsauth.TeamsExtensionPrincipalType
import dev.acsauth.TokenCheck
import dev.acsauth.TokenCredential
import dev.acsauth.Transport
import dev.acsauth.internal.ClientObject
import dev.acsauth.internal.awaited
import dev.acsauth.internal.awaitedWithResponse
import dev.acsauth.internal.kept
import dev.acsauth.internal.native
import java.time.Duration

/**
 * A client of the ACS Identity service, with the operations and names of the official SDKs as suspend functions.
 *
 * Every call ends by its deadline (10 s by default), is retried if that can help, and follows no redirect. A failed call
 * throws a [dev.acsauth.AcsAuthException], whose reason explains the cause. Create one client per resource and keep it;
 * any threads may use it at once. Cancelling a coroutine cancels its call; no thread is blocked meanwhile.
 */
class CommunicationIdentityClient internal constructor(internal val made: ClientObject) : AutoCloseable {

    /** Creates a client. It doesn't connect yet. Options that are null have their defaults. */
    constructor(
        /** The resource's connection string, "endpoint=https://…;accesskey=…". */
        connectionString: String? = null,
        /** Instead of a connection string, the resource's endpoint, "https://….communication.azure.com". */
        endpoint: String? = null,
        /** The endpoint's access key in base64. */
        accessKey: String? = null,
        /** A credential instead of the access key. */
        credential: TokenCredential? = null,
        /** The resource's other access key: tried when the key in use is rejected, and then preferred until it is rejected in
         * turn. Default: none. */
        secondaryAccessKey: String? = null,
        /** The cloud whose names the token check expects in tokens. Default: the endpoint's cloud. */
        cloud: Cloud? = null,
        /** The api-version of all operations; those of Teams Phone extensibility use at least the first that has them. Default
         * [dev.acsauth.DEFAULT_API_VERSION]. */
        apiVersion: String? = null,
        /** A name that is put in front of the User-Agent, at most 24 characters. Default: none. */
        applicationId: String? = null,
        /** More certificate authorities to trust, in PEM form: their text, not a path. */
        rootCertificatesPem: ByteArray? = null,
        /** A certificate chain and its private key in PEM form, for a gateway that asks for one. */
        clientIdentityPem: ByteArray? = null,
        /** The proxy for requests to the service. Default: the environment's proxy. */
        proxy: Proxy? = null,
        /** How to treat a Teams token that the token check rejects. Default: warn. */
        tokenCheck: TokenCheck? = null,
        /** Accepts an http endpoint that is not loopback: users' tokens are then sent in clear text. Default: no. */
        allowInsecureEndpoint: Boolean? = null,
        /** How failed requests are retried. Default: up to 3 attempts. */
        retryPolicy: RetryPolicy? = null,
        /** The deadline of a call, including all its attempts. Default 10 s. */
        timeout: Duration? = null,
        /** The timeout for opening a connection, including TLS. Default 5 s. */
        connectTimeout: Duration? = null,
        /** Offers HTTP/2 to the service. Default: no; with HTTP/1.1, a connection that goes silent delays one call. */
        http2: Boolean? = null,
        /** A text to prepend to the User-Agent, before the application id: visible ASCII of any length, with spaces inside. */
        userAgent: String? = null,
        /** Headers to add to every request. Some cannot be set: see [CommunicationIdentityClientBuilder.header]. */
        header: List<Header> = emptyList(),
        /** Replaces the library's own HTTP client, whose options then have no effect. */
        transport: Transport? = null,
        /** Allows the operations that exist only in this preview of the API. Default: none, so they fail without being sent. */
        preview: PreviewApiVersion? = null,
    ) : this(
        CommunicationIdentityClientBuilder().apply {
            connectionString?.let(::connectionString)
            endpoint?.let(::endpoint)
            accessKey?.let(::accessKey)
            credential?.let(::credential)
            secondaryAccessKey?.let(::secondaryAccessKey)
            cloud?.let(::cloud)
            apiVersion?.let(::apiVersion)
            applicationId?.let(::applicationId)
            rootCertificatesPem?.let(::rootCertificatesPem)
            clientIdentityPem?.let(::clientIdentityPem)
            proxy?.let(::proxy)
            tokenCheck?.let(::tokenCheck)
            allowInsecureEndpoint?.let(::allowInsecureEndpoint)
            retryPolicy?.let(::retryPolicy)
            timeout?.let(::timeout)
            connectTimeout?.let(::connectTimeout)
            http2?.let(::http2)
            userAgent?.let(::userAgent)
            header.forEach { header(it.name, it.value) }
            transport?.let(::transport)
            preview?.let(::preview)
        }.made(),
    )

    /** The endpoint that requests are sent to. */
    val endpoint: Endpoint get() = native { Endpoint.parseAllowingInsecure(made.generated.endpoint()) }

    /**
     * Replaces the access key of this client and of its exchangers, and the secondary one if it is given. The next
     * signature uses the new key, and tokens cached for the former one are no longer returned.
     *
     * Throws if a key is not base64, or if the client has a token credential. Nothing is replaced then.
     */
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
    suspend fun createUser(options: CallOptions? = null): CommunicationUserIdentifier =
        made.createUser(options).awaited()

    /** Like [createUser], with the response. */
    suspend fun createUserWithResponse(options: CallOptions? = null): CallResult<CommunicationUserIdentifier> =
        made.createUser(kept(options)).awaitedWithResponse()

    /**
     * Creates an identity and issues a first token for it, with the same retries as [createUser].
     *
     * [tokenExpiresIn] is the token's lifetime: 1 to 24 hours, rounded down to whole minutes. Default: 24 hours.
     */
    suspend fun createUserAndToken(scopes: Iterable<CommunicationTokenScope>, tokenExpiresIn: Duration? = null, options: CallOptions? = null): CommunicationUserToken =
        made.createUserAndToken(scopes, tokenExpiresIn, options).awaited()

    /** Like [createUserAndToken], with the response. */
    suspend fun createUserAndTokenWithResponse(scopes: Iterable<CommunicationTokenScope>, tokenExpiresIn: Duration? = null, options: CallOptions? = null): CallResult<CommunicationUserToken> =
        made.createUserAndToken(scopes, tokenExpiresIn, kept(options)).awaitedWithResponse()

    /** Deletes an identity and revokes its tokens. */
    suspend fun deleteUser(user: CommunicationUserIdentifier, options: CallOptions? = null) {
        made.deleteUser(user, options).awaited()
    }

    /** Like [deleteUser], with the response. */
    suspend fun deleteUserWithResponse(user: CommunicationUserIdentifier, options: CallOptions? = null): CallResult<Void?> =
        made.deleteUser(user, kept(options)).awaitedWithResponse()

    /**
     * Issues a token for an identity.
     *
     * [tokenExpiresIn] is the token's lifetime: 1 to 24 hours, rounded down to whole minutes. Default: 24 hours.
     */
    suspend fun getToken(user: CommunicationUserIdentifier, scopes: Iterable<CommunicationTokenScope>, tokenExpiresIn: Duration? = null, options: CallOptions? = null): AccessToken =
        made.getToken(user, scopes, tokenExpiresIn, options).awaited()

    /** Like [getToken], with the response. */
    suspend fun getTokenWithResponse(user: CommunicationUserIdentifier, scopes: Iterable<CommunicationTokenScope>, tokenExpiresIn: Duration? = null, options: CallOptions? = null): CallResult<AccessToken> =
        made.getToken(user, scopes, tokenExpiresIn, kept(options)).awaitedWithResponse()

    /**
     * Exchanges an Entra user's token with the permission TeamsExtension.ManageCalls for an ACS token. The user's
     * own token authenticates this request; the client's credential is not used.
     */
    suspend fun getTokenForTeamsExtensionUser(aadToken: String, options: CallOptions? = null): CommunicationUserToken =
        made.getTokenForTeamsExtensionUser(aadToken, options).awaited()

    /** Like [getTokenForTeamsExtensionUser], with the response. */
    suspend fun getTokenForTeamsExtensionUserWithResponse(aadToken: String, options: CallOptions? = null): CallResult<CommunicationUserToken> =
        made.getTokenForTeamsExtensionUser(aadToken, kept(options)).awaitedWithResponse()

    /**
     * Exchanges a Microsoft 365 user's Entra token for an ACS token of that Teams user.
     *
     * [aadToken] must be for the ACS resource with both Teams permissions; [clientId] is the application it was issued
     * to, [userObjectId] the user's oid. The ACS token expires with the Entra token.
     *
     * Throws [dev.acsauth.EntraTokenRejectedException] if the service rejects the user's token; the reason includes what the
     * token check found.
     * Throws [dev.acsauth.EntraTokenInvalidException] if the token check is enforced and rejects it; nothing is sent.
     */
    suspend fun getTokenForTeamsUser(aadToken: String, clientId: String, userObjectId: String, options: CallOptions? = null): AccessToken =
        made.getTokenForTeamsUser(aadToken, clientId, userObjectId, options).awaited()

    /** Like [getTokenForTeamsUser], with the response. */
    suspend fun getTokenForTeamsUserWithResponse(aadToken: String, clientId: String, userObjectId: String, options: CallOptions? = null): CallResult<AccessToken> =
        made.getTokenForTeamsUser(aadToken, clientId, userObjectId, kept(options)).awaitedWithResponse()

    /** Revokes all tokens of an identity. According to the service's documentation, this can take up to 15 minutes. */
    suspend fun revokeTokens(user: CommunicationUserIdentifier, options: CallOptions? = null) {
        made.revokeTokens(user, options).awaited()
    }

    /** Like [revokeTokens], with the response. */
    suspend fun revokeTokensWithResponse(user: CommunicationUserIdentifier, options: CallOptions? = null): CallResult<Void?> =
        made.revokeTokens(user, kept(options)).awaitedWithResponse()

    companion object {
        /** Creates a client from a connection string. */
        fun fromConnectionString(connectionString: String) = CommunicationIdentityClient(connectionString = connectionString)
    }

    /**
     * Assigns a principal to this resource's Teams Phone extensibility, or replaces its assignment. [clientIds] are the
     * applications that a user may sign in to; omit them for a resource account.
     */
    suspend fun putTeamsExtensionAssignment(
        tenantId: String,
        objectId: String,
        principalType: TeamsExtensionPrincipalType,
        clientIds: Iterable<String> = emptyList(),
        options: CallOptions? = null,
    ): TeamsExtensionAssignment = made.putTeamsExtensionAssignment(tenantId, objectId, principalType.toString(), clientIds, options).awaited()

    /** Like [putTeamsExtensionAssignment], with the response. */
    suspend fun putTeamsExtensionAssignmentWithResponse(tenantId: String, objectId: String, principalType: TeamsExtensionPrincipalType, clientIds: Iterable<String> = emptyList(), options: CallOptions? = null): CallResult<TeamsExtensionAssignment> =
        made.putTeamsExtensionAssignment(tenantId, objectId, principalType.toString(), clientIds, kept(options)).awaitedWithResponse()

    /** Reads a principal's assignment; throws [NotFoundException] if it has none. */
    suspend fun getTeamsExtensionAssignment(
        tenantId: String,
        objectId: String,
        options: CallOptions? = null,
    ): TeamsExtensionAssignment = made.getTeamsExtensionAssignment(tenantId, objectId, options).awaited()

    /** Like [getTeamsExtensionAssignment], with the response. */
    suspend fun getTeamsExtensionAssignmentWithResponse(tenantId: String, objectId: String, options: CallOptions? = null): CallResult<TeamsExtensionAssignment> =
        made.getTeamsExtensionAssignment(tenantId, objectId, kept(options)).awaitedWithResponse()

    /** Deletes a principal's assignment, which revokes the tokens issued because of it. */
    suspend fun deleteTeamsExtensionAssignment(
        tenantId: String,
        objectId: String,
        options: CallOptions? = null,
    ) {
        made.deleteTeamsExtensionAssignment(tenantId, objectId, options).awaited()
    }

    /** Like [deleteTeamsExtensionAssignment], with the response. */
    suspend fun deleteTeamsExtensionAssignmentWithResponse(tenantId: String, objectId: String, options: CallOptions? = null): CallResult<Void?> =
        made.deleteTeamsExtensionAssignment(tenantId, objectId, kept(options)).awaitedWithResponse()

    /**
     * Exchanges the token of an Entra user, who needs no Teams licence. Preview: needs the client's option preview.
     *
     * [aadToken] is for "https://communication.azure.com/clients" with the permission VoIP or VoIP.Join. It authenticates
     * this request; the client's credential is not used.
     */
    suspend fun getTokenForEntraUser(
        aadToken: String,
        options: CallOptions? = null,
    ): CommunicationUserToken = made.getTokenForEntraUser(aadToken, options).awaited()

    /** Like [getTokenForEntraUser], with the response. */
    suspend fun getTokenForEntraUserWithResponse(aadToken: String, options: CallOptions? = null): CallResult<CommunicationUserToken> =
        made.getTokenForEntraUser(aadToken, kept(options)).awaitedWithResponse()

    /**
     * Creates an identity with a custom id, your own name for it, or returns the one that already has it. Preview:
     * needs the client's option preview.
     */
    suspend fun createUserWithCustomId(
        customId: String,
        options: CallOptions? = null,
    ): CommunicationUserIdentifier = made.createUserWithCustomId(customId, options).awaited()

    /** Like [createUserWithCustomId], with the response. */
    suspend fun createUserWithCustomIdWithResponse(customId: String, options: CallOptions? = null): CallResult<CommunicationUserIdentifier> =
        made.createUserWithCustomId(customId, kept(options)).awaitedWithResponse()

    /**
     * Creates an identity with a custom id, or finds the one that already has it, and issues a token for it. Preview:
     * needs the client's option preview.
     */
    suspend fun createUserAndTokenWithCustomId(
        customId: String,
        scopes: Iterable<CommunicationTokenScope>,
        tokenExpiresIn: Duration? = null,
        options: CallOptions? = null,
    ): CommunicationUserToken = made.createUserAndTokenWithCustomId(customId, scopes, tokenExpiresIn, options).awaited()

    /** Like [createUserAndTokenWithCustomId], with the response. */
    suspend fun createUserAndTokenWithCustomIdWithResponse(customId: String, scopes: Iterable<CommunicationTokenScope>, tokenExpiresIn: Duration? = null, options: CallOptions? = null): CallResult<CommunicationUserToken> =
        made.createUserAndTokenWithCustomId(customId, scopes, tokenExpiresIn, kept(options)).awaitedWithResponse()

    /** Returns the service's details of an identity. Preview: needs the client's option preview. */
    suspend fun getUserDetail(
        user: CommunicationUserIdentifier,
        options: CallOptions? = null,
    ): CommunicationUserDetail = made.getUserDetail(user, options).awaited()

    /** Like [getUserDetail], with the response. */
    suspend fun getUserDetailWithResponse(user: CommunicationUserIdentifier, options: CallOptions? = null): CallResult<CommunicationUserDetail> =
        made.getUserDetail(user, kept(options)).awaitedWithResponse()

    /** Releases its resources. Calls in progress end normally; later ones fail with [IllegalStateException]. */
    override fun close() = made.close()

    override fun toString() = "CommunicationIdentityClient"
}
