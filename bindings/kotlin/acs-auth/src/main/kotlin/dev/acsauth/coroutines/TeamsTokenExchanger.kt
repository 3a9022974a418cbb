package dev.acsauth.coroutines

import dev.acsauth.AccessToken
import dev.acsauth.CommunicationUserToken
import dev.acsauth.Observer
import dev.acsauth.RedisOptions
import dev.acsauth.TeamsTokenExchangerBuilder
import dev.acsauth.TokenCheck
import dev.acsauth.internal.ExchangerObject
import dev.acsauth.internal.awaited
import dev.acsauth.internal.native
import java.time.Duration

/**
 * Exchanges Entra tokens of Teams users, each of them once, in suspend functions.
 *
 * An exchanged token is cached, in this process and, with Redis, for a fleet of processes. It is returned only to a
 * caller presenting the same Entra token. Concurrent requests for the same token are coalesced into one exchange.
 * Exchanges stay within the service's limit of 500 in 30 s; beyond it they wait, or fail as throttled if their deadline
 * is too close. A rejection of the token is cached for seconds; a service fault is not cached.
 */
class TeamsTokenExchanger private constructor(internal val made: ExchangerObject) : AutoCloseable {
    /** Creates an exchanger for the resource of a client, which may be closed before it. It doesn't connect yet. */
    constructor(
        client: CommunicationIdentityClient,
        /** The Redis in which processes share their cache and limit. Needs a [cacheSecret]. Default: none. */
        redis: RedisOptions? = null,
        /** The 32 bytes from which cache keys are derived. Processes that share a Redis need the same ones. Default: random. */
        cacheSecret: ByteArray? = null,
        /** How to treat a Teams token that the token check rejects. Default: enforce. */
        tokenCheck: TokenCheck? = null,
        /** Lets only one process at a time exchange a given token, if there is a Redis. Default: no. */
        distributedLock: Boolean? = null,
        /** The deadline of a call, including the waits for the limit and for other callers. Default 10 s. */
        timeout: Duration? = null,
        /** The approximate size of the memory cache in bytes; 0 turns it off. Default 64 MiB, some 15,000 tokens. */
        cacheBytes: Long? = null,
        /** How long a token is cached at most, rounded down to seconds; 0 caches no tokens. Default 24 hours. */
        maxTtl: Duration? = null,
        /** How long a rejection is cached for the same token: 1 to 5 s, or 0 for never. Default 3 s. */
        negativeTtl: Duration? = null,
        /** How many exchanges are started in a window at most, including retries. Default 400. Without a Redis, and while it is
         * unavailable, each process counts for itself. */
        limit: Int? = null,
        /** How many exchanges may start at once after an idle period. Default an eighth of the limit. */
        limitBurst: Int? = null,
        /** The window of the limit: 1 s to 1 h. Default 30 s. */
        limitWindow: Duration? = null,
        /** How many new exchanges of one user are started in the window at most; 0 means no limit. Default 25. */
        userLimit: Int? = null,
        /** Receives events. Default: none. */
        observer: Observer? = null,
    ) : this(
        TeamsTokenExchangerBuilder().apply {
            redis?.let(::redis)
            cacheSecret?.let(::cacheSecret)
            tokenCheck?.let(::tokenCheck)
            distributedLock?.let(::distributedLock)
            timeout?.let(::timeout)
            cacheBytes?.let(::cacheBytes)
            maxTtl?.let(::maxTtl)
            negativeTtl?.let(::negativeTtl)
            limit?.let(::limit)
            limitBurst?.let(::limitBurst)
            limitWindow?.let(::limitWindow)
            userLimit?.let(::userLimit)
            observer?.let(::observer)
        }.made(client.made),
    )

    /**
     * Returns the ACS token for a Teams user's Entra token: from the cache, or exchanged now. [timeout] is the deadline of
     * this call only; other callers waiting for the same exchange are not affected.
     *
     * Throws [dev.acsauth.EntraTokenInvalidException] if the token check rejects the token (nothing is sent),
     * [dev.acsauth.EntraTokenRejectedException] if the service rejects it or did so within the last seconds, and
     * [dev.acsauth.ThrottledException] if the limit leaves no time before the deadline or the user's share of it is used up.
     */
    suspend fun exchange(
        aadToken: String,
        clientId: String,
        userObjectId: String,
        timeout: Duration? = null,
    ): AccessToken = made.exchange(aadToken, clientId, userObjectId, timeout).awaited()

    /**
     * Returns the identity and the ACS token of Teams Phone extensibility for an Entra token, with the same cache and
     * limit. [timeout] is the deadline of this call only.
     */
    suspend fun exchangeTeamsExtension(aadToken: String, timeout: Duration? = null): CommunicationUserToken =
        made.exchangeTeamsExtension(aadToken, timeout).awaited()

    /**
     * Evicts a user's tokens from the cache, for example when the user signs out. They stay valid at the service until they
     * expire. Throws [dev.acsauth.TransportErrorException] if Redis is unavailable: other processes may still have the
     * tokens.
     */
    suspend fun signOut(tenantId: String, userObjectId: String) {
        made.signOut(tenantId, userObjectId).awaited()
    }

    /** Returns whether Redis is available; null if there is none. */
    suspend fun isCacheReachable(): Boolean? = made.isCacheReachable().awaited()

    /**
     * Replaces the access key of the exchanger's client, and the secondary one if it is given. The next signature uses
     * the new key, and tokens cached for the former one are no longer returned.
     *
     * Throws if a key is not base64, or if the client has a token credential. Nothing is replaced then.
     */
    fun updateAccessKey(accessKey: String, secondaryAccessKey: String? = null): Unit =
        native { made.generated.updateAccessKey(accessKey, secondaryAccessKey) }

    /** Releases its resources. Calls in progress end normally; later ones fail with [IllegalStateException]. */
    override fun close() = made.close()

    override fun toString() = "TeamsTokenExchanger"
}
