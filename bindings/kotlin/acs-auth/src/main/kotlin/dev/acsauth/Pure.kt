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

/** The application id of ACS in Entra: an audience of tokens that can be exchanged. */
const val ACS_RESOURCE_APP_ID: String = "1fd5118e-2576-4263-8130-9503064c837a"

/** The default api-version: that of all operations except those of Teams Phone extensibility and of previews. */
const val DEFAULT_API_VERSION: String = "2023-10-01"

/** The first api-version with Teams Phone extensibility: its exchange and its assignments. */
const val TEAMS_EXTENSION_API_VERSION: String = "2025-06-30"

/** Returns the version of the native library. */
fun version(): String = native { dev.acsauth.internal.ffi.version() }

/** A request to sign with [signRequest]. It prints without URL and body. */
class SignableRequest @JvmOverloads constructor(
    /** The method: "GET", "POST" … */
    val method: String,
    /** The whole URL, with its query. */
    val url: String,
    /** The body, exactly as it will be sent. */
    val body: ByteArray = ByteArray(0),
) {
    override fun toString() = "SignableRequest($method)"
}

/** The headers that sign a request, and what was signed. It prints without the signature. */
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
    /** The text that was signed, for comparing it with what the service expects. */
    val stringToSign: String,
) {
    override fun toString() = "SignedHeaders(xMsDate=$xMsDate)"
}

/**
 * Returns the headers that sign a request with an access key at this time. Add them to the request; it isn't changed.
 * Sign again for each attempt: the service rejects an old date.
 *
 * @throws InvalidArgumentException if the method or the URL is invalid; the target names it
 */
@JvmOverloads
fun signRequest(request: SignableRequest, key: AccessKey, now: Instant = Instant.now()): SignedHeaders = native {
    val signable = NativeSignable(request.method, request.url, request.body)
    with(dev.acsauth.internal.ffi.signRequest(signable, key.handle, now.epochSecond)) {
        SignedHeaders(xMsDate, xMsContentSha256, authorization, host, target, stringToSign)
    }
}

/**
 * The request of an operation, for sending it with your own HTTP client. Authenticate it as [authentication] states, send
 * it, and pass the response to the matching parse function. It prints without URL, headers and body.
 */
class PreparedRequest internal constructor(
    /** The method. */
    val method: Method,
    /** The URL. It is signed: send it byte for byte. */
    val url: String,
    /** The headers, names in lower case, complete except for Host, a body's Content-Length and the credential. */
    val headers: List<Header>,
    /** The body; it may contain a token. */
    val body: ByteArray,
    /** What authenticates the request. */
    val authentication: Authentication,
    /** When the request may be retried. */
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

/** Prepares the request of [CommunicationIdentityClient.createUser]. */
fun prepareCreateUser(endpoint: Endpoint, apiVersion: String): PreparedRequest =
    native { prepared(dev.acsauth.internal.ffi.prepareCreateUser(endpoint.handle, apiVersion)) }

/** Prepares the request of [CommunicationIdentityClient.createUserAndToken]. */
fun prepareCreateUserAndToken(
    endpoint: Endpoint,
    scopes: Iterable<CommunicationTokenScope>,
    tokenExpiresIn: Duration?,
    apiVersion: String,
): PreparedRequest = native {
    val expiresIn = seconds("token_expires_in", tokenExpiresIn)
    prepared(dev.acsauth.internal.ffi.prepareCreateUserAndToken(endpoint.handle, texts(scopes), expiresIn, apiVersion))
}

/** Prepares the request of [CommunicationIdentityClient.deleteUser]. */
fun prepareDeleteUser(endpoint: Endpoint, user: CommunicationUserIdentifier, apiVersion: String): PreparedRequest =
    native { prepared(dev.acsauth.internal.ffi.prepareDeleteUser(endpoint.handle, toNative(user), apiVersion)) }

/** Prepares the request of [CommunicationIdentityClient.getTokenForTeamsExtensionUser]. */
fun prepareExchangeTeamsExtension(endpoint: Endpoint, aadToken: String, apiVersion: String): PreparedRequest =
    native { prepared(dev.acsauth.internal.ffi.prepareExchangeTeamsExtension(endpoint.handle, aadToken, apiVersion)) }

/** Prepares the request of [CommunicationIdentityClient.getTokenForTeamsUser]. */
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

/** Prepares the request of [CommunicationIdentityClient.getToken]. */
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

/** Prepares the request of [CommunicationIdentityClient.revokeTokens]. */
fun prepareRevokeTokens(endpoint: Endpoint, user: CommunicationUserIdentifier, apiVersion: String): PreparedRequest =
    native { prepared(dev.acsauth.internal.ffi.prepareRevokeTokens(endpoint.handle, toNative(user), apiVersion)) }

/** The response to a [PreparedRequest], for a parse function. It prints without headers and body. */
class RawResponse @JvmOverloads constructor(
    /** The HTTP status. */
    val status: Int,
    /** The headers, names in any case. */
    val headers: List<Header>,
    /** The body. */
    val body: ByteArray,
    /** When the response was received. */
    val receivedAt: Instant = Instant.now(),
) {
    internal fun lowered() = NativeRaw(
        if (status in 0..0xffff) status.toUShort() else throw dev.acsauth.internal.invalid("status", "$status is not an HTTP status."),
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

/** Returns how long the service asked to wait (retry-after-ms, x-ms-retry-after-ms or Retry-After), or null if it didn't. */
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
