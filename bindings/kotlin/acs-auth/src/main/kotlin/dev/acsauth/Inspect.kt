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

/** What a user's Entra token should be. GUIDs are compared without case. */
class Expectations(
    /** The application that signed the user in; null: not compared. */
    val clientId: String?,
    /** The user's object id; null: not compared. */
    val userObjectId: String?,
    /** The user's tenant; null, "organizations" and "common" mean any. */
    val tenantId: String?,
    /** The audiences that will do; none means any. */
    val audiences: List<String>,
    /** The permissions that must all be there, by their short names. */
    val scopes: List<String>,
    /** The resource that the permissions belong to, to say what MSAL is to be asked for. */
    val resource: String,
    /** More than this must be left until the token expires. */
    val minRemaining: Duration,
) {
    /** The same for this application. */
    fun withClientId(clientId: String?) = copy(clientId = clientId)

    /** The same for this user. */
    fun withUserObjectId(userObjectId: String?) = copy(userObjectId = userObjectId)

    /** The same for this tenant. */
    fun withTenantId(tenantId: String?) = copy(tenantId = tenantId)

    /** The same with so much time left. */
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

        /** What the Teams user exchange wants: both Teams permissions, and more than ten minutes left. */
        @JvmStatic
        @JvmOverloads
        fun teamsUser(cloud: Cloud = Cloud.publicCloud()): Expectations =
            native { of(dev.acsauth.internal.ffi.expectationsTeamsUser(toNative(cloud))) }

        /** What the Teams extension exchange wants: TeamsExtension.ManageCalls, and more than ten minutes left. */
        @JvmStatic
        @JvmOverloads
        fun teamsExtension(cloud: Cloud = Cloud.publicCloud()): Expectations =
            native { of(dev.acsauth.internal.ffi.expectationsTeamsExtension(toNative(cloud))) }

        /** What the Entra user exchange wants: a token for https://communication.azure.com/clients, and more than ten minutes left. */
        @JvmStatic
        fun entraUser(): Expectations = native { of(dev.acsauth.internal.ffi.expectationsEntraUser()) }
    }
}

/** One check and how it ended. */
class Check internal constructor(
    /** Which check. */
    val name: CheckName,
    /** How it ended. */
    val outcome: Outcome,
    /** What was found, what was expected and what to do, for a person. */
    val explanation: String,
) {
    override fun toString() = "Check($name, $outcome: $explanation)"
}

/** What a token says of itself, for display: believed by no one. */
class UnverifiedClaims internal constructor(
    /** The claim tid: the user's tenant. */
    val tenantId: String?,
    /** The claim oid: the user. */
    val objectId: String?,
    /** The claim appid or azp: the application that it was issued to. */
    val appId: String?,
    /** The claim aud: the resource that it is made for. */
    val audience: String?,
    /** The claim scp: the permissions. */
    val scopes: List<String>,
    /** The claim ver: "1.0" or "2.0". */
    val version: String?,
    /** The claim iat, in seconds since 1970. */
    val issuedAt: Long?,
    /** The claim exp, in seconds since 1970. */
    val expiresAt: Long?,
    /** Whether it stands for an application and no user. */
    val isAppOnly: Boolean,
)

/** What was found in a token. It holds neither the token nor its signature. */
class Inspection internal constructor(
    /** Every check, in their order. */
    val checks: List<Check>,
    /** What the token says of itself. */
    val claims: UnverifiedClaims,
    /** The first check that failed. */
    val firstFailure: Check?,
    /** Whether no check failed. */
    val isOk: Boolean,
) {
    override fun toString() = "Inspection($checks)"
}

private fun check(given: NativeCheck) =
    Check(CheckName.valueOf(given.name.name), Outcome.valueOf(given.outcome.name), given.explanation)

/**
 * Reads a user's Entra token without trusting it and tells, check by check, what the service would object to. Any text will
 * do as a token.
 *
 * Nothing here verifies a signature: whatever passes can still be forged. Use it to explain and to save calls, never to let
 * anyone in.
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
