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
 * The endpoint of a back end, for any framework: a request in, a response out. It verifies the caller, explains a token
 * that cannot be exchanged, caches, coalesces, limits, exchanges, and answers.
 */
class TokenExchangeHandler private constructor(private val made: HandlerObject) : AutoCloseable {
    /** A handler of [settings]. Connects to nothing yet. */
    constructor(
        /** Settings from a file or the environment, or set by name. */
        settings: HandlerSettings? = null,
        /** The cloud, in place of the settings' `cloud` and `authority`. Default: the endpoint's. */
        cloud: Cloud? = null,
        /** In place of the access key; then the setting `endpoint` is needed. */
        credential: TokenCredential? = null,
        /** Receives events. */
        observer: Observer? = null,
    ) : this(
        TokenExchangeHandlerBuilder().apply {
            settings?.let(::settings)
            cloud?.let(::cloud)
            credential?.let(::credential)
            observer?.let(::observer)
        }.made(),
    )

    /** Answers a request. */
    suspend fun handle(request: Request): Response = made.handle(request).awaited()

    /**
     * Replaces the access key of the ACS resource, and the secondary one if it is given. The next signature uses the
     * new key, and tokens cached for the former one are no longer returned.
     */
    fun updateAccessKey(accessKey: String, secondaryAccessKey: String? = null): Unit =
        native { made.generated.updateAccessKey(accessKey, secondaryAccessKey) }

    /** Gives up what it holds. Calls that run end as they would; later ones throw [IllegalStateException]. */
    override fun close() = made.close()

    override fun toString() = "TokenExchangeHandler"
}
