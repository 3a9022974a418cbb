package dev.acsauth

import dev.acsauth.internal.native
import dev.acsauth.internal.toNative
import dev.acsauth.internal.toPublic
import java.time.Duration
import java.util.function.Consumer

/**
 * How failed requests are retried. Members that are null have their defaults.
 *
 * The backoff is a random time between zero and an upper bound, which doubles with each retry. If the service asks for
 * a wait (Retry-After and similar headers), that one is used instead.
 */
class RetryPolicy @JvmOverloads constructor(
    /** How often a request is sent at most, including the first time. Default 3. */
    val maxAttempts: Int? = null,
    /** The upper bound of the first backoff. Default 50 ms. */
    val baseDelay: Duration? = null,
    /** The upper bound of the first backoff after a 429. Default 1 s. */
    val throttledDelay: Duration? = null,
    /** The upper bound of every computed backoff. Default 20 s. */
    val maxDelay: Duration? = null,
    /** The timeout of one attempt; the last one gets all the time left. Default 3 s. */
    val attemptTimeout: Duration? = null,
)

/** The proxy for requests. It prints without the URL, which may contain a password. */
class Proxy private constructor(internal val isDirect: Boolean, internal val url: String?) {
    override fun equals(other: Any?) = other is Proxy && other.isDirect == isDirect && other.url == url

    override fun hashCode() = 31 * isDirect.hashCode() + (url?.hashCode() ?: 0)

    override fun toString() = if (isDirect) "Proxy(direct)" else if (url == null) "Proxy(environment)" else "Proxy(url)"

    companion object {
        /** The proxy from the environment (HTTPS_PROXY, HTTP_PROXY, NO_PROXY); none for endpoints on loopback. */
        @JvmField val ENVIRONMENT = Proxy(false, null)

        /** No proxy. */
        @JvmField val DIRECT = Proxy(true, null)

        /** Returns the proxy at this URL, which may contain a user and a password. */
        @JvmStatic
        fun url(url: String) = Proxy(false, url)
    }
}

/** The options of a single call. It prints without the values of headers. Members that are null have their defaults. */
class CallOptions @JvmOverloads constructor(
    /** The call's deadline. Default: the client's. */
    val timeout: Duration? = null,
    /** The x-ms-client-request-id to send: 1 to 128 visible ASCII characters. Default: a random UUID. */
    val clientRequestId: String? = null,
    /** Headers to add to the request; they replace the client's headers with the same names. Some cannot be set: see
     * [CommunicationIdentityClientBuilder.header]. */
    val headers: List<Header> = emptyList(),
    /** A text to prepend to the client's User-Agent. Default: none. */
    val userAgent: String? = null,
    /** How often the request is sent at most, including the first time. Default: the client's. */
    val maxAttempts: Int? = null,
    /** The timeout of one attempt; the last one gets all the time left. Default: the client's. */
    val attemptTimeout: Duration? = null,
    /**
     * Receives the response of the call's last attempt before the call returns, also if the call fails. It isn't called if
     * no response was received. It may be called on a library thread, which it may block. Of an exception that it throws, only
     * the class is logged.
     */
    val onResponse: Consumer<CallResponse>? = null,
) {
    override fun toString() =
        "CallOptions(timeout=$timeout, clientRequestId=$clientRequestId, headers=$headers, userAgent=$userAgent, " +
            "maxAttempts=$maxAttempts, attemptTimeout=$attemptTimeout)"
}

/** The response to a call's last attempt, without the body. It prints without the values of headers. */
class CallResponse internal constructor(
    /** The HTTP status. */
    val status: Int,
    /** The headers, their names in lower case. */
    val headers: List<Header>,
    /** The x-ms-client-request-id that all attempts of the call sent. */
    val clientRequestId: String,
    /** The number of attempts of the call. */
    val attempts: Int,
) {
    /** Returns the first value of a header, or null if there is none; the name is case-insensitive. */
    fun header(name: String): String? = headers.firstOrNull { it.name.equals(name, ignoreCase = true) }?.value

    override fun toString() =
        "CallResponse(status=$status, headers=$headers, clientRequestId=$clientRequestId, attempts=$attempts)"
}

/** The result of a call, with the response that it was read from. */
class CallResult<T> internal constructor(
    /** The result. */
    val value: T,
    /** The response. */
    val response: CallResponse,
) {
    override fun toString() = "CallResult(value=$value, response=$response)"
}

/** The names of one of Microsoft's clouds: where users sign in, who issues their tokens, and the host names of ACS. */
class Cloud(
    /** Where users sign in, such as "https://login.microsoftonline.com", without a trailing slash. */
    val authority: String,
    /** The issuer of version 1 tokens, with "{tenantid}" for the tenant. */
    val issuerV1: String,
    /** The issuer of version 2 tokens, with "{tenantid}" for the tenant. */
    val issuerV2: String,
    /** The suffix of ACS resources' host names, such as ".communication.azure.com". */
    val acsSuffix: String,
    /** The resource that Teams permissions belong to, such as "https://auth.msft.communication.azure.com". */
    val teamsResource: String,
    /** The prefixes of Teams users' raw ids, such as "8:orgid:". */
    val teamsUserPrefixes: List<String>,
) {
    /** Returns the full name of a Teams permission, as it is requested from MSAL. */
    fun teamsScope(permission: String): String =
        native { dev.acsauth.internal.ffi.cloudTeamsScope(toNative(this@Cloud), permission) }

    companion object {
        /** Returns the public cloud. */
        @JvmStatic
        fun publicCloud(): Cloud = native { toPublic(dev.acsauth.internal.ffi.cloudPublic()) }

        /** Returns the cloud of the US government. Unverified: its issuer of version 1 tokens. */
        @JvmStatic
        fun usGovernment(): Cloud = native { toPublic(dev.acsauth.internal.ffi.cloudUsGovernment()) }

        /** Returns the cloud in China. Unverified: everything but its authority. */
        @JvmStatic
        fun china(): Cloud = native { toPublic(dev.acsauth.internal.ffi.cloudChina()) }

        /** Returns the public cloud with another authority, such as an emulator's, which also issues the tokens. */
        @JvmStatic
        fun custom(authority: String): Cloud = native { toPublic(dev.acsauth.internal.ffi.cloudCustom(authority)) }
    }
}

/** A key with which values are encrypted before they are sent to Redis. It prints without the key. */
class SealingKey private constructor(internal val handle: dev.acsauth.internal.ffi.SealingKey) {
    override fun toString() = "SealingKey"

    companion object {
        /** Creates a key from 32 random bytes in base64. */
        @JvmStatic
        fun fromBase64(text: String): SealingKey = native { SealingKey(dev.acsauth.internal.ffi.SealingKey(text)) }
    }
}

/**
 * The Redis in which processes share their cache and limit: one server, a cluster or a primary monitored by sentinels,
 * version 6.0 or later. It prints without secrets. Members that are null have their defaults.
 *
 * Values are always encrypted, but over redis:// the password is sent in clear text. While Redis is unavailable, each process continues with its own cache and limit. After some failures in a row, a
 * breaker opens: Redis is then not used for a while.
 */
class RedisOptions @JvmOverloads constructor(
    /**
     * The URL, such as "rediss://host:6380", "rediss+cluster://host:10000?auth=entra" or
     * "redis+sentinel://host,host/service". "rediss" means TLS. It may contain a user and a password. With "auth=entra",
     * the password is a token of the client's token credential.
     */
    val url: String,
    /** The key that stored values are encrypted with. */
    val sealingKey: SealingKey,
    /** The former key: values encrypted with it can still be read. Default: none. */
    val previousSealingKey: SealingKey? = null,
    /** The user name, unless the URL has one. */
    val username: String? = null,
    /** The password, unless the URL has one. */
    val password: String? = null,
    /**
     * The prefix of all keys in Redis: at most 64 letters, digits, ".", "_", "-" and ":". Processes with the same prefix share
     * entries and the limit. Default "acs-auth".
     */
    val keyPrefix: String? = null,
    /** More certificate authorities to trust, in PEM form. */
    val rootCertificatesPem: List<ByteArray> = emptyList(),
    /** The timeout of a command, including the wait for a connection. Default 50 ms. */
    val timeout: Duration? = null,
    /** The timeout for opening a connection, including TLS and authentication. Default 1 s. */
    val connectTimeout: Duration? = null,
    /** The number of consecutive failures after which the breaker opens. Default 3. */
    val breakerMaxFailures: Int? = null,
    /** How long the breaker stays open at first; doubled at each further failure. Default 200 ms. */
    val breakerResetTimeout: Duration? = null,
    /** How long the breaker stays open at most. Default 5 s. */
    val breakerMaxResetTimeout: Duration? = null,
) {
    override fun toString() = "RedisOptions(keyPrefix=$keyPrefix)"
}
