package dev.acsauth

import dev.acsauth.support.Emulator
import dev.acsauth.support.Waiting
import java.time.Duration
import java.time.Instant
import java.util.concurrent.CancellationException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertInstanceOf
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Tag
import org.junit.jupiter.api.Test

/** Virtual threads (Java 21 and later): a waiting call does not block its carrier thread. */
@Tag("newer")
class VirtualThreadsTest {
    private val start by lazy { Thread::class.java.getMethod("startVirtualThread", Runnable::class.java) }

    @BeforeEach
    fun reset() {
        Emulator.reset()
    }

    private fun <T> onVirtualThread(block: () -> T): Pair<Thread, CompletableFuture<T>> {
        val outcome = CompletableFuture<T>()
        val work = Runnable {
            runCatching(block).onSuccess(outcome::complete).onFailure(outcome::completeExceptionally)
        }
        return start.invoke(null, work) as Thread to outcome
    }

    private fun slow(operation: String) =
        Emulator.spoil(mapOf("operation" to operation, "latency_ms" to 1_000, "count" to CALLS))

    private fun assertTogether(call: () -> Any?) {
        val started = Instant.now()
        val calls = (1..CALLS).map { onVirtualThread(call).second }
        calls.forEach { it.get(60, TimeUnit.SECONDS) }
        val took = Duration.between(started, Instant.now())
        assertTrue(took < Duration.ofSeconds(CALLS / 2L), "$CALLS calls of 1 s took $took")
    }

    @Test
    fun `many calls wait at once`() {
        slow("create_user")
        val client = CommunicationIdentityClient.fromConnectionString(Emulator.connectionStringHttp)
        assertTogether { client.createUser() }
    }

    @Test
    fun `many exchanges wait at once`() {
        slow("exchange_teams_user")
        val client = CommunicationIdentityClient.fromConnectionString(Emulator.connectionStringHttp)
        val token = Emulator.teamsToken()
        assertTogether { client.getTokenForTeamsUser(token, Emulator.spaClientId, Emulator.userObjectId) }
    }

    @Test
    fun `an error is that of the call`() {
        val client = CommunicationIdentityClient.fromConnectionString(Emulator.connectionStringHttp)
        val failure = assertThrows(java.util.concurrent.ExecutionException::class.java) {
            onVirtualThread { client.deleteUser(CommunicationUserIdentifier("8:acs:none")) }.second.get(30, TimeUnit.SECONDS)
        }
        assertInstanceOf(AcsAuthException::class.java, failure.cause)
    }

    @Test
    fun `an interrupt ends the call`() {
        Emulator.spoil(mapOf("operation" to "create_user", "latency_ms" to 20_000))
        val client = CommunicationIdentityClient.fromConnectionString(Emulator.connectionStringHttp)
        val (thread, outcome) = onVirtualThread { client.createUser() }
        Waiting.await { Emulator.requests().size == 1 }
        thread.interrupt()
        val failure = runCatching { outcome.get(5, TimeUnit.SECONDS) }.exceptionOrNull()
        val ended = generateSequence(failure) { it.cause }.last()
        assertTrue(ended is InterruptedException || ended is CancellationException, "$failure")
        assertEquals("8:acs:", onVirtualThread { client.createUser() }.second.get(30, TimeUnit.SECONDS).id.take(6))
    }

    private companion object {
        const val CALLS = 16
    }
}
