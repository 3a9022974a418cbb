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

/** Verifies the bearer tokens of a back end's callers by Entra's keys, which it fetches and keeps. */
class TokenVerifier internal constructor(private val made: VerifierObject) : AutoCloseable {
    /** Who a bearer token stands for, or why it is rejected. Waits on the calling thread. */
    fun verify(bearerToken: String): VerifiedToken = made.verify(bearerToken).waited()

    /** Like [verify], but returns a future. */
    fun verifyAsync(bearerToken: String): CompletableFuture<VerifiedToken> = future { made.verify(bearerToken) }

    /** Whether Entra's keys can be had, for a readiness probe. Waits on the calling thread. */
    fun keysReachable(): Boolean = made.keysReachable().waited()

    /** Like [keysReachable], but returns a future. */
    fun keysReachableAsync(): CompletableFuture<Boolean> = future { made.keysReachable() }

    /** Gives up what it holds. Calls that run end as they would; later ones throw [IllegalStateException]. */
    override fun close() = made.close()

    override fun toString() = "TokenVerifier"
}

/** Builds verifiers. What is not set has its default. */
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

    /** Whose tokens. Default: the public cloud. */
    fun cloud(cloud: Cloud) = apply { this.cloud = cloud }

    /** The tenants whose users are let in. */
    fun tenantIds(tenantIds: List<String>) = apply { this.tenantIds = tenantIds }

    /** Lets in users of every tenant. */
    fun allowAnyTenant(allowAnyTenant: Boolean) = apply { this.allowAnyTenant = allowAnyTenant }

    /** What tokens must be made for: your API's client id, or its URI. */
    fun audiences(audiences: List<String>) = apply { this.audiences = audiences }

    /** The applications that may call. */
    fun allowedClientIds(allowedClientIds: List<String>) = apply { this.allowedClientIds = allowedClientIds }

    /** Lets every application call. */
    fun allowAnyClient(allowAnyClient: Boolean) = apply { this.allowAnyClient = allowAnyClient }

    /** The permission that a token must hold. Default: access_as_user. */
    fun requiredScope(requiredScope: String) = apply { this.requiredScope = requiredScope }

    /** More certificate authorities to trust, in PEM form. */
    fun rootCertificatesPem(rootCertificatesPem: ByteArray) = apply { this.rootCertificatesPem = rootCertificatesPem }

    /** How Entra is reached. Default: by the environment's proxy. */
    fun proxy(proxy: Proxy) = apply { this.proxy = proxy }

    /** How far clocks may differ. */
    fun clockSkew(clockSkew: Duration) = apply { this.clockSkew = clockSkew }

    /** How long a token may be valid altogether. */
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

    /** A verifier. Connects to nothing yet. */
    fun build() = TokenVerifier(made())
}
