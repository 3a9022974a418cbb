@file:JvmName("AcsAuth")
@file:JvmMultifileClass

package dev.acsauth

import dev.acsauth.internal.ffi.Header as NativeHeader
import dev.acsauth.internal.ffi.PreparedRequest as NativePrepared
import dev.acsauth.internal.ffi.RawResponse as NativeRaw
import dev.acsauth.internal.ffi.SignableRequest as NativeSignable
import dev.acsauth.internal.native
import dev.acsauth.internal.wellFormed
import dev.acsauth.internal.seconds
import dev.acsauth.internal.texts
import dev.acsauth.internal.toNative
import dev.acsauth.internal.toPublic
import java.time.Duration
import java.time.Instant

/** The scope that is requested from a [TokenCredential]. */
const val ACS_SCOPE: String = "https://communication.azure.com//.default"

/** The application id of ACS in Entra, for which tokens to exchange are issued. */
const val ACS_RESOURCE_APP_ID: String = "1fd5118e-2576-4263-8130-9503064c837a"

/** The api-version of all operations but one. */
const val DEFAULT_API_VERSION: String = "2023-10-01"

/** The api-version of the Teams extension exchange. */
const val TEAMS_EXTENSION_API_VERSION: String = "2025-06-30"

/** The version of the library. */
fun version(): String = native { dev.acsauth.internal.ffi.version() }

/** A request that is to be signed. It prints without what may be secret. */
class SignableRequest @JvmOverloads constructor(
    /** "GET", "POST" … */
    val method: String,
    /** The whole URL, with its query. */
    val url: String,
    /** Exactly what is sent. */
    val body: ByteArray = ByteArray(0),
) {
    override fun toString() = "SignableRequest($method)"
}

/** The headers that sign a request, and how they were computed. */
class SignedHeaders internal constructor(
    /** The header x-ms-date. */
    val xMsDate: String,
    /** The header x-ms-content-sha256. */
    val xMsContentSha256: String,
    /** The header Authorization. */
    val authorization: String,
    /** The Host header that was signed: send this one. */
    val host: String,
    /** The path and query that were signed: send them unchanged. */
    val target: String,
    /** What was signed. */
    val stringToSign: String,
) {
    override fun toString() = "SignedHeaders(xMsDate=$xMsDate)"
}

/** Returns the headers that sign a request at this moment. The request isn't changed. */
@JvmOverloads
fun signRequest(request: SignableRequest, key: AccessKey, now: Instant = Instant.now()): SignedHeaders = native {
    val signable = NativeSignable(request.method, request.url, request.body)
    with(dev.acsauth.internal.ffi.signRequest(signable, key.handle, now.epochSecond)) {
        SignedHeaders(xMsDate, xMsContentSha256, authorization, host, target, stringToSign)
    }
}

/** The request of an operation, to be sent by other means. It prints without what may be secret. */
class PreparedRequest internal constructor(
    /** Its method. */
    val method: Method,
    /** Its URL. */
    val url: String,
    /** Its headers, except those of the authentication. */
    val headers: List<Header>,
    /** Its body. */
    val body: ByteArray,
    /** What authenticates it. */
    val authentication: Authentication,
    /** When it may be retried. */
    val retryable: Retryable,
) {
    override fun toString() = "PreparedRequest($method)"
}

internal fun prepared(given: NativePrepared) = PreparedRequest(
    Method.valueOf(given.method.name),
    given.url,
    given.headers.map { Header(it.name, it.value) },
    given.body,
    Authentication.valueOf(given.authentication.name),
    Retryable.valueOf(given.retryable.name),
)

/** The request of [CommunicationIdentityClient.createUser]. */
fun prepareCreateUser(endpoint: Endpoint, apiVersion: String): PreparedRequest =
    native { prepared(dev.acsauth.internal.ffi.prepareCreateUser(endpoint.handle, apiVersion)) }

/** The request of [CommunicationIdentityClient.createUserAndToken]. */
fun prepareCreateUserAndToken(
    endpoint: Endpoint,
    scopes: Iterable<CommunicationTokenScope>,
    tokenExpiresIn: Duration?,
    apiVersion: String,
): PreparedRequest = native {
    val expiresIn = seconds("token_expires_in", tokenExpiresIn)
    prepared(dev.acsauth.internal.ffi.prepareCreateUserAndToken(endpoint.handle, texts(scopes), expiresIn, apiVersion))
}

/** The request of [CommunicationIdentityClient.deleteUser]. */
fun prepareDeleteUser(endpoint: Endpoint, user: CommunicationUserIdentifier, apiVersion: String): PreparedRequest =
    native { prepared(dev.acsauth.internal.ffi.prepareDeleteUser(endpoint.handle, toNative(user), apiVersion)) }

/** The request of [CommunicationIdentityClient.getTokenForTeamsExtensionUser]. */
fun prepareExchangeTeamsExtension(endpoint: Endpoint, aadToken: String, apiVersion: String): PreparedRequest =
    native { prepared(dev.acsauth.internal.ffi.prepareExchangeTeamsExtension(endpoint.handle, aadToken, apiVersion)) }

/** The request of [CommunicationIdentityClient.getTokenForTeamsUser]. */
fun prepareExchangeTeamsUser(
    endpoint: Endpoint,
    aadToken: String,
    clientId: String,
    userObjectId: String,
    apiVersion: String,
): PreparedRequest = native {
    val ffi = dev.acsauth.internal.ffi.prepareExchangeTeamsUser(endpoint.handle, aadToken, clientId, userObjectId, apiVersion)
    prepared(ffi)
}

/** The request of [CommunicationIdentityClient.getToken]. */
fun prepareIssueToken(
    endpoint: Endpoint,
    user: CommunicationUserIdentifier,
    scopes: Iterable<CommunicationTokenScope>,
    tokenExpiresIn: Duration?,
    apiVersion: String,
): PreparedRequest = native {
    val expiresIn = seconds("token_expires_in", tokenExpiresIn)
    prepared(
        dev.acsauth.internal.ffi.prepareIssueToken(endpoint.handle, toNative(user), texts(scopes), expiresIn, apiVersion),
    )
}

/** The request of [CommunicationIdentityClient.revokeTokens]. */
fun prepareRevokeTokens(endpoint: Endpoint, user: CommunicationUserIdentifier, apiVersion: String): PreparedRequest =
    native { prepared(dev.acsauth.internal.ffi.prepareRevokeTokens(endpoint.handle, toNative(user), apiVersion)) }

/** The response to a prepared request. It prints without what may be secret. */
class RawResponse @JvmOverloads constructor(
    /** The status. */
    val status: Int,
    /** The headers, names in any case. */
    val headers: List<Header>,
    /** The body. */
    val body: ByteArray,
    /** When it was received. */
    val receivedAt: Instant = Instant.now(),
) {
    internal fun lowered() = NativeRaw(
        if (status in 0..0xffff) status.toUShort() else throw dev.acsauth.internal.invalid("status", "$status is no status."),
        lowered(headers),
        body,
        receivedAt.epochSecond,
    )

    override fun toString() = "RawResponse($status)"
}

internal fun lowered(headers: List<Header>) = headers.map { NativeHeader(wellFormed(it.name), wellFormed(it.value)) }

/** Parses the response to a request of [prepareCreateUser]. */
fun parseCreateUser(response: RawResponse): CommunicationUserIdentifier =
    native { toPublic(dev.acsauth.internal.ffi.parseCreateUser(response.lowered())) }

/** Parses the response to a request of [prepareCreateUserAndToken]. */
fun parseCreateUserAndToken(response: RawResponse): CommunicationUserToken =
    native { toPublic(dev.acsauth.internal.ffi.parseCreateUserAndToken(response.lowered())) }

/** Parses the response to a request of [prepareDeleteUser]. */
fun parseDeleteUser(response: RawResponse) = native { dev.acsauth.internal.ffi.parseDeleteUser(response.lowered()) }

/** Parses the response to a request of [prepareExchangeTeamsExtension]. */
fun parseExchangeTeamsExtension(response: RawResponse): CommunicationUserToken =
    native { toPublic(dev.acsauth.internal.ffi.parseExchangeTeamsExtension(response.lowered())) }

/** Parses the response to a request of [prepareExchangeTeamsUser]. */
fun parseExchangeTeamsUser(response: RawResponse): AccessToken =
    native { toPublic(dev.acsauth.internal.ffi.parseExchangeTeamsUser(response.lowered())) }

/** Parses the response to a request of [prepareIssueToken]. */
fun parseIssueToken(response: RawResponse): AccessToken =
    native { toPublic(dev.acsauth.internal.ffi.parseIssueToken(response.lowered())) }

/** Parses the response to a request of [prepareRevokeTokens]. */
fun parseRevokeTokens(response: RawResponse) = native { dev.acsauth.internal.ffi.parseRevokeTokens(response.lowered()) }

/** Returns how long the service asked to wait, from any of its headers for that. */
@JvmOverloads
fun retryAfter(headers: List<Header>, receivedAt: Instant = Instant.now()): Duration? = native {
    dev.acsauth.internal.ffi.retryAfterMs(lowered(headers), receivedAt.epochSecond)?.let { Duration.ofMillis(it.toLong()) }
}

/** The cache key of an exchanged token. Only a holder of the same Entra token and of the secret can compute it. */
class CacheKey internal constructor(
    /** The key of the entry. */
    val entry: ByteArray,
    /** The key of the user, the same for all entries of one user of a tenant, so that they can be found at sign-out. */
    val user: ByteArray,
)

/**
 * Returns the cache key of an exchange, for a host with its own cache of exchanged tokens. A [TeamsTokenExchanger] uses
 * the same key for its cache.
 *
 * [secret] is 32 random bytes that nobody else knows. [accessKey] is the key that signs the exchange, so a token is no
 * longer found once the key is replaced; null for a token credential. Cache a token until it or the
 * Entra token has less than 120 s left.
 */
fun cacheKey(
    secret: ByteArray,
    cloud: Cloud,
    endpoint: Endpoint,
    accessKey: AccessKey?,
    aadToken: String,
    clientId: String,
    userObjectId: String,
): CacheKey = native {
    val native = toNative(cloud)
    val key = dev.acsauth.internal.ffi.cacheKey(secret, native, endpoint.handle, accessKey?.handle, aadToken, clientId, userObjectId)
    CacheKey(key.entry, key.user)
}
