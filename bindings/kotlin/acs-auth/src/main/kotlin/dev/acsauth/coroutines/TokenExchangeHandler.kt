package dev.acsauth.coroutines

import dev.acsauth.Cloud
import dev.acsauth.HandlerSettings
import dev.acsauth.Observer
import dev.acsauth.Request
import dev.acsauth.Response
import dev.acsauth.TokenCredential
import dev.acsauth.TokenExchangeHandlerBuilder
import dev.acsauth.internal.HandlerObject
import dev.acsauth.internal.awaited
import dev.acsauth.internal.native

/**
 * The endpoint of a back end, for any framework: a request in, a response out. It serves /api/token/teams, /healthz, /livez,
 * /readyz and, if they are configured, /api/token/teams-extension, /api/user and /api/token.
 *
 * It verifies the caller's bearer token, exchanges the Teams token through a cache and within the service's limit, and explains
 * a token that cannot be exchanged.
 */
class TokenExchangeHandler private constructor(private val made: HandlerObject) : AutoCloseable {
    /** Creates a handler with these settings. It doesn't connect yet. Throws if a setting is missing, unknown or invalid. */
    constructor(
        /** Settings from a file or the environment, or set by name. */
        settings: HandlerSettings? = null,
        /** The cloud, instead of the settings `cloud` and `authority`. Default: the endpoint's. */
        cloud: Cloud? = null,
        /** A credential that returns bearer tokens, instead of the access key. Needs the setting `endpoint`. */
        credential: TokenCredential? = null,
        /** Receives events. Default: none. */
        observer: Observer? = null,
    ) : this(
        TokenExchangeHandlerBuilder().apply {
            settings?.let(::settings)
            cloud?.let(::cloud)
            credential?.let(::credential)
            observer?.let(::observer)
        }.made(),
    )

    /** Returns the response to a request. A caller's mistake is a response too, not an exception. */
    suspend fun handle(request: Request): Response = made.handle(request).awaited()

    /**
     * Replaces the access key of the ACS resource, and the secondary one if it is given. The next signature uses the
     * new key, and tokens cached for the former one are no longer returned.
     *
     * Throws if a key is not base64, or if the handler has a token credential. Nothing is replaced then.
     */
    fun updateAccessKey(accessKey: String, secondaryAccessKey: String? = null): Unit =
        native { made.generated.updateAccessKey(accessKey, secondaryAccessKey) }

    /** Releases its resources. Calls in progress end normally; later ones fail with [IllegalStateException]. */
    override fun close() = made.close()

    override fun toString() = "TokenExchangeHandler"
}
