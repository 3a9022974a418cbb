package dev.acsauth

import dev.acsauth.coroutines.CommunicationIdentityClient as SuspendClient
import java.time.Duration
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch
import java.util.concurrent.ExecutionException
import java.util.concurrent.TimeUnit
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertInstanceOf
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** The host's own HTTP stack instead of the library's. */
class TransportTest {
    private val created = "{\"identity\":{\"id\":\"8:acs:1_2\"}}".toByteArray()

    private fun builder(transport: Transport) = CommunicationIdentityClientBuilder()
        .connectionString("endpoint=https://contoso.example;accesskey=c2VjcmV0").retryPolicy(RetryPolicy(baseDelay = Duration.ofMillis(1)))
        .transport(transport)

    @Test
    fun `it sends what is signed in each form`() {
        val sent = CopyOnWriteArrayList<TransportRequest>()
        val transport = Transport { request ->
            sent += request
            TransportResponse(201, listOf(Header("X-Answer", "1")), created)
        }
        val results = listOf(
            builder(transport).buildClient().use { it.createUserWithResponse() },
            builder(transport).buildAsyncClient().use { it.createUserWithResponse().join() },
            SuspendClient(connectionString = "endpoint=https://contoso.example;accesskey=c2VjcmV0", transport = transport)
                .use { runBlocking { it.createUserWithResponse() } },
        )
        assertEquals(List(3) { "8:acs:1_2" to "1" }, results.map { it.value.id to it.response.header("x-answer") })
        for (request in sent) {
            assertEquals("POST https://contoso.example/identities?api-version=$DEFAULT_API_VERSION", "${request.method} ${request.url}")
            assertTrue(request.header("Authorization")!!.startsWith("HMAC-SHA256 "))
            assertTrue(request.timeout > Duration.ZERO && request.timeout <= Duration.ofSeconds(10), "${request.timeout}")
            assertTrue(request.maxResponseBytes >= 16 * 1024)
            assertFalse("HMAC" in "$request ${request.headers}")
        }
    }

    @Test
    fun `what becomes of a failure is by its kind`() {
        fun attempts(kind: FailureKind): Int {
            var attempts = 0
            val client = builder { attempts++; throw TransportFailure(kind, "as said") }.buildClient()
            val failure = assertThrows(AcsAuthException::class.java) { client.createUser() }
            assertTrue("as said" in failure.reason || kind == FailureKind.TIMED_OUT, "$failure")
            return attempts
        }
        // A create is retried only if it cannot have been processed.
        assertEquals(3, attempts(FailureKind.NOT_SENT))
        assertEquals(1, attempts(FailureKind.LOST))
        assertEquals(1, attempts(FailureKind.REFUSED))
        assertEquals(dev.acsauth.internal.ffi.FailureKind.entries.map { it.name }, FailureKind.entries.map { it.name })
    }

    @Test
    fun `what it throws is named by its class alone`() {
        for (thrown in listOf(IllegalStateException("secret"), NoSuchMethodError("secret"))) {
            val client = builder { throw thrown }.buildClient()
            val failure = assertThrows(TransportErrorException::class.java) { client.createUser() }
            assertTrue(thrown.javaClass.name in failure.reason, failure.reason)
            assertFalse("secret" in "$failure")
        }
    }

    @Test
    fun `an answer that is none is an error`() {
        for (status in listOf(-1, 0, 70_000)) {
            assertThrows(AcsAuthException::class.java) { builder { TransportResponse(status) }.buildClient().createUser() }
        }
        @Suppress("CAST_NEVER_SUCCEEDS")
        assertThrows(AcsAuthException::class.java) { builder { null as TransportResponse }.buildClient().createUser() }
        val failure = assertThrows(UnexpectedResponseException::class.java) { builder { TransportResponse(201) }.buildClient().createUser() }
        assertEquals(201, failure.status)
    }

    @Test
    fun `one that never answers ends at the deadline in each form`() {
        val end = CountDownLatch(1)
        val never = Transport { end.await(); TransportResponse(201, emptyList(), created) }
        try {
            val options = CallOptions(Duration.ofMillis(200))
            builder(never).buildClient().use { assertThrows(TimeoutException::class.java) { it.createUser(options) } }
            builder(never).buildAsyncClient().use {
                val failure = assertThrows(ExecutionException::class.java) { it.createUser(options).get(60, TimeUnit.SECONDS) }
                assertInstanceOf(TimeoutException::class.java, failure.cause)
            }
            SuspendClient(builder(never).made()).use {
                assertThrows(TimeoutException::class.java) { runBlocking { it.createUser(options) } }
            }
        } finally {
            end.countDown()
        }
    }
}
