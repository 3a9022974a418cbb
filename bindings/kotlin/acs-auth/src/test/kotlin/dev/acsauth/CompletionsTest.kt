package dev.acsauth

import dev.acsauth.coroutines.CommunicationIdentityClient as SuspendClient
import dev.acsauth.internal.future
import dev.acsauth.support.Emulator
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CountDownLatch
import java.util.concurrent.ExecutionException
import java.util.concurrent.Executor
import java.util.concurrent.TimeUnit
import kotlin.coroutines.Continuation
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.coroutines.startCoroutine
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asCoroutineDispatcher
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test

/** Continuations of a call may block, and may wait for other calls. */
class CompletionsTest {
    @BeforeEach
    fun reset() {
        Emulator.reset()
    }

    private val token = Emulator.teamsToken()

    /** Waits for the second future in a continuation of the first, for the third in one of the second, and so on. */
    private fun nested(depth: Int, call: () -> CompletableFuture<*>): CompletableFuture<Int> =
        call().thenApply { if (depth == 0) 1 else 1 + nested(depth - 1, call).join() }

    @Test
    fun `what a future sets off may wait for another`() {
        CommunicationIdentityAsyncClient.fromConnectionString(Emulator.connectionStringHttp).use { client ->
            val exchange = { client.getTokenForTeamsUser(token, Emulator.spaClientId, Emulator.userObjectId) }
            assertEquals(9, nested(8, exchange).get(60, TimeUnit.SECONDS))
            assertEquals(9, nested(8) { client.createUser() }.get(60, TimeUnit.SECONDS))
        }
    }

    /** Starts 64 calls whose code blocks the thread of its completion. Another call still completes. */
    private fun assertMayBlock(start: (block: () -> Unit) -> CompletableFuture<*>) {
        val reached = CountDownLatch(64)
        val end = CountDownLatch(1)
        val calls = List(64) {
            start {
                reached.countDown()
                end.await(120, TimeUnit.SECONDS)
            }
        }
        try {
            assertTrue(reached.await(60, TimeUnit.SECONDS), "${reached.count} wait for a thread")
            CommunicationIdentityAsyncClient.fromConnectionString(Emulator.connectionStringHttp).use { it.createUser().get(60, TimeUnit.SECONDS) }
        } finally {
            end.countDown()
        }
        calls.forEach { it.get(60, TimeUnit.SECONDS) }
    }

    private fun assertCoroutinesMayBlock(context: CoroutineContext) = SuspendClient(connectionString = Emulator.connectionStringHttp).use { client ->
        assertMayBlock { block ->
            val outcome = CompletableFuture<Unit>()
            val call = suspend {
                client.createUser()
                block()
            }
            call.startCoroutine(Continuation(context) { result -> result.fold(outcome::complete, outcome::completeExceptionally) })
            outcome
        }
    }

    @Test
    fun `coroutines that are confined to no thread may block`() = assertCoroutinesMayBlock(Dispatchers.Unconfined)

    @Test
    fun `coroutines without a dispatcher may block`() = assertCoroutinesMayBlock(EmptyCoroutineContext)

    @Test
    fun `coroutines whose dispatcher runs them at once may block`() =
        assertCoroutinesMayBlock(Executor { it.run() }.asCoroutineDispatcher())

    @Test
    fun `continuations of futures and receivers of responses may block`() {
        // A continuation of a call that has already ended would run on, and block, this thread.
        Emulator.spoil(mapOf("operation" to "create_user", "latency_ms" to 4_000, "count" to 64))
        CommunicationIdentityAsyncClient.fromConnectionString(Emulator.connectionStringHttp).use { client ->
            assertMayBlock { block -> client.createUser().thenRun(block) }
            assertMayBlock { block -> client.createUser(CallOptions(onResponse = { block() })) }
        }
    }

    @Test
    fun `a future ends even if its result cannot be made`() {
        CommunicationIdentityClientBuilder().connectionString(Emulator.connectionStringHttp).made().use { client ->
            val future = client.createUser(null).future<CommunicationUserIdentifier, String> { throw IllegalStateException("broken") }
            val failure = assertThrows(ExecutionException::class.java) { future.get(20, TimeUnit.SECONDS) }
            assertEquals("broken", failure.cause!!.message)
        }
    }

    /** Ten thousand tokens from the cache, whose completions arrive faster than threads start. */
    @Test
    fun `many completions at once start few threads`() {
        val client = CommunicationIdentityAsyncClient.fromConnectionString(Emulator.connectionStringHttp)
        TeamsTokenExchangerBuilder().build(client).use { exchanger ->
            fun exchange() = exchanger.exchangeAsync(token, Emulator.spaClientId, Emulator.userObjectId).thenApply { Thread.currentThread() }
            exchange().get(60, TimeUnit.SECONDS)
            val threads = List(10_000) { exchange() }.map { it.get(60, TimeUnit.SECONDS) }.toSet() - Thread.currentThread()
            println("ten thousand completions: ${threads.size} threads")
            assertTrue(threads.size <= 24, "${threads.size} threads")
        }
        client.close()
    }
}
