package dev.acsauth

import java.time.Duration
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** The library's threads that run transports. */
class TransportThreadsTest {
    private fun builder(transport: Transport) = CommunicationIdentityClientBuilder()
        .connectionString("endpoint=https://contoso.example;accesskey=c2VjcmV0").transport(transport)

    @Test
    fun `an attempt that gets no thread says that all were busy`() {
        val (begun, end) = CountDownLatch(16) to CountDownLatch(1)
        val blocking = builder { begun.countDown(); end.await(); TransportResponse(204) }.timeout(Duration.ofSeconds(60)).buildAsyncClient()
        val user = CommunicationUserIdentifier("8:acs:1_2")
        // Each has a single attempt: another one would wait for a thread, too.
        val calls = List(16) { blocking.deleteUser(user, CallOptions(attemptTimeout = Duration.ofSeconds(60), maxAttempts = 1)) }
        try {
            assertTrue(begun.await(60, TimeUnit.SECONDS))
            val other = builder { throw AssertionError("there is no thread for it") }.buildClient()
            val failure = assertThrows(TimeoutException::class.java) { other.createUser(CallOptions(Duration.ofMillis(200))) }
            assertTrue("all 16 threads that run transports and token credentials were busy" in failure.reason, failure.reason)
            assertFalse("connection" in failure.reason, failure.reason)
        } finally {
            end.countDown()
        }
        calls.forEach { it.get(60, TimeUnit.SECONDS) }
    }
}
