package dev.acsauth

import dev.acsauth.internal.native
import dev.acsauth.internal.toNative
import dev.acsauth.internal.toPublic
import java.time.Duration
import java.util.function.Consumer

/** How failed requests are retried. Members that are null have their defaults. */
class RetryPolicy @JvmOverloads constructor(
    /** How often a request is sent at most, including the first time. Default 3. */
    val maxAttempts: Int? = null,
    /** The upper bound of the first backoff; doubled for each further one. Default 50 ms. */
    val baseDelay: Duration? = null,
    /** The same if the service throttled the call. Default 1 s. */
    val throttledDelay: Duration? = null,
    /** The upper bound of every backoff. Default 20 s. */
    val maxDelay: Duration? = null,
    /** The timeout of one attempt; the last one gets all the time left. Default 3 s. */
    val attemptTimeout: Duration? = null,
)

/** How the service is reached. It prints without the URL, which may contain a password. */
class Proxy private constructor(internal val isDirect: Boolean, internal val url: String?) {
    override fun equals(other: Any?) = other is Proxy && other.isDirect == isDirect && other.url == url

    override fun hashCode() = 31 * isDirect.hashCode() + (url?.hashCode() ?: 0)

    override fun toString() = if (isDirect) "Proxy(direct)" else if (url == null) "Proxy(environment)" else "Proxy(url)"

    companion object {
        /** Through the proxy from the environment (HTTPS_PROXY, HTTP_PROXY, NO_PROXY); none for endpoints on loopback. */
        @JvmField val ENVIRONMENT = Proxy(false, null)

        /** Without a proxy. */
        @JvmField val DIRECT = Proxy(true, null)

        /** By this proxy. */
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
    /** Headers to add to the request; they replace those of the client of the same names. See [CommunicationIdentityClientBuilder.header]. */
    val headers: List<Header> = emptyList(),
    /** A text to prepend to the client's User-Agent. */
    val userAgent: String? = null,
    /** How often the request is sent at most, including the first time. Default: the client's. */
    val maxAttempts: Int? = null,
    /** The timeout of one attempt; the last one gets all the time left. Default: the client's. */
    val attemptTimeout: Duration? = null,
    /**
     * Receives the response of the call's last attempt, for a failure too, before the call returns; not called if none
     * was received. An exception that it throws is logged.
     */
    val onResponse: Consumer<CallResponse>? = null,
) {
    override fun toString() =
        "CallOptions(timeout=$timeout, clientRequestId=$clientRequestId, headers=$headers, userAgent=$userAgent, " +
            "maxAttempts=$maxAttempts, attemptTimeout=$attemptTimeout)"
}

/** The response of a call: that of its last attempt, without the body. It prints without the values of headers. */
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
    /** The first value of a header, whatever the case of its name; null if there is none. */
    fun header(name: String): String? = headers.firstOrNull { it.name.equals(name, ignoreCase = true) }?.value

    override fun toString() =
        "CallResponse(status=$status, headers=$headers, clientRequestId=$clientRequestId, attempts=$attempts)"
}

/** What a call returned, and its response. */
class CallResult<T> internal constructor(
    /** What the call returned. */
    val value: T,
    /** Its response. */
    val response: CallResponse,
) {
    override fun toString() = "CallResult(value=$value, response=$response)"
}

/** The names of one cloud. */
class Cloud(
    /** Where users sign in. */
    val authority: String,
    /** The issuer of version 1 tokens, with "{tenantid}" for the tenant. */
    val issuerV1: String,
    /** The issuer of version 2 tokens, with "{tenantid}" for the tenant. */
    val issuerV2: String,
    /** The suffix of ACS resources' host names. */
    val acsSuffix: String,
    /** The resource that Teams permissions belong to. */
    val teamsResource: String,
    /** The prefixes of Teams users' raw ids. */
    val teamsUserPrefixes: List<String>,
) {
    /** Returns the full name of a Teams permission, as it is requested from MSAL. */
    fun teamsScope(permission: String): String =
        native { dev.acsauth.internal.ffi.cloudTeamsScope(toNative(this@Cloud), permission) }

    companion object {
        /** The public cloud. */
        @JvmStatic
        fun publicCloud(): Cloud = native { toPublic(dev.acsauth.internal.ffi.cloudPublic()) }

        /** The cloud of the government of the United States. */
        @JvmStatic
        fun usGovernment(): Cloud = native { toPublic(dev.acsauth.internal.ffi.cloudUsGovernment()) }

        /** The cloud in China. */
        @JvmStatic
        fun china(): Cloud = native { toPublic(dev.acsauth.internal.ffi.cloudChina()) }

        /** The public cloud's names with another authority, such as an emulator's. */
        @JvmStatic
        fun custom(authority: String): Cloud = native { toPublic(dev.acsauth.internal.ffi.cloudCustom(authority)) }
    }
}

/** A key with which values are sealed before they are sent to Redis. It is not shown. */
class SealingKey private constructor(internal val handle: dev.acsauth.internal.ffi.SealingKey) {
    override fun toString() = "SealingKey"

    companion object {
        /** Creates a key from 32 random bytes in base64. */
        @JvmStatic
        fun fromBase64(text: String): SealingKey = native { SealingKey(dev.acsauth.internal.ffi.SealingKey(text)) }
    }
}

/** The Redis that processes share. It prints without secrets. Members that are null have their defaults. */
class RedisOptions @JvmOverloads constructor(
    /**
     * Such as "rediss://host:6380", "rediss+cluster://host:10000?auth=entra" or "redis+sentinel://host,host/service". It
     * may contain a user and a password. "auth=entra" means a token of the client's token credential.
     */
    val url: String,
    /** Seals the values stored there. */
    val sealingKey: SealingKey,
    /** Opens values that were sealed before the key was changed. */
    val previousSealingKey: SealingKey? = null,
    /** Instead of the URL's. */
    val username: String? = null,
    /** Instead of the URL's. */
    val password: String? = null,
    /** The prefix of all keys. Default "acs-auth". */
    val keyPrefix: String? = null,
    /** More certificate authorities to trust, in PEM form. */
    val rootCertificatesPem: List<ByteArray> = emptyList(),
    /** The timeout of a command. Default 50 ms. */
    val timeout: Duration? = null,
    /** How long connecting may take. */
    val connectTimeout: Duration? = null,
    /** The number of consecutive failures after which the breaker opens. */
    val breakerMaxFailures: Int? = null,
    /** How long the breaker stays open at first. */
    val breakerResetTimeout: Duration? = null,
    /** How long the breaker stays open at most. */
    val breakerMaxResetTimeout: Duration? = null,
) {
    override fun toString() = "RedisOptions(keyPrefix=$keyPrefix)"
}
