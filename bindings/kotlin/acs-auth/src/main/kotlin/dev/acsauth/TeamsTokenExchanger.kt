package dev.acsauth

import dev.acsauth.internal.ClientObject
import dev.acsauth.internal.ExchangerObject
import dev.acsauth.internal.ObserverAdapter
import dev.acsauth.internal.copied
import dev.acsauth.internal.count
import dev.acsauth.internal.ffi.ExchangerOptions
import dev.acsauth.internal.ffi.TeamsTokenExchanger as NativeExchanger
import dev.acsauth.internal.future
import dev.acsauth.internal.milliseconds
import dev.acsauth.internal.native
import dev.acsauth.internal.seconds
import dev.acsauth.internal.toNative
import dev.acsauth.internal.waited
import java.time.Duration
import java.util.concurrent.CompletableFuture

/**
 * Exchanges Entra tokens of Teams users, each of them once.
 *
 * An exchanged token is cached, in this process and, with Redis, for a fleet of processes. It is returned only to a
 * caller presenting the same Entra token. Concurrent requests for the same token are coalesced into one exchange.
 * Exchanges stay within the service's limit of 500 in 30 s; beyond it they wait, or fail as throttled if their deadline
 * is too close. A rejection of the token is cached for seconds; a service fault is not cached.
 */
class TeamsTokenExchanger internal constructor(internal val made: ExchangerObject) : AutoCloseable {
    /**
     * Returns the ACS token for a Teams user's Entra token: from the cache, or exchanged now. Blocks the calling thread.
     *
     * @throws EntraTokenInvalidException if the token check rejects the token; nothing is sent
     * @throws EntraTokenRejectedException if the service rejects it, or did so within the last seconds
     * @throws ThrottledException if the limit leaves no time before the deadline, or the user's share of it is used up
     */
    fun exchange(aadToken: String, clientId: String, userObjectId: String): AccessToken =
        made.exchange(aadToken, clientId, userObjectId, null).waited()

    /** Like [exchange], with its own deadline; other callers waiting for the same exchange are not affected. */
    fun exchangeWithTimeout(aadToken: String, clientId: String, userObjectId: String, timeout: Duration): AccessToken =
        made.exchange(aadToken, clientId, userObjectId, timeout).waited()

    /** Like [exchange], but returns a future. */
    fun exchangeAsync(aadToken: String, clientId: String, userObjectId: String): CompletableFuture<AccessToken> =
        future { made.exchange(aadToken, clientId, userObjectId, null) }

    /** Like [exchangeWithTimeout], but returns a future. */
    fun exchangeWithTimeoutAsync(
        aadToken: String,
        clientId: String,
        userObjectId: String,
        timeout: Duration,
    ): CompletableFuture<AccessToken> = future { made.exchange(aadToken, clientId, userObjectId, timeout) }

    /**
     * Returns the identity and the ACS token of Teams Phone extensibility for an Entra token, with the same cache and
     * limit. Blocks the calling thread.
     */
    fun exchangeTeamsExtension(aadToken: String): CommunicationUserToken =
        made.exchangeTeamsExtension(aadToken, null).waited()

    /** Like [exchangeTeamsExtension], with its own deadline; other callers waiting for the same exchange are not affected. */
    fun exchangeTeamsExtensionWithTimeout(aadToken: String, timeout: Duration): CommunicationUserToken =
        made.exchangeTeamsExtension(aadToken, timeout).waited()

    /** Like [exchangeTeamsExtension], but returns a future. */
    fun exchangeTeamsExtensionAsync(aadToken: String): CompletableFuture<CommunicationUserToken> =
        future { made.exchangeTeamsExtension(aadToken, null) }

    /** Like [exchangeTeamsExtensionWithTimeout], but returns a future. */
    fun exchangeTeamsExtensionWithTimeoutAsync(
        aadToken: String,
        timeout: Duration,
    ): CompletableFuture<CommunicationUserToken> = future { made.exchangeTeamsExtension(aadToken, timeout) }

    /**
     * Evicts a user's tokens from the cache, for example when the user signs out. They stay valid at the service until they
     * expire. Blocks the calling thread.
     *
     * @throws TransportErrorException if Redis is unavailable: other processes may still have the tokens
     */
    fun signOut(tenantId: String, userObjectId: String) {
        made.signOut(tenantId, userObjectId).waited()
    }

    /** Like [signOut], but returns a future. */
    fun signOutAsync(tenantId: String, userObjectId: String): CompletableFuture<Void?> =
        future { made.signOut(tenantId, userObjectId) }

    /** Returns whether Redis is available; null if there is none. Blocks the calling thread. */
    fun isCacheReachable(): Boolean? = made.isCacheReachable().waited()

    /** Like [isCacheReachable], but returns a future. */
    fun isCacheReachableAsync(): CompletableFuture<Boolean?> = future { made.isCacheReachable() }

    /**
     * Replaces the access key of the exchanger's client, and the secondary one if it is given. The next signature uses
     * the new key, and tokens cached for the former one are no longer returned.
     *
     * Throws if a key is not base64, or if the client has a token credential. Nothing is replaced then.
     */
    @JvmOverloads
    fun updateAccessKey(accessKey: String, secondaryAccessKey: String? = null): Unit =
        native { made.generated.updateAccessKey(accessKey, secondaryAccessKey) }

    /** Releases its resources. Calls in progress end normally; later ones fail with [IllegalStateException]. */
    override fun close() = made.close()

    override fun toString() = "TeamsTokenExchanger"
}

/** Builds exchangers for the resource of a client. Everything that isn't set has a default. */
class TeamsTokenExchangerBuilder {
    private var redis: RedisOptions? = null
    private var cacheSecret: ByteArray? = null
    private var tokenCheck: TokenCheck? = null
    private var distributedLock: Boolean? = null
    private var timeout: Duration? = null
    private var cacheBytes: Long? = null
    private var maxTtl: Duration? = null
    private var negativeTtl: Duration? = null
    private var limit: Int? = null
    private var limitBurst: Int? = null
    private var limitWindow: Duration? = null
    private var userLimit: Int? = null
    private var observer: Observer? = null

    /** Sets the Redis in which processes share their cache and limit. Needs a [cacheSecret]. Default: none. */
    fun redis(redis: RedisOptions) = apply { this.redis = redis }

    /** Sets the 32 bytes from which cache keys are derived. Processes that share a Redis need the same ones. Default: random. */
    fun cacheSecret(cacheSecret: ByteArray) = apply { this.cacheSecret = cacheSecret }

    /** Sets how to treat a Teams token that the token check rejects. Default: enforce. */
    fun tokenCheck(tokenCheck: TokenCheck) = apply { this.tokenCheck = tokenCheck }

    /** Lets only one process at a time exchange a given token, if there is a Redis. Default: no. */
    fun distributedLock(distributedLock: Boolean) = apply { this.distributedLock = distributedLock }

    /** Sets the deadline of a call, including the waits for the limit and for other callers. Default 10 s. */
    fun timeout(timeout: Duration) = apply { this.timeout = timeout }

    /** Sets the approximate size of the memory cache in bytes; 0 turns it off. Default 64 MiB, some 15,000 tokens. */
    fun cacheBytes(cacheBytes: Long) = apply { this.cacheBytes = cacheBytes }

    /** Sets how long a token is cached at most, rounded down to seconds; 0 caches no tokens. Default 24 hours. */
    fun maxTtl(maxTtl: Duration) = apply { this.maxTtl = maxTtl }

    /** Sets how long a rejection is cached for the same token: 1 to 5 s, or 0 for never. Default 3 s. */
    fun negativeTtl(negativeTtl: Duration) = apply { this.negativeTtl = negativeTtl }

    /** Sets how many exchanges are started in a window at most, including retries. Default 400. Without a Redis, and while it is
     * unavailable, each process counts for itself. */
    fun limit(limit: Int) = apply { this.limit = limit }

    /** Sets how many exchanges may start at once after an idle period. Default an eighth of the limit. */
    fun limitBurst(limitBurst: Int) = apply { this.limitBurst = limitBurst }

    /** Sets the window of the limit: 1 s to 1 h. Default 30 s. */
    fun limitWindow(limitWindow: Duration) = apply { this.limitWindow = limitWindow }

    /** Sets how many new exchanges of one user are started in the window at most; 0 means no limit. Default 25. */
    fun userLimit(userLimit: Int) = apply { this.userLimit = userLimit }

    /** Sets the observer, which receives events. Default: none. */
    fun observer(observer: Observer) = apply { this.observer = observer }

    internal fun made(client: ClientObject): ExchangerObject {
        val options = ExchangerOptions(
            redis = redis?.let(::toNative),
            cacheSecret = cacheSecret,
            tokenCheck = tokenCheck?.let(::toNative),
            distributedLock = distributedLock,
            timeoutMs = milliseconds("timeout", timeout),
            cacheBytes = count("cache_bytes", cacheBytes),
            maxTtlS = seconds("max_ttl", maxTtl),
            negativeTtlMs = milliseconds("negative_ttl", negativeTtl),
            limit = count("limit", limit),
            limitBurst = count("limit_burst", limitBurst),
            limitWindowMs = milliseconds("limit_window", limitWindow),
            userLimit = count("user_limit", userLimit),
        )
        val exchanger = native {
            client.copied().use { open -> NativeExchanger(open, options, observer?.let(::ObserverAdapter)) }
        }
        return ExchangerObject(exchanger, client.credential)
    }

    /** Builds an exchanger for the resource of a client. It doesn't connect yet. The client may be closed before it. */
    fun build(client: CommunicationIdentityClient) = TeamsTokenExchanger(made(client.made))

    /** Builds an exchanger for the resource of a client. It doesn't connect yet. The client may be closed before it. */
    fun build(client: CommunicationIdentityAsyncClient) = TeamsTokenExchanger(made(client.made))
}
