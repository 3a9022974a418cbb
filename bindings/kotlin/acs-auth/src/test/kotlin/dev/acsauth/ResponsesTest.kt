package dev.acsauth

import dev.acsauth.coroutines.CommunicationIdentityClient as SuspendClient
import dev.acsauth.support.Emulator
import dev.acsauth.support.Operations
import java.util.concurrent.CopyOnWriteArrayList
import java.util.function.Consumer
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertInstanceOf
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test

/** Headers, attempts and the response of a call. */
class ResponsesTest {
    private val good = mapOf(
        "user" to "8:acs:none", "scopes" to "voip", "aad_token" to "no.token", "client_id" to Emulator.spaClientId,
        "user_object_id" to Emulator.userObjectId, "tenant_id" to Emulator.tenantId, "object_id" to Emulator.userObjectId,
        "principal_type" to "user", "client_ids" to Emulator.spaClientId, "custom_id" to "customer-42",
    )

    @BeforeEach
    fun reset() {
        Emulator.reset()
    }

    @Test
    fun `each operation's response comes to the options in each form`() = Operations().use { operations ->
        val seen = CopyOnWriteArrayList<CallResponse>()
        val options = CallOptions(clientRequestId = "the-request", onResponse = Consumer { seen += it })
        for (forms in operations.ofClients(good::getValue, options)) {
            seen.clear()
            val outcomes = forms.outcomes()
            assertEquals(3, seen.size, "$forms $outcomes")
            for ((outcome, response) in outcomes.zip(seen)) {
                val status = (outcome.exceptionOrNull() as AcsAuthException?)?.status
                assertTrue(if (status == null) response.status in 200..204 else response.status == status, "$forms $outcome $response")
                assertEquals("the-request", response.clientRequestId)
                assertEquals(1, response.attempts)
                assertTrue(response.header("MS-CV")!!.isNotEmpty(), "$forms ${response.headers}")
            }
        }
    }

    @Test
    fun `each operation has its form with the response`() {
        for (type in listOf(CommunicationIdentityClient::class.java, CommunicationIdentityAsyncClient::class.java, SuspendClient::class.java)) {
            val methods = type.methods.map { it.name.removeSuffix("\$default") }.toSet()
            val operations = type.methods.filter { CallOptions::class.java in it.parameterTypes }.map { it.name }.toSet()
                .filterNot { it.endsWith("WithResponse") || it.endsWith("\$default") }
            assertTrue(operations.size >= 7)
            assertEquals(emptyList<String>(), operations.filterNot { "${it}WithResponse" in methods }, type.name)
        }
    }

    @Test
    fun `a result comes with its response`() {
        val results = listOf(
            CommunicationIdentityClient.fromConnectionString(Emulator.connectionStringHttp).use { it.createUserWithResponse() },
            CommunicationIdentityAsyncClient.fromConnectionString(Emulator.connectionStringHttp).use { it.createUserWithResponse().join() },
            SuspendClient.fromConnectionString(Emulator.connectionStringHttp).use { runBlocking { it.createUserWithResponse() } },
        )
        for (result in results) {
            assertTrue(result.value.id.startsWith("8:acs:"))
            assertEquals(201, result.response.status)
            assertFalse(result.response.header("content-type")!! in "$result", "$result")
        }
    }

    @Test
    fun `the attempts of a call are counted and limited`() {
        Emulator.spoil(mapOf("status" to 503, "count" to 99))
        CommunicationIdentityClient.fromConnectionString(Emulator.connectionStringHttp).use { client ->
            val seen = mutableListOf<CallResponse>()
            for (attempts in 1..2) {
                val options = CallOptions(maxAttempts = attempts, onResponse = Consumer { seen += it })
                assertThrows(ServiceErrorException::class.java) { client.createUser(options) }
            }
            assertEquals(listOf(503 to 1, 503 to 2), seen.map { it.status to it.attempts })
        }
    }

    @Test
    fun `headers and the user agent of client and call are sent`() {
        val builder = CommunicationIdentityClientBuilder().connectionString(Emulator.connectionStringHttp)
            .header("x-both", "client").header("x-client", "1").userAgent("contoso app/1.0 (tests)")
        builder.buildClient().use { it.createUser(CallOptions(headers = listOf(Header("X-Both", "call")), userAgent = "one call")) }
        val sent = Emulator.requests().single().toString()
        for (part in listOf("x-both, call", "x-client, 1", "one call contoso app/1.0 (tests) ")) assertTrue(part in sent, sent)
    }

    @Test
    fun `what may not be set is named`() {
        val client = CommunicationIdentityClient.fromConnectionString(Emulator.connectionStringHttp)
        for ((options, target) in listOf(
            CallOptions(headers = listOf(Header("authorization", "secret"))) to "headers",
            CallOptions(headers = listOf(Header("x-a", "se\u0000cret"))) to "headers",
            CallOptions(headers = listOf(Header("x-a", "secret\n"))) to "headers",
            CallOptions(userAgent = "a\nb") to "user_agent",
            CallOptions(maxAttempts = -1) to "max_attempts",
            CallOptions(maxAttempts = 0) to "max_attempts",
        )) {
            val failure = assertThrows(InvalidArgumentException::class.java) { client.createUser(options) }
            assertEquals(target, failure.target, "$failure")
            assertFalse("secret" in "$failure $options", "$failure $options")
        }
        val failure = assertThrows(InvalidArgumentException::class.java) {
            CommunicationIdentityClientBuilder().connectionString(Emulator.connectionStringHttp).header("host", "a").buildClient()
        }
        assertEquals("headers", failure.target)
    }

    @Test
    fun `a receiver that throws changes nothing`() {
        val options = CallOptions(onResponse = Consumer { throw IllegalStateException("broken") })
        CommunicationIdentityClient.fromConnectionString(Emulator.connectionStringHttp).use { it.createUser(options) }
        CommunicationIdentityAsyncClient.fromConnectionString(Emulator.connectionStringHttp).use { it.createUser(options).join() }
    }

    @Test
    fun `without a response nobody is called`() {
        val seen = CopyOnWriteArrayList<CallResponse>()
        val options = CallOptions(onResponse = Consumer { seen += it })
        val client = CommunicationIdentityClientBuilder().endpoint("http://127.0.0.1:1").accessKey("c2VjcmV0").buildClient()
        assertInstanceOf(TransportErrorException::class.java, runCatching { client.createUser(options) }.exceptionOrNull())
        assertEquals(emptyList<CallResponse>(), seen)
    }
}
