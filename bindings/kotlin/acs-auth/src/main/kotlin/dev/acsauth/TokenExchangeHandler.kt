package dev.acsauth

import dev.acsauth.internal.HandlerObject
import dev.acsauth.internal.LentCredential
import dev.acsauth.internal.LentObserver
import dev.acsauth.internal.count
import dev.acsauth.internal.ffi.HandlerOptions
import dev.acsauth.internal.ffi.TokenExchangeHandler as NativeHandler
import dev.acsauth.internal.future
import dev.acsauth.internal.milliseconds
import dev.acsauth.internal.native
import dev.acsauth.internal.toNative
import dev.acsauth.internal.waited
import java.time.Duration
import java.util.concurrent.CompletableFuture

/**
 * The endpoint of a back end, for any framework: a request in, a response out. It verifies the caller, explains a token that
 * cannot be exchanged, caches, coalesces, limits, exchanges, and answers.
 */
class TokenExchangeHandler internal constructor(private val made: HandlerObject) : AutoCloseable {
    /** Answers a request. Waits on the calling thread. */
    fun handle(request: Request): Response = made.handle(request).waited()

    /** As [handle], and gives a future. */
    fun handleAsync(request: Request): CompletableFuture<Response> = future { made.handle(request) }

    /**
     * Replaces the access key of the ACS resource, and the secondary one if it is given. The next signature uses the new key, and tokens
     * cached for the former one are not returned any more.
     */
    @JvmOverloads
    fun updateAccessKey(accessKey: String, secondaryAccessKey: String? = null): Unit =
        native { made.generated.updateAccessKey(accessKey, secondaryAccessKey) }

    /** Gives up what it holds. Calls that run end as they would; later ones throw [IllegalStateException]. */
    override fun close() = made.close()

    override fun toString() = "TokenExchangeHandler"
}

/** Builds handlers, from settings in a file or the environment, from what is set here, or from both. What is not set is as usual. */
class TokenExchangeHandlerBuilder {
    private var connectionString: String? = null
    private var endpoint: String? = null
    private var secondaryAccessKey: String? = null
    private var credential: TokenCredential? = null
    private var apiClientId: String? = null
    private var requiredScope: String? = null
    private var audiences: List<String>? = null
    private var tenants: List<String>? = null
    private var allowedClients: List<String>? = null
    private var teamsClientIds: List<String>? = null
    private var cloud: Cloud? = null
    private var corsOrigins: List<String>? = null
    private var tokenScopes: List<String>? = null
    private var tokenCheck: TokenCheck? = null
    private var graphClientSecret: String? = null
    private var graphMappingKeys: List<String>? = null
    private var graphAdoptUnsignedMappings: Boolean? = null
    private var graphExtensionName: String? = null
    private var graphBaseUrl: String? = null
    private var rootCertificatesPem: String? = null
    private var allowInsecureEndpoint: Boolean? = null
    private var timeout: Duration? = null
    private var serviceTimeout: Duration? = null
    private var connectTimeout: Duration? = null
    private var attemptTimeout: Duration? = null
    private var http2: Boolean? = null
    private var cacheBytes: Long? = null
    private var limit: Int? = null
    private var limitWindow: Duration? = null
    private var userLimit: Int? = null
    private var redisUrl: String? = null
    private var redisSealingKeys: List<String>? = null
    private var redisCacheSecret: String? = null
    private var redisNamespace: String? = null
    private var redisTimeout: Duration? = null
    private var redisLock: Boolean? = null
    private var settings: HandlerSettings? = null
    private var observer: Observer? = null

    /** The resource's connection string. */
    fun connectionString(connectionString: String) = apply { this.connectionString = connectionString }

    /** In its place, the resource's endpoint; then a token credential is needed. */
    fun endpoint(endpoint: String) = apply { this.endpoint = endpoint }

    /** The resource's other access key: tried when the one in use is rejected, and then preferred until it is in turn. */
    fun secondaryAccessKey(secondaryAccessKey: String) = apply { this.secondaryAccessKey = secondaryAccessKey }

    /** In place of the access key. */
    fun credential(credential: TokenCredential) = apply { this.credential = credential }

    /** The client id of your back end's API, which callers' tokens are made for. */
    fun apiClientId(apiClientId: String) = apply { this.apiClientId = apiClientId }

    /** The permission that a caller's token must hold. */
    fun requiredScope(requiredScope: String) = apply { this.requiredScope = requiredScope }

    /** What callers' tokens may be made for, in place of the API's client id. */
    fun audiences(audiences: List<String>) = apply { this.audiences = audiences }

    /** The tenants whose users are let in. */
    fun tenants(tenants: List<String>) = apply { this.tenants = tenants }

    /** The applications that may call. */
    fun allowedClients(allowedClients: List<String>) = apply { this.allowedClients = allowedClients }

    /** The applications that Teams tokens may be issued to. */
    fun teamsClientIds(teamsClientIds: List<String>) = apply { this.teamsClientIds = teamsClientIds }

    /** Whose tokens. Default: the public cloud. */
    fun cloud(cloud: Cloud) = apply { this.cloud = cloud }

    /** The web origins that may call. */
    fun corsOrigins(corsOrigins: List<String>) = apply { this.corsOrigins = corsOrigins }

    /** The scopes of tokens for identities. */
    fun tokenScopes(tokenScopes: List<String>) = apply { this.tokenScopes = tokenScopes }

    /** How to treat a Teams token that the token check rejects. Default: enforce. */
    fun tokenCheck(tokenCheck: TokenCheck) = apply { this.tokenCheck = tokenCheck }

    /** The secret of your API at Entra, to keep identities in Graph. */
    fun graphClientSecret(graphClientSecret: String) = apply { this.graphClientSecret = graphClientSecret }

    /** The keys that mappings in Graph are signed with, 32 bytes in base64; the first signs. */
    fun graphMappingKeys(graphMappingKeys: List<String>) = apply { this.graphMappingKeys = graphMappingKeys }

    /**
     * Accepts mappings without a signature, such as those of Microsoft's sample, and signs them. While it is on, a user can
     * claim any identity of the resource whose id they know.
     */
    fun graphAdoptUnsignedMappings(graphAdoptUnsignedMappings: Boolean) =
        apply { this.graphAdoptUnsignedMappings = graphAdoptUnsignedMappings }

    /** The name of the extension that identities are kept in. */
    fun graphExtensionName(graphExtensionName: String) = apply { this.graphExtensionName = graphExtensionName }

    /** Where Graph is. */
    fun graphBaseUrl(graphBaseUrl: String) = apply { this.graphBaseUrl = graphBaseUrl }

    /** More certificate authorities to trust, in PEM form. */
    fun rootCertificatesPem(rootCertificatesPem: String) = apply { this.rootCertificatesPem = rootCertificatesPem }

    /** Takes an http endpoint that is not loopback. */
    fun allowInsecureEndpoint(allowInsecureEndpoint: Boolean) = apply { this.allowInsecureEndpoint = allowInsecureEndpoint }

    /** The deadline of an answer. */
    fun timeout(timeout: Duration) = apply { this.timeout = timeout }

    /** The deadline of a call of the service. */
    fun serviceTimeout(serviceTimeout: Duration) = apply { this.serviceTimeout = serviceTimeout }

    /** How long making a connection may take. */
    fun connectTimeout(connectTimeout: Duration) = apply { this.connectTimeout = connectTimeout }

    /** How long one attempt of a call may take at most; the last has all the time left. Default 3 s. */
    fun attemptTimeout(attemptTimeout: Duration) = apply { this.attemptTimeout = attemptTimeout }

    /** Offers HTTP/2 to ACS, Entra ID and Microsoft Graph. Default: no. */
    fun http2(http2: Boolean) = apply { this.http2 = http2 }

    /** How many bytes the cache in memory may take, about; 0 for none. */
    fun cacheBytes(cacheBytes: Long) = apply { this.cacheBytes = cacheBytes }

    /** How many exchanges are begun in a period at most. */
    fun limit(limit: Int) = apply { this.limit = limit }

    /** The window of the limit. */
    fun limitWindow(limitWindow: Duration) = apply { this.limitWindow = limitWindow }

    /** How many new exchanges of one user are begun in the window at most; 0 for any number. Default 25. */
    fun userLimit(userLimit: Int) = apply { this.userLimit = userLimit }

    /** The Redis that processes share. */
    fun redisUrl(redisUrl: String) = apply { this.redisUrl = redisUrl }

    /** The keys that values are sealed with there, in base64; the first seals. */
    fun redisSealingKeys(redisSealingKeys: List<String>) = apply { this.redisSealingKeys = redisSealingKeys }

    /** 32 bytes in base64 that keys of the cache are made with. */
    fun redisCacheSecret(redisCacheSecret: String) = apply { this.redisCacheSecret = redisCacheSecret }

    /** What keys begin with. */
    fun redisNamespace(redisNamespace: String) = apply { this.redisNamespace = redisNamespace }

    /** How long a command may take. */
    fun redisTimeout(redisTimeout: Duration) = apply { this.redisTimeout = redisTimeout }

    /** Lets only one process at a time exchange a token. */
    fun redisLock(redisLock: Boolean) = apply { this.redisLock = redisLock }

    /** Settings from a file or the environment; what is set here goes over them. */
    fun settings(settings: HandlerSettings) = apply { this.settings = settings }

    /** Is told what happens. */
    fun observer(observer: Observer) = apply { this.observer = observer }

    internal fun made(): HandlerObject {
        val options = HandlerOptions(
            connectionString = connectionString,
            secondaryAccessKey = secondaryAccessKey,
            endpoint = endpoint,
            apiClientId = apiClientId,
            requiredScope = requiredScope,
            audiences = audiences,
            tenants = tenants,
            allowedClients = allowedClients,
            teamsClientIds = teamsClientIds,
            cloud = cloud?.let(::toNative),
            corsOrigins = corsOrigins,
            tokenScopes = tokenScopes,
            tokenCheck = tokenCheck?.let(::toNative),
            graphClientSecret = graphClientSecret,
            graphMappingKeys = graphMappingKeys,
            graphAdoptUnsignedMappings = graphAdoptUnsignedMappings,
            graphExtensionName = graphExtensionName,
            graphBaseUrl = graphBaseUrl,
            rootCertificatesPem = rootCertificatesPem,
            allowInsecureEndpoint = allowInsecureEndpoint,
            timeoutMs = milliseconds("timeout", timeout),
            serviceTimeoutMs = milliseconds("service_timeout", serviceTimeout),
            connectTimeoutMs = milliseconds("connect_timeout", connectTimeout),
            attemptTimeoutMs = milliseconds("attempt_timeout", attemptTimeout),
            http2 = http2,
            cacheBytes = count("cache_bytes", cacheBytes),
            limit = count("limit", limit),
            limitWindowMs = milliseconds("limit_window", limitWindow),
            userLimit = count("user_limit", userLimit),
            redisUrl = redisUrl,
            redisSealingKeys = redisSealingKeys,
            redisCacheSecret = redisCacheSecret,
            redisNamespace = redisNamespace,
            redisTimeoutMs = milliseconds("redis_timeout", redisTimeout),
            redisLock = redisLock,
        )
        val handler = native {
            NativeHandler(options, settings?.handle, credential?.let(::LentCredential), observer?.let(::LentObserver))
        }
        return HandlerObject(handler)
    }

    /** A handler. Connects to nothing yet. */
    fun build() = TokenExchangeHandler(made())
}
