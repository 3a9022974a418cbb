package dev.acsauth

import dev.acsauth.internal.CredentialAdapter
import dev.acsauth.internal.HandlerObject
import dev.acsauth.internal.ObserverAdapter
import dev.acsauth.internal.ffi.TokenExchangeHandler as NativeHandler
import dev.acsauth.internal.future
import dev.acsauth.internal.native
import dev.acsauth.internal.toNative
import dev.acsauth.internal.waited
import java.time.Duration
import java.util.concurrent.CompletableFuture

/**
 * The endpoint of a back end, for any framework: a request in, a response out. It serves /api/token/teams, /healthz, /livez,
 * /readyz and, if they are configured, /api/token/teams-extension, /api/user and /api/token.
 *
 * It verifies the caller's bearer token, exchanges the Teams token through a cache and within the service's limit, and explains
 * a token that cannot be exchanged.
 */
class TokenExchangeHandler internal constructor(private val made: HandlerObject) : AutoCloseable {
    /** Returns the response to a request. A caller's mistake is a response too, not an exception. Blocks the calling thread. */
    fun handle(request: Request): Response = made.handle(request).waited()

    /** Like [handle], but returns a future. */
    fun handleAsync(request: Request): CompletableFuture<Response> = future { made.handle(request) }

    /**
     * Replaces the access key of the ACS resource, and the secondary one if it is given. The next signature uses the
     * new key, and tokens cached for the former one are no longer returned.
     *
     * Throws if a key is not base64, or if the handler has a token credential. Nothing is replaced then.
     */
    @JvmOverloads
    fun updateAccessKey(accessKey: String, secondaryAccessKey: String? = null): Unit =
        native { made.generated.updateAccessKey(accessKey, secondaryAccessKey) }

    /** Releases its resources. Calls in progress end normally; later ones fail with [IllegalStateException]. */
    override fun close() = made.close()

    override fun toString() = "TokenExchangeHandler"
}

/** Builds handlers from settings in a file or the environment, from values that are set here by name, or from both. */
class TokenExchangeHandlerBuilder {
    private val values = linkedMapOf<String, Any>()
    private var cloud: Cloud? = null
    private var credential: TokenCredential? = null
    private var settings: HandlerSettings? = null
    private var observer: Observer? = null

    /**
     * Sets a value by its name, which is one of [HandlerSettings.names]; an underscore may replace a dot. [build] throws
     * if there is no such setting, or if its value has another type.
     */
    fun set(name: String, value: String) = apply { values[name] = value }

    /** Sets a list of texts by its name. */
    fun set(name: String, values: Collection<String>) = apply { this.values[name] = values.toList() }

    /** Sets a whole number by its name. */
    fun set(name: String, value: Long) = apply { values[name] = value }

    /** Sets a number of milliseconds by its name. */
    fun set(name: String, value: Duration) = apply { values[name] = value }

    /** Sets a switch by its name. */
    fun set(name: String, value: Boolean) = apply { values[name] = value }

    /** Sets a credential that returns bearer tokens, instead of the access key. Needs the setting `endpoint`. */
    fun credential(credential: TokenCredential) = apply { this.credential = credential }

    /** Sets the cloud, instead of the settings `cloud` and `authority`. Default: the endpoint's. */
    fun cloud(cloud: Cloud) = apply { this.cloud = cloud }

    /** Adds settings from a file or the environment. Values that are set by name take precedence. */
    fun settings(settings: HandlerSettings) = apply { this.settings = settings }

    /** Sets the observer, which receives events. Default: none. */
    fun observer(observer: Observer) = apply { this.observer = observer }

    internal fun made(): HandlerObject {
        val own = HandlerSettings.of(values)
        val all = settings?.let(own::or) ?: own
        val handler = native {
            NativeHandler(all.handle, cloud?.let(::toNative), credential?.let(::CredentialAdapter), observer?.let(::ObserverAdapter))
        }
        return HandlerObject(handler)
    }

    /**
     * Builds a handler. It doesn't connect yet.
     *
     * @throws InvalidArgumentException if a setting is missing, unknown or invalid; the target names it
     */
    fun build() = TokenExchangeHandler(made())
}
