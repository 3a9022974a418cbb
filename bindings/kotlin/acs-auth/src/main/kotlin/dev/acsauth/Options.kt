package dev.acsauth

import dev.acsauth.internal.native
import dev.acsauth.internal.toNative
import dev.acsauth.internal.toPublic
import java.time.Duration
import java.util.function.Consumer

/** How failed requests are tried again. What is null is as usual. */
class RetryPolicy @JvmOverloads constructor(
    /** How often a request is sent at most, the first time included. Default 3. */
    val maxAttempts: Int? = null,
    /** The base of the wait before another try; doubled each time, and jittered. Default 50 ms. */
    val baseDelay: Duration? = null,
    /** The same where the service throttled the call. Default 1 s. */
    val throttledDelay: Duration? = null,
    /** The longest such wait. Default 20 s. */
    val maxDelay: Duration? = null,
    /** How long one attempt may take at most; the last has all the time left. Default 3 s. */
    val attemptTimeout: Duration? = null,
)

/** How the service is reached. It prints without the URL, which may hold a password. */
class Proxy private constructor(internal val isDirect: Boolean, internal val url: String?) {
    override fun equals(other: Any?) = other is Proxy && other.isDirect == isDirect && other.url == url

    override fun hashCode() = 31 * isDirect.hashCode() + (url?.hashCode() ?: 0)

    override fun toString() = if (isDirect) "Proxy(direct)" else if (url == null) "Proxy(environment)" else "Proxy(url)"

    companion object {
        /** By the proxy that the environment names (HTTPS_PROXY, HTTP_PROXY, NO_PROXY); none for endpoints on loopback. */
        @JvmField val ENVIRONMENT = Proxy(false, null)

        /** Without a proxy. */
        @JvmField val DIRECT = Proxy(true, null)

        /** By this proxy. */
        @JvmStatic
        fun url(url: String) = Proxy(false, url)
    }
}

/** The options of a single call. It prints without the values of headers. What is null is as usual. */
class CallOptions @JvmOverloads constructor(
    /** The call's deadline in place of the client's. */
    val timeout: Duration? = null,
    /** The x-ms-client-request-id to send: 1 to 128 visible ASCII characters. Default: a random UUID. */
    val clientRequestId: String? = null,
    /** Headers to add to the request; they replace those of the client of the same names. See [CommunicationIdentityClientBuilder.header]. */
    val headers: List<Header> = emptyList(),
    /** A text that is put in front of the client's User-Agent. */
    val userAgent: String? = null,
    /** How often the request is sent at most, the first time included, in place of the client's. */
    val maxAttempts: Int? = null,
    /** How long one attempt may take at most, in place of the client's; the last has all the time left. */
    val attemptTimeout: Duration? = null,
    /**
     * Receives the response of the call's last attempt, for a failure too, before the call returns; not called if none came. What it
     * throws is logged.
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
    /** How many attempts the call made. */
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

/** The names of a cloud that belong together. */
class Cloud(
    /** Where users sign in. */
    val authority: String,
    /** The issuer of tokens of version 1, with "{tenantid}" for the tenant. */
    val issuerV1: String,
    /** The issuer of tokens of version 2, with "{tenantid}" for the tenant. */
    val issuerV2: String,
    /** What the host of an ACS endpoint ends with. */
    val acsSuffix: String,
    /** The resource that Teams permissions belong to. */
    val teamsResource: String,
    /** What the ids of Teams users begin with. */
    val teamsUserPrefixes: List<String>,
) {
    /** The full name of a Teams permission, to ask MSAL for it. */
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

/** A key that values are sealed with before they go to Redis. It is not shown. */
class SealingKey private constructor(internal val handle: dev.acsauth.internal.ffi.SealingKey) {
    override fun toString() = "SealingKey"

    companion object {
        /** From 32 random bytes in base64. */
        @JvmStatic
        fun fromBase64(text: String): SealingKey = native { SealingKey(dev.acsauth.internal.ffi.SealingKey(text)) }
    }
}

/** The Redis that processes share. It prints without secrets. What is null is as usual. */
class RedisOptions @JvmOverloads constructor(
    /**
     * Such as "rediss://host:6380", "rediss+cluster://host:10000?auth=entra" or "redis+sentinel://host,host/service". It may hold
     * a user and a password. "auth=entra" means a token of the client's token credential.
     */
    val url: String,
    /** Seals what is kept there. */
    val sealingKey: SealingKey,
    /** Opens what was sealed before the key was changed. */
    val previousSealingKey: SealingKey? = null,
    /** In place of the URL's. */
    val username: String? = null,
    /** In place of the URL's. */
    val password: String? = null,
    /** What keys begin with. Default "acs-auth". */
    val keyPrefix: String? = null,
    /** More certificate authorities to trust, in PEM form. */
    val rootCertificatesPem: List<ByteArray> = emptyList(),
    /** How long a command may take. Default 50 ms. */
    val timeout: Duration? = null,
    /** How long connecting may take. */
    val connectTimeout: Duration? = null,
    /** After how many failures in a row it is left alone for a while. */
    val breakerMaxFailures: Int? = null,
    /** For how long at first. */
    val breakerResetTimeout: Duration? = null,
    /** For how long at most. */
    val breakerMaxResetTimeout: Duration? = null,
) {
    override fun toString() = "RedisOptions(keyPrefix=$keyPrefix)"
}
