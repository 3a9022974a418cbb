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
 * The endpoint of a back end, for any framework: a request in, a response out. It verifies the caller, explains a token
 * that cannot be exchanged, caches, coalesces, limits, exchanges, and answers.
 */
class TokenExchangeHandler internal constructor(private val made: HandlerObject) : AutoCloseable {
    /** Answers a request. Blocks the calling thread. */
    fun handle(request: Request): Response = made.handle(request).waited()

    /** Like [handle], but returns a future. */
    fun handleAsync(request: Request): CompletableFuture<Response> = future { made.handle(request) }

    /**
     * Replaces the access key of the ACS resource, and the secondary one if it is given. The next signature uses the
     * new key, and tokens cached for the former one are no longer returned.
     */
    @JvmOverloads
    fun updateAccessKey(accessKey: String, secondaryAccessKey: String? = null): Unit =
        native { made.generated.updateAccessKey(accessKey, secondaryAccessKey) }

    /** Gives up what it holds. Calls that run end as they would; later ones throw [IllegalStateException]. */
    override fun close() = made.close()

    override fun toString() = "TokenExchangeHandler"
}

/** Builds handlers of settings in a file or the environment, of values that are set here by name, or of both. */
class TokenExchangeHandlerBuilder {
    private val values = linkedMapOf<String, Any>()
    private var cloud: Cloud? = null
    private var credential: TokenCredential? = null
    private var settings: HandlerSettings? = null
    private var observer: Observer? = null

    /**
     * Sets a value by its name, which is one of [HandlerSettings.names]; an underscore does for a dot. [build] throws
     * if there is no such setting, or if it has another form.
     */
    fun set(name: String, value: String) = apply { values[name] = value }

    /** Sets a list of texts by its name. */
    fun set(name: String, values: Collection<String>) = apply { this.values[name] = values.toList() }

    /** Sets a whole number by its name. */
    fun set(name: String, value: Long) = apply { values[name] = value }

    /** Sets a number of milliseconds by its name. */
    fun set(name: String, value: Duration) = apply { values[name] = value }

    /** Sets what is true or false by its name. */
    fun set(name: String, value: Boolean) = apply { values[name] = value }

    /** In place of the access key; then the setting `endpoint` is needed. */
    fun credential(credential: TokenCredential) = apply { this.credential = credential }

    /** The cloud, in place of the settings' `cloud` and `authority`. Default: the endpoint's. */
    fun cloud(cloud: Cloud) = apply { this.cloud = cloud }

    /** Settings from a file or the environment; what is set here goes over them. */
    fun settings(settings: HandlerSettings) = apply { this.settings = settings }

    /** Receives events. */
    fun observer(observer: Observer) = apply { this.observer = observer }

    internal fun made(): HandlerObject {
        val own = HandlerSettings.of(values)
        val all = settings?.let(own::or) ?: own
        val handler = native {
            NativeHandler(all.handle, cloud?.let(::toNative), credential?.let(::CredentialAdapter), observer?.let(::ObserverAdapter))
        }
        return HandlerObject(handler)
    }

    /** A handler. Connects to nothing yet. */
    fun build() = TokenExchangeHandler(made())
}
