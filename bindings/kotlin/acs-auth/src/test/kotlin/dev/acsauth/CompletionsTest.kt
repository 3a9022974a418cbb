package dev.acsauth

import dev.acsauth.coroutines.CommunicationIdentityClient as SuspendClient
import dev.acsauth.support.Emulator
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import org.junit.jupiter.api.Assertions.assertEquals
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

    @Test
    fun `a coroutine that is confined to no thread may wait, too`() = runBlocking {
        SuspendClient(connectionString = Emulator.connectionStringHttp).use { client ->
            withContext(Dispatchers.Unconfined) {
                client.getTokenForTeamsUser(token, Emulator.spaClientId, Emulator.userObjectId)
                val next = runBlocking { client.getTokenForTeamsUser(token, Emulator.spaClientId, Emulator.userObjectId) }
                assertTrue(next.token.isNotEmpty())
            }
        }
    }
}
