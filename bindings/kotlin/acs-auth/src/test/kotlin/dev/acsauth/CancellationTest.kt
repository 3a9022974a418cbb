package dev.acsauth

import dev.acsauth.coroutines.CommunicationIdentityClient as SuspendClient
import dev.acsauth.support.Emulator
import dev.acsauth.support.Waiting
import java.time.Duration
import java.util.concurrent.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test

/** Deadlines and cancellation: every call ends, and so does its request. */
class CancellationTest {
    @BeforeEach
    fun reset() {
        Emulator.reset()
    }

    private fun slow(latency: Int, count: Int = 9, status: Int? = null) =
        Emulator.spoil(
            mapOf("operation" to "create_user", "latency_ms" to latency, "count" to count) +
                if (status == null) emptyMap() else mapOf("status" to status),
        )

    private fun identities() = (Emulator.control("GET", "/identities") as Map<*, *>)["identities"] as List<*>

    @Test
    fun `cancelling a coroutine cancels the exchange`() = runBlocking {
        slow(7_000, status = 503)
        SuspendClient(connectionString = Emulator.connectionStringHttp).use { client ->
            val job = launch(Dispatchers.Default) { client.createUser() }
            Waiting.await { Emulator.requests().size == 1 }
            val started = System.nanoTime()
            job.cancelAndJoin()
            // Cancelling does not wait for the response.
            assertTrue(System.nanoTime() - started < 5_000_000_000L)
            delay(7_500)
            // The cancelled call was not retried in the background.
            assertEquals(1, Emulator.requests().size)
            Emulator.reset()
            assertTrue(client.createUser().id.startsWith("8:acs:"))
        }
    }

    @Test
    fun `a timeout of coroutines cancels, too`() {
        slow(20_000)
        SuspendClient(connectionString = Emulator.connectionStringHttp).use { client ->
            val started = System.nanoTime()
            assertThrows(TimeoutCancellationException::class.java) {
                runBlocking { withTimeout(200) { client.createUser() } }
            }
            // Long before the call's own deadline of 10 s.
            assertTrue(System.nanoTime() - started < 5_000_000_000L)
        }
    }

    @Test
    fun `cancelling a future cancels the exchange`() {
        slow(7_000, status = 503)
        CommunicationIdentityAsyncClient.fromConnectionString(Emulator.connectionStringHttp).use { client ->
            val future = client.createUser()
            Waiting.await { Emulator.requests().size == 1 }
            assertTrue(future.cancel(true))
            assertThrows(CancellationException::class.java) { future.join() }
            Thread.sleep(7_500)
            assertEquals(1, Emulator.requests().size)
        }
    }

    @Test
    fun `the deadlines of a client and of a call end it`() {
        slow(20_000)
        val short = Duration.ofMillis(200)
        CommunicationIdentityClientBuilder().connectionString(Emulator.connectionStringHttp).timeout(short).buildClient().use {
            val failure = assertThrows(TimeoutException::class.java) { it.createUser() }
            assertEquals(ErrorKind.TIMEOUT, failure.kind)
        }
        CommunicationIdentityClient.fromConnectionString(Emulator.connectionStringHttp).use {
            assertThrows(TimeoutException::class.java) { it.createUser(CallOptions(short)) }
        }
    }

    @Test
    fun `a timeout out of range is rejected`() {
        CommunicationIdentityClient.fromConnectionString(Emulator.connectionStringHttp).use { client ->
            for (timeout in listOf(Duration.ofMillis(-1), Duration.ofSeconds(Long.MAX_VALUE))) {
                val failure = assertThrows(InvalidArgumentException::class.java) { client.createUser(CallOptions(timeout)) }
                assertEquals("timeout", failure.target)
            }
        }
    }

    @Test
    fun `a positive duration does not become zero seconds`() {
        CommunicationIdentityClient.fromConnectionString(Emulator.connectionStringHttp).use { client ->
            val half = Duration.ofMillis(500)
            val ttl = assertThrows(InvalidArgumentException::class.java) { TeamsTokenExchangerBuilder().maxTtl(half).build(client) }
            assertEquals("max_ttl", ttl.target)
        }
    }

    /** Sixty-four calls wait on one thread at once, so none of them blocks it. */
    @OptIn(ExperimentalCoroutinesApi::class)
    @Test
    fun `a waiting call holds no thread`() = runBlocking {
        slow(500, 64)
        SuspendClient(connectionString = Emulator.connectionStringHttp).use { client ->
            val started = System.nanoTime()
            val users = withContext(Dispatchers.Default.limitedParallelism(1)) {
                List(64) { async { client.createUser() } }.awaitAll()
            }
            assertEquals(64, users.toSet().size)
            assertEquals(64, identities().size)
            assertTrue(System.nanoTime() - started < 8_000_000_000L)
        }
    }

    /** A client still works after a thousand calls were cancelled at different moments. */
    @Test
    fun `a thousand cancelled calls`() = runBlocking {
        SuspendClient(connectionString = Emulator.connectionStringHttp).use { client ->
            val jobs = List(1_000) { at ->
                launch(Dispatchers.Default) {
                    kotlinx.coroutines.withTimeoutOrNull(1L + at % 40) { client.createUser() }
                }
            }
            jobs.forEach { it.join() }
            assertTrue(client.createUser().id.startsWith("8:acs:"))
        }
    }
}
