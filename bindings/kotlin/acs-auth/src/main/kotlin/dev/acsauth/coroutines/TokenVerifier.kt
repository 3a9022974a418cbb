package dev.acsauth.coroutines

import dev.acsauth.Cloud
import dev.acsauth.Proxy
import dev.acsauth.TokenVerifierBuilder
import dev.acsauth.VerifiedToken
import dev.acsauth.internal.VerifierObject
import dev.acsauth.internal.awaited
import java.time.Duration

/** Verifies the bearer tokens of a back end's callers by Entra's keys, which it fetches and keeps, in suspend functions. */
class TokenVerifier private constructor(private val made: VerifierObject) : AutoCloseable {
    /** A verifier. Connects to nothing yet. */
    constructor(
        /** Whose tokens. Default: the public cloud. */
        cloud: Cloud? = null,
        /** The tenants whose users are let in. */
        tenantIds: List<String> = emptyList(),
        /** Lets in users of every tenant. */
        allowAnyTenant: Boolean = false,
        /** What tokens must be made for: your API's client id, or its URI. */
        audiences: List<String> = emptyList(),
        /** The applications that may call. */
        allowedClientIds: List<String> = emptyList(),
        /** Lets every application call. */
        allowAnyClient: Boolean = false,
        /** The permission that a token must hold. Default: access_as_user. */
        requiredScope: String? = null,
        /** More certificate authorities to trust, in PEM form. */
        rootCertificatesPem: ByteArray? = null,
        /** How Entra is reached. Default: by the environment's proxy. */
        proxy: Proxy? = null,
        /** How far clocks may differ. */
        clockSkew: Duration? = null,
        /** How long a token may be valid altogether. */
        maxLifetime: Duration? = null,
    ) : this(
        TokenVerifierBuilder().apply {
            cloud?.let(::cloud)
            tenantIds(tenantIds)
            allowAnyTenant(allowAnyTenant)
            audiences(audiences)
            allowedClientIds(allowedClientIds)
            allowAnyClient(allowAnyClient)
            requiredScope?.let(::requiredScope)
            rootCertificatesPem?.let(::rootCertificatesPem)
            proxy?.let(::proxy)
            clockSkew?.let(::clockSkew)
            maxLifetime?.let(::maxLifetime)
        }.made(),
    )

    /** Who a bearer token stands for, or why it is rejected. */
    suspend fun verify(bearerToken: String): VerifiedToken = made.verify(bearerToken).awaited()

    /** Whether Entra's keys can be had, for a readiness probe. */
    suspend fun keysReachable(): Boolean = made.keysReachable().awaited()

    /** Gives up what it holds. Calls that run end as they would; later ones throw [IllegalStateException]. */
    override fun close() = made.close()

    override fun toString() = "TokenVerifier"
}
