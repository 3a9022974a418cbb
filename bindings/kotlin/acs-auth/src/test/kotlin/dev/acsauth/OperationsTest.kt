package dev.acsauth

import dev.acsauth.support.Emulator
import dev.acsauth.support.Operations
import java.time.Duration
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertInstanceOf
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test

/** Every operation in each form, with valid, unusual and invalid arguments. */
class OperationsTest {
    private val operations = Operations()

    @BeforeEach
    fun reset() {
        Emulator.reset()
    }

    @AfterEach
    fun close() = operations.close()

    private val good by lazy {
        mapOf(
            "user" to "8:acs:none", "scopes" to "voip", "aad_token" to Emulator.teamsToken(), "client_id" to Emulator.spaClientId,
            "user_object_id" to Emulator.userObjectId, "tenant_id" to Emulator.tenantId, "bearer_token" to Emulator.apiToken(),
            "object_id" to Emulator.userObjectId, "principal_type" to "user", "client_ids" to Emulator.spaClientId,
            "custom_id" to "customer-42",
        )
    }

    @Test
    fun `a text that cannot be handed over is an invalid argument of that name`() {
        for ((argument, value) in good) for ((spoilt, why) in listOf("$value\u0000" to "NUL", "\uDCE9$value" to "lone surrogate")) {
            val called = operations.all { if (it == argument) spoilt else good.getValue(it) }.filter { argument in it.name.split(' ') }
            assertTrue(called.isNotEmpty())
            for (forms in called) for (outcome in forms.outcomes()) {
                val failure = assertInstanceOf(InvalidArgumentException::class.java, outcome.exceptionOrNull(), "$forms $argument")
                assertEquals(argument, failure.target, "$forms")
                assertTrue(why in failure.reason, failure.reason)
                assertFalse(value in failure.toString(), "$forms")
            }
        }
        assertEquals(emptyList<Any>(), Emulator.requests())
    }

    @Test
    fun `any other text reaches the service as it is`() {
        val text = "\u0141\u00F3d\u017A-\uD83D\uDE00"
        fun requests(name: String, argument: String): List<Map<String, Any?>> {
            Emulator.forgetRequests()
            val forms = operations.ofClients({ if (it == argument) text else good.getValue(it) }).first { it.name.startsWith(name) }
            for (outcome in forms.outcomes()) {
                val failure = outcome.exceptionOrNull()
                assertTrue(failure == null || failure is AcsAuthException && failure.status != null, "$name $argument: $failure")
            }
            return Emulator.requests()
        }
        val encoded = java.net.URLEncoder.encode(text, Charsets.UTF_8)
        for (name in listOf("deleteUser", "revokeTokens", "getToken user")) {
            val sent = requests(name, "user")
            assertEquals(3, sent.count { encoded in it.toString() }, "$name: $sent")
        }
        // The emulator records only the length of bodies.
        for ((name, argument) in listOf(
            "getTokenForTeamsUser" to "client_id", "getTokenForTeamsUser" to "user_object_id", "createUserAndToken" to "scopes",
        )) {
            fun lengths(argument: String) = requests(name, argument).map { it.getValue("body_length") as Long }
            val longer = text.toByteArray().size - good.getValue(argument).length
            assertEquals(lengths("none").map { it + longer }, lengths(argument), "$name $argument")
        }
    }

    @Test
    fun `options of a call reach it`() {
        for ((at, forms) in operations.ofClients(good::getValue, CallOptions(Duration.ofSeconds(9), "the-request-1")).withIndex()) {
            Emulator.forgetRequests()
            forms.outcomes()
            assertEquals(3, Emulator.requests().count { "the-request-1" in it.toString() }, "$at $forms")
        }
        for ((options, target) in listOf(
            CallOptions(Duration.ofMillis(-1)) to "timeout",
            CallOptions(null, "a\u0000b") to "client_request_id",
            CallOptions(null, "\uD800") to "client_request_id",
            CallOptions(null, "") to "client_request_id",
        )) {
            for (forms in operations.ofClients(good::getValue, options)) for (outcome in forms.outcomes()) {
                val failure = assertInstanceOf(InvalidArgumentException::class.java, outcome.exceptionOrNull(), "$forms")
                assertEquals(target, failure.target, "$forms")
            }
        }
    }

    @Test
    fun `each ends at its deadline`() {
        Emulator.spoil(mapOf("latency_ms" to 20_000, "count" to 99))
        for (forms in operations.ofClients(good::getValue, CallOptions(Duration.ofMillis(150)))) {
            for (outcome in forms.outcomes()) assertInstanceOf(TimeoutException::class.java, outcome.exceptionOrNull(), "$forms")
        }
    }

    @Test
    fun `each gives what it is to give`() {
        fun <T> of(name: String): List<T> = operations.all(good::getValue).first { it.name.substringBefore(' ') == name }.outcomes()
            .map { @Suppress("UNCHECKED_CAST") (it.getOrThrow() as T) }
        assertEquals(3, of<CommunicationUserIdentifier>("createUser").map { it.id }.filter { it.startsWith("8:acs:") }.toSet().size)
        val both = of<CommunicationUserToken>("createUserAndToken")
        assertTrue(both.all { it.user.id.startsWith("8:acs:") && it.token.token.isNotEmpty() })
        val user = both[0].user.id
        for (name in listOf("getToken user", "revokeTokens", "deleteUser")) {
            val ofUser = operations.ofClients({ if (it == "user") user else good.getValue(it) }).first { it.name.startsWith(name) }
            val outcomes = ofUser.outcomes()
            if (name == "getToken user") assertTrue(outcomes.all { (it.getOrThrow() as AccessToken).token.isNotEmpty() })
            assertTrue(outcomes.first().isSuccess, "$name: $outcomes")
        }
        val assignments = of<TeamsExtensionAssignment>("putTeamsExtensionAssignment") +
            of<TeamsExtensionAssignment>("getTeamsExtensionAssignment")
        assertEquals(
            setOf(
                TeamsExtensionAssignment(
                    Emulator.tenantId, Emulator.userObjectId, TeamsExtensionPrincipalType.USER, listOf(Emulator.spaClientId),
                ),
            ),
            assignments.toSet(),
        )
        of<Any?>("deleteTeamsExtensionAssignment")
        val named = of<CommunicationUserIdentifier>("createUserWithCustomId").map { it.id } +
            of<CommunicationUserToken>("createUserAndTokenWithCustomId").map { it.user.id }
        assertEquals(1, named.toSet().size)
        val ofNamed = operations.ofClients({ if (it == "user") named[0] else good.getValue(it) }).first { it.name == "getUserDetail user" }
        for (outcome in ofNamed.outcomes()) {
            val detail = outcome.getOrThrow() as CommunicationUserDetail
            assertEquals(named[0] to "customer-42", detail.user.id to detail.customId)
            assertTrue(detail.lastTokenIssuedAt!!.isAfter(java.time.Instant.EPOCH))
        }
        // There are two exchangers, each with its own cache, so three forms called twice return two tokens.
        assertEquals(2, (of<AccessToken>("exchange") + of<AccessToken>("exchange")).toSet().size)
        assertEquals(listOf(null, null, null), of<Boolean?>("isCacheReachable"))
        assertEquals(listOf(true, true, true), of<Boolean>("keysReachable"))
        assertEquals(List(3) { Emulator.userObjectId }, of<VerifiedToken>("verify").map { it.objectId })
        val answers = of<Response>("handle")
        assertEquals(1, answers.map { it.status }.toSet().size)
        assertTrue(answers.all { it.body.isNotEmpty() && it.header("content-type")!!.isNotEmpty() })
    }

    @Test
    fun `none can be used once its object is closed`() {
        val all = operations.all(good::getValue)
        operations.close()
        for (forms in all) for (outcome in forms.outcomes()) {
            assertEquals("It is closed.", assertInstanceOf(IllegalStateException::class.java, outcome.exceptionOrNull(), "$forms").message)
        }
    }
}
