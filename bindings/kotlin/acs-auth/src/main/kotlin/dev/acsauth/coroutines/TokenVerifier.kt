package dev.acsauth.coroutines

import dev.acsauth.Cloud
import dev.acsauth.Proxy
import dev.acsauth.TokenVerifierBuilder
import dev.acsauth.VerifiedToken
import dev.acsauth.internal.VerifierObject
import dev.acsauth.internal.awaited
import java.time.Duration

/**
 * Verifies the bearer tokens of a back end's callers with Entra's keys, in suspend functions. It fetches the keys when the
 * first token arrives, and keeps them through outages of Entra. Any coroutines may use it at once.
 */
class TokenVerifier private constructor(private val made: VerifierObject) : AutoCloseable {
    /**
     * Creates a verifier. It doesn't connect yet. Tenants, audiences and applications must be set, or any tenant or
     * application allowed explicitly; otherwise it throws.
     */
    constructor(
        /** The cloud of the users. Default: the public cloud. */
        cloud: Cloud? = null,
        /** The tenants whose users may call, by their GUIDs. */
        tenantIds: List<String> = emptyList(),
        /** Lets users of every tenant call. Default: no. */
        allowAnyTenant: Boolean = false,
        /** The accepted audiences: your API's client id (version 2 tokens) and its application id URI (version 1). */
        audiences: List<String> = emptyList(),
        /** The client ids of the applications that may call. */
        allowedClientIds: List<String> = emptyList(),
        /** Lets every application call. Default: no. */
        allowAnyClient: Boolean = false,
        /** The permission that a token must have. Default: access_as_user. */
        requiredScope: String? = null,
        /** More certificate authorities to trust, in PEM form: their text, not a path. */
        rootCertificatesPem: ByteArray? = null,
        /** The proxy for fetching keys. Default: the environment's proxy. */
        proxy: Proxy? = null,
        /** The tolerated clock skew, at most 1 hour and rounded down to seconds. Default 5 minutes. */
        clockSkew: Duration? = null,
        /** The longest accepted lifetime of a token, rounded down to seconds. Default 28 hours. */
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

    /**
     * Verifies a bearer token, passed without the word "Bearer", and returns its claims.
     *
     * Throws [dev.acsauth.UnauthorizedException] if the token isn't valid for this API, [dev.acsauth.ForbiddenException] if
     * it is valid but its tenant, application or permissions aren't allowed, and [dev.acsauth.TransportErrorException] if
     * its key is unknown and Entra cannot be reached. The exception is for the log: tell the caller only its kind, not
     * which check failed.
     */
    suspend fun verify(bearerToken: String): VerifiedToken = made.verify(bearerToken).awaited()

    /** Returns whether Entra's keys are available or can be fetched, for a readiness probe. */
    suspend fun keysReachable(): Boolean = made.keysReachable().awaited()

    /** Releases its resources. Calls in progress end normally; later ones fail with [IllegalStateException]. */
    override fun close() = made.close()

    override fun toString() = "TokenVerifier"
}
