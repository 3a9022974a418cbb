@file:JvmName("AcsAuth")
@file:JvmMultifileClass

package dev.acsauth

import dev.acsauth.internal.ffi.Check as NativeCheck
import dev.acsauth.internal.ffi.Expectations as NativeExpectations
import dev.acsauth.internal.native
import dev.acsauth.internal.seconds
import dev.acsauth.internal.toNative
import java.time.Duration
import java.time.Instant

/** The expected properties of a user's Entra token. GUIDs are compared case-insensitively. */
class Expectations(
    /** The client id of the application that signed the user in; null: not compared. */
    val clientId: String?,
    /** The user's object id; null: not compared. */
    val userObjectId: String?,
    /** The user's tenant; null, "organizations" and "common" mean any. */
    val tenantId: String?,
    /** The accepted audiences; an empty list accepts any. */
    val audiences: List<String>,
    /** The permissions that the token must have, all of them, by their short names such as "Teams.ManageCalls". */
    val scopes: List<String>,
    /** The resource that the permissions belong to, for the advice on what to request from MSAL. */
    val resource: String,
    /** The minimum remaining lifetime: the token must have more than this left. */
    val minRemaining: Duration,
) {
    /** Returns the same expectations for this application. */
    fun withClientId(clientId: String?) = copy(clientId = clientId)

    /** Returns the same expectations for this user. */
    fun withUserObjectId(userObjectId: String?) = copy(userObjectId = userObjectId)

    /** Returns the same expectations for this tenant. */
    fun withTenantId(tenantId: String?) = copy(tenantId = tenantId)

    /** Returns the same expectations with this minimum remaining lifetime. */
    fun withMinRemaining(minRemaining: Duration) = copy(minRemaining = minRemaining)

    private fun copy(
        clientId: String? = this.clientId,
        userObjectId: String? = this.userObjectId,
        tenantId: String? = this.tenantId,
        minRemaining: Duration = this.minRemaining,
    ) = Expectations(clientId, userObjectId, tenantId, audiences, scopes, resource, minRemaining)

    internal fun lowered() = NativeExpectations(
        clientId, userObjectId, tenantId, audiences, scopes, resource, seconds("min_remaining", minRemaining)!!,
    )

    companion object {
        private fun of(given: NativeExpectations) = with(given) {
            Expectations(
                clientId, userObjectId, tenantId, audiences, scopes, resource, Duration.ofSeconds(minRemainingS.toLong()),
            )
        }

        /** Returns the expectations of the Teams user exchange: both Teams permissions, and more than ten minutes left. */
        @JvmStatic
        @JvmOverloads
        fun teamsUser(cloud: Cloud = Cloud.publicCloud()): Expectations =
            native { of(dev.acsauth.internal.ffi.expectationsTeamsUser(toNative(cloud))) }

        /** Returns the expectations of the Teams extension exchange: TeamsExtension.ManageCalls, and more than ten minutes left. */
        @JvmStatic
        @JvmOverloads
        fun teamsExtension(cloud: Cloud = Cloud.publicCloud()): Expectations =
            native { of(dev.acsauth.internal.ffi.expectationsTeamsExtension(toNative(cloud))) }

        /** Returns the expectations of the Entra user exchange: a token for https://communication.azure.com/clients, and more than ten minutes left. */
        @JvmStatic
        fun entraUser(): Expectations = native { of(dev.acsauth.internal.ffi.expectationsEntraUser()) }
    }
}

/** A check and its outcome. */
class Check internal constructor(
    /** The check's name. */
    val name: CheckName,
    /** Its outcome. */
    val outcome: Outcome,
    /** What was found, what was expected and what to do, as text for a person. */
    val explanation: String,
) {
    override fun toString() = "Check($name, $outcome: $explanation)"
}

/** A token's claims, for display: they are not verified. */
class UnverifiedClaims internal constructor(
    /** The claim tid: the user's tenant. */
    val tenantId: String?,
    /** The claim oid: the user. */
    val objectId: String?,
    /** The claim appid or azp: the application that the token was issued to. */
    val appId: String?,
    /** The claim aud: the resource that the token is for. */
    val audience: String?,
    /** The claim scp: the permissions. */
    val scopes: List<String>,
    /** The claim ver: "1.0" or "2.0". */
    val version: String?,
    /** The claim iat, in seconds since 1970. */
    val issuedAt: Long?,
    /** The claim exp, in seconds since 1970. */
    val expiresAt: Long?,
    /** Whether the token belongs to an application and not to a user. */
    val isAppOnly: Boolean,
)

/** The result of [inspect]. It contains neither the token nor its signature. */
class Inspection internal constructor(
    /** All checks, in order. */
    val checks: List<Check>,
    /** The token's claims, which are not verified. */
    val claims: UnverifiedClaims,
    /** The first check that failed; null if none did. */
    val firstFailure: Check?,
    /** Whether no check failed. */
    val isOk: Boolean,
) {
    override fun toString() = "Inspection($checks)"
}

private fun check(given: NativeCheck) =
    Check(CheckName.valueOf(given.name.name), Outcome.valueOf(given.outcome.name), given.explanation)

/**
 * Inspects a user's Entra token without trusting it, and reports check by check what the service would reject. Any text
 * is accepted as a token.
 *
 * No signature is verified here: a token that passes can still be forged. Use it to explain errors and to save calls,
 * never to authorize anyone.
 */
@JvmOverloads
fun inspect(token: String, expected: Expectations, now: Instant = Instant.now()): Inspection = native {
    val found = dev.acsauth.internal.ffi.inspect(token, expected.lowered(), now.epochSecond)
    Inspection(
        found.checks.map(::check),
        with(found.claims) {
            UnverifiedClaims(tenantId, objectId, appId, audience, scopes, version, issuedAt, expiresAt, appOnly)
        },
        found.firstFailure?.let(::check),
        found.isOk,
    )
}
