package dev.acsauth.coroutines

import dev.acsauth.Cloud
import dev.acsauth.HandlerSettings
import dev.acsauth.Observer
import dev.acsauth.Request
import dev.acsauth.Response
import dev.acsauth.TokenCheck
import dev.acsauth.TokenCredential
import dev.acsauth.TokenExchangeHandlerBuilder
import dev.acsauth.internal.HandlerObject
import dev.acsauth.internal.awaited
import dev.acsauth.internal.native
import java.time.Duration

/**
 * The endpoint of a back end, for any framework: a request in, a response out. It verifies the caller, explains a token that
 * cannot be exchanged, caches, coalesces, limits, exchanges, and answers.
 */
class TokenExchangeHandler private constructor(private val made: HandlerObject) : AutoCloseable {
    /** A handler of [settings], of what is given here, or of both. Connects to nothing yet. */
    constructor(
        /** Settings from a file or the environment; what is set here goes over them. */
        settings: HandlerSettings? = null,
        /** The resource's connection string. */
        connectionString: String? = null,
        /** In its place, the resource's endpoint; then a token credential is needed. */
        endpoint: String? = null,
        /** In place of the access key. */
        credential: TokenCredential? = null,
        /** The resource's other access key: tried when the one in use is rejected, and then preferred until it is in turn. */
        secondaryAccessKey: String? = null,
        /** The client id of your back end's API, which callers' tokens are made for. */
        apiClientId: String? = null,
        /** The permission that a caller's token must hold. */
        requiredScope: String? = null,
        /** What callers' tokens may be made for, in place of the API's client id. */
        audiences: List<String>? = null,
        /** The tenants whose users are let in. */
        tenants: List<String>? = null,
        /** The applications that may call. */
        allowedClients: List<String>? = null,
        /** The applications that Teams tokens may be issued to. */
        teamsClientIds: List<String>? = null,
        /** Whose tokens. Default: the public cloud. */
        cloud: Cloud? = null,
        /** The web origins that may call. */
        corsOrigins: List<String>? = null,
        /** The scopes of tokens for identities. */
        tokenScopes: List<String>? = null,
        /** How to treat a Teams token that the token check rejects. Default: enforce. */
        tokenCheck: TokenCheck? = null,
        /** The secret of your API at Entra, to keep identities in Graph. */
        graphClientSecret: String? = null,
        /** The keys that mappings in Graph are signed with, 32 bytes in base64; the first signs. */
        graphMappingKeys: List<String>? = null,
        /** Accepts mappings without a signature, such as those of Microsoft's sample, and signs them. */
        graphAdoptUnsignedMappings: Boolean? = null,
        /** The name of the extension that identities are kept in. */
        graphExtensionName: String? = null,
        /** Where Graph is. */
        graphBaseUrl: String? = null,
        /** More certificate authorities to trust, in PEM form. */
        rootCertificatesPem: String? = null,
        /** Takes an http endpoint that is not loopback. */
        allowInsecureEndpoint: Boolean? = null,
        /** The deadline of an answer. */
        timeout: Duration? = null,
        /** The deadline of a call of the service. */
        serviceTimeout: Duration? = null,
        /** How long making a connection may take. */
        connectTimeout: Duration? = null,
        /** How long one attempt of a call may take at most; the last has all the time left. Default 3 s. */
        attemptTimeout: Duration? = null,
        /** Offers HTTP/2 to ACS, Entra ID and Microsoft Graph. Default: no. */
        http2: Boolean? = null,
        /** How many bytes the cache in memory may take, about; 0 for none. */
        cacheBytes: Long? = null,
        /** How many exchanges are begun in a period at most. */
        limit: Int? = null,
        /** The window of the limit. */
        limitWindow: Duration? = null,
        /** How many new exchanges of one user are begun in the window at most; 0 for any number. Default 25. */
        userLimit: Int? = null,
        /** The Redis that processes share. */
        redisUrl: String? = null,
        /** The keys that values are sealed with there, in base64; the first seals. */
        redisSealingKeys: List<String>? = null,
        /** 32 bytes in base64 that keys of the cache are made with. */
        redisCacheSecret: String? = null,
        /** What keys begin with. */
        redisNamespace: String? = null,
        /** How long a command may take. */
        redisTimeout: Duration? = null,
        /** Lets only one process at a time exchange a token. */
        redisLock: Boolean? = null,
        /** Is told what happens. */
        observer: Observer? = null,
    ) : this(
        TokenExchangeHandlerBuilder().apply {
            connectionString?.let(::connectionString)
            endpoint?.let(::endpoint)
            credential?.let(::credential)
            secondaryAccessKey?.let(::secondaryAccessKey)
            apiClientId?.let(::apiClientId)
            requiredScope?.let(::requiredScope)
            audiences?.let(::audiences)
            tenants?.let(::tenants)
            allowedClients?.let(::allowedClients)
            teamsClientIds?.let(::teamsClientIds)
            cloud?.let(::cloud)
            corsOrigins?.let(::corsOrigins)
            tokenScopes?.let(::tokenScopes)
            tokenCheck?.let(::tokenCheck)
            graphClientSecret?.let(::graphClientSecret)
            graphMappingKeys?.let(::graphMappingKeys)
            graphAdoptUnsignedMappings?.let(::graphAdoptUnsignedMappings)
            graphExtensionName?.let(::graphExtensionName)
            graphBaseUrl?.let(::graphBaseUrl)
            rootCertificatesPem?.let(::rootCertificatesPem)
            allowInsecureEndpoint?.let(::allowInsecureEndpoint)
            timeout?.let(::timeout)
            serviceTimeout?.let(::serviceTimeout)
            connectTimeout?.let(::connectTimeout)
            attemptTimeout?.let(::attemptTimeout)
            http2?.let(::http2)
            cacheBytes?.let(::cacheBytes)
            limit?.let(::limit)
            limitWindow?.let(::limitWindow)
            userLimit?.let(::userLimit)
            redisUrl?.let(::redisUrl)
            redisSealingKeys?.let(::redisSealingKeys)
            redisCacheSecret?.let(::redisCacheSecret)
            redisNamespace?.let(::redisNamespace)
            redisTimeout?.let(::redisTimeout)
            redisLock?.let(::redisLock)
            settings?.let(::settings)
            observer?.let(::observer)
        }.made(),
    )

    /** Answers a request. */
    suspend fun handle(request: Request): Response = made.handle(request).awaited()

    /**
     * Replaces the access key of the ACS resource, and the secondary one if it is given. The next signature uses the new key, and tokens
     * cached for the former one are not returned any more.
     */
    fun updateAccessKey(accessKey: String, secondaryAccessKey: String? = null): Unit =
        native { made.generated.updateAccessKey(accessKey, secondaryAccessKey) }

    /** Gives up what it holds. Calls that run end as they would; later ones throw [IllegalStateException]. */
    override fun close() = made.close()

    override fun toString() = "TokenExchangeHandler"
}
