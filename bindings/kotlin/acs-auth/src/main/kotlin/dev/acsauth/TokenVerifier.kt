package dev.acsauth

import dev.acsauth.internal.VerifierObject
import dev.acsauth.internal.ffi.TokenVerifier as NativeVerifier
import dev.acsauth.internal.ffi.VerifierOptions
import dev.acsauth.internal.future
import dev.acsauth.internal.native
import dev.acsauth.internal.seconds
import dev.acsauth.internal.toNative
import dev.acsauth.internal.waited
import java.time.Duration
import java.util.concurrent.CompletableFuture

/**
 * Verifies the bearer tokens of a back end's callers with Entra's keys, which it fetches when the first token arrives and
 * keeps through outages of Entra. Any threads may use it at once.
 */
class TokenVerifier internal constructor(private val made: VerifierObject) : AutoCloseable {
    /**
     * Verifies a bearer token, passed without the word "Bearer", and returns its claims. Blocks the calling thread.
     *
     * The exception is for the log. Tell the caller only its kind, not which check failed.
     *
     * @throws UnauthorizedException if the token isn't valid for this API; the code names the check
     * @throws ForbiddenException if it is valid, but its tenant, application or permissions aren't allowed; the code names
     * the check
     * @throws TransportErrorException if its key is unknown and Entra cannot be reached
     */
    fun verify(bearerToken: String): VerifiedToken = made.verify(bearerToken).waited()

    /** Like [verify], but returns a future. */
    fun verifyAsync(bearerToken: String): CompletableFuture<VerifiedToken> = future { made.verify(bearerToken) }

    /** Returns whether Entra's keys are available or can be fetched, for a readiness probe. Blocks the calling thread. */
    fun keysReachable(): Boolean = made.keysReachable().waited()

    /** Like [keysReachable], but returns a future. */
    fun keysReachableAsync(): CompletableFuture<Boolean> = future { made.keysReachable() }

    /** Releases its resources. Calls in progress end normally; later ones fail with [IllegalStateException]. */
    override fun close() = made.close()

    override fun toString() = "TokenVerifier"
}

/** Builds verifiers. Tenants, audiences and applications must be set, or any tenant or application allowed explicitly. */
class TokenVerifierBuilder {
    private var cloud: Cloud? = null
    private var tenantIds: List<String> = emptyList()
    private var allowAnyTenant: Boolean = false
    private var audiences: List<String> = emptyList()
    private var allowedClientIds: List<String> = emptyList()
    private var allowAnyClient: Boolean = false
    private var requiredScope: String? = null
    private var rootCertificatesPem: ByteArray? = null
    private var proxy: Proxy? = null
    private var clockSkew: Duration? = null
    private var maxLifetime: Duration? = null

    /** Sets the cloud of the users. Default: the public cloud. */
    fun cloud(cloud: Cloud) = apply { this.cloud = cloud }

    /** Sets the tenants whose users may call, by their GUIDs. */
    fun tenantIds(tenantIds: List<String>) = apply { this.tenantIds = tenantIds }

    /** Lets users of every tenant call. Default: no. */
    fun allowAnyTenant(allowAnyTenant: Boolean) = apply { this.allowAnyTenant = allowAnyTenant }

    /** Sets the accepted audiences: your API's client id (version 2 tokens) and its application id URI (version 1). */
    fun audiences(audiences: List<String>) = apply { this.audiences = audiences }

    /** Sets the client ids of the applications that may call. */
    fun allowedClientIds(allowedClientIds: List<String>) = apply { this.allowedClientIds = allowedClientIds }

    /** Lets every application call. Default: no. */
    fun allowAnyClient(allowAnyClient: Boolean) = apply { this.allowAnyClient = allowAnyClient }

    /** Sets the permission that a token must have. Default: access_as_user. */
    fun requiredScope(requiredScope: String) = apply { this.requiredScope = requiredScope }

    /** Trusts these certificate authorities as well, in PEM form: their text, not a path. */
    fun rootCertificatesPem(rootCertificatesPem: ByteArray) = apply { this.rootCertificatesPem = rootCertificatesPem }

    /** Sets the proxy for fetching keys. Default: the environment's proxy. */
    fun proxy(proxy: Proxy) = apply { this.proxy = proxy }

    /** Sets the tolerated clock skew, at most 1 hour and rounded down to seconds. Default 5 minutes. */
    fun clockSkew(clockSkew: Duration) = apply { this.clockSkew = clockSkew }

    /** Sets the longest accepted lifetime of a token, rounded down to seconds. Default 28 hours. */
    fun maxLifetime(maxLifetime: Duration) = apply { this.maxLifetime = maxLifetime }

    internal fun made(): VerifierObject {
        val options = VerifierOptions(
            cloud = cloud?.let(::toNative),
            tenantIds = tenantIds,
            allowAnyTenant = allowAnyTenant,
            audiences = audiences,
            allowedClientIds = allowedClientIds,
            allowAnyClient = allowAnyClient,
            requiredScope = requiredScope,
            rootCertificatesPem = rootCertificatesPem,
            proxy = proxy?.let(::toNative),
            clockSkewS = seconds("clock_skew", clockSkew),
            maxLifetimeS = seconds("max_lifetime", maxLifetime),
        )
        return VerifierObject(native { NativeVerifier(options) })
    }

    /**
     * Builds a verifier. It doesn't connect yet.
     *
     * @throws InvalidArgumentException if an option is missing or invalid; the target names it
     */
    fun build() = TokenVerifier(made())
}
