package dev.acsauth

import dev.acsauth.coroutines.CommunicationIdentityClient as SuspendClient
import dev.acsauth.coroutines.TeamsTokenExchanger as SuspendExchanger
import dev.acsauth.coroutines.TokenVerifier as SuspendVerifier
import dev.acsauth.support.Emulator
import dev.acsauth.support.Waiting
import java.io.IOException
import java.time.Duration
import java.util.concurrent.CancellationException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException
import java.util.concurrent.TimeUnit
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertSame
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test

/** An exchange behaves the same as a blocking call, as a future and as a suspend function. */
class ExchangeTest {
    @BeforeEach
    fun reset() {
        Emulator.reset()
    }

    private val token = Emulator.teamsToken()
    private val appId = Emulator.spaClientId
    private val user = Emulator.userObjectId

    private fun builder() = CommunicationIdentityClientBuilder().connectionString(Emulator.connectionStringHttp)

    /** Returns what the call throws in each form. */
    private fun failures(builder: CommunicationIdentityClientBuilder, call: Call): List<Throwable> {
        val waiting = assertThrows(Throwable::class.java) {
            builder.buildClient().use { it.getTokenForTeamsUser(call.token, call.clientId, call.user, call.options) }
        }
        val future = builder.buildAsyncClient().use {
            assertThrows(CompletionException::class.java) {
                it.getTokenForTeamsUser(call.token, call.clientId, call.user, call.options).join()
            }
        }
        val suspended = assertThrows(Throwable::class.java) {
            runBlocking {
                SuspendClient(builder.made()).use { it.getTokenForTeamsUser(call.token, call.clientId, call.user, call.options) }
            }
        }
        return listOf(waiting, future.cause!!, suspended)
    }

    private inner class Call(
        val token: String = this@ExchangeTest.token,
        val clientId: String = appId,
        val user: String = this@ExchangeTest.user,
        val options: CallOptions? = null,
    )

    private fun slow(latency: Int, status: Int? = null) =
        Emulator.spoil(
            mapOf("operation" to "exchange_teams_user", "latency_ms" to latency, "count" to 9) +
                if (status == null) emptyMap() else mapOf("status" to status),
        )

    @Test
    fun `options of a call reach it`() {
        val options = CallOptions(Duration.ofSeconds(9), "the-request-1")
        builder().buildClient().use { it.getTokenForTeamsUser(token, appId, user, options) }
        builder().buildAsyncClient().use { it.getTokenForTeamsUser(token, appId, user, options).join() }
        val ids = Emulator.requests().map { request -> request.toString() }
        assertEquals(2, ids.count { "the-request-1" in it })
        slow(20_000)
        for (failure in failures(builder(), Call(options = CallOptions(Duration.ofMillis(150))))) {
            assertTrue(failure is TimeoutException, "$failure")
        }
        for (failure in failures(builder(), Call(options = CallOptions(Duration.ofMillis(-1))))) {
            assertEquals("timeout", (failure as InvalidArgumentException).target)
        }
    }

    @Test
    fun `what a credential throws is the cause in each form`() {
        val thrown = IOException("the secret eyJh")
        val failing = CommunicationIdentityClientBuilder().endpoint(Emulator.httpUrl).credential { throw thrown }
        for (failure in failures(failing, Call())) {
            assertTrue(failure is CredentialDeniedException, "$failure")
            assertSame(thrown, failure.cause)
        }
    }

    @Test
    fun `use after close says so in each form`() {
        val closed = object {
            val waiting = builder().buildClient().apply { close() }
            val async = builder().buildAsyncClient().apply { close() }
            val suspending = SuspendClient(builder().made()).apply { close() }
        }
        val failures = listOf(
            assertThrows(IllegalStateException::class.java) { closed.waiting.getTokenForTeamsUser(token, appId, user) },
            assertThrows(CompletionException::class.java) { closed.async.getTokenForTeamsUser(token, appId, user).join() }.cause!!,
            assertThrows(IllegalStateException::class.java) {
                runBlocking { closed.suspending.getTokenForTeamsUser(token, appId, user) }
            },
            // The closed object can also be an argument.
            assertThrows(IllegalStateException::class.java) { TeamsTokenExchangerBuilder().build(closed.waiting) },
            assertThrows(IllegalStateException::class.java) { TeamsTokenExchangerBuilder().build(closed.async) },
            assertThrows(IllegalStateException::class.java) { SuspendExchanger(closed.suspending) },
        )
        assertEquals(List(6) { "It is closed." }, failures.map { it.message })
    }

    @Test
    fun `closing does not end what is under way`() {
        slow(1_000)
        val client = builder().buildClient()
        val async = builder().buildAsyncClient()
        val waiting = CompletableFuture.supplyAsync { client.getTokenForTeamsUser(token, appId, user) }
        val future = async.getTokenForTeamsUser(token, appId, user)
        Waiting.await { Emulator.requests().size >= 2 }
        client.close()
        async.close()
        System.gc()
        assertTrue(waiting.join().token.isNotEmpty() && future.join().token.isNotEmpty())
    }

    @Test
    fun `cancelling cancels the exchange`() = runBlocking {
        slow(7_000, status = 503)
        // With the default timeout of an attempt, a retry would begin before the response.
        val patient = CallOptions(timeout = Duration.ofSeconds(60), attemptTimeout = Duration.ofSeconds(60))
        builder().buildAsyncClient().use { client ->
            val future = client.getTokenForTeamsUser(token, appId, user, patient)
            val late = client.getTokenForTeamsUser(token, appId, user, patient)
            Waiting.await { Emulator.requests().size == 2 }
            late.orTimeout(1, TimeUnit.MILLISECONDS)
            assertTrue(future.cancel(true))
            assertThrows(CancellationException::class.java) { future.join() }
            assertThrows(CompletionException::class.java) { late.join() }
            delay(7_500)
            // The cancelled calls were not retried in the background.
            assertEquals(2, Emulator.requests().size)
        }
        Emulator.forgetRequests()
        SuspendClient(builder().made()).use { client ->
            val job = launch(Dispatchers.Default) { client.getTokenForTeamsUser(token, appId, user, patient) }
            Waiting.await { Emulator.requests().size == 1 }
            job.cancelAndJoin()
            delay(7_500)
            assertEquals(1, Emulator.requests().size)
            Emulator.reset()
            assertTrue(client.getTokenForTeamsUser(token, appId, user).token.isNotEmpty())
        }
    }

    @Test
    fun `many at once`() = runBlocking {
        val clients = listOf(SuspendClient(builder().made()), SuspendClient(builder().made()))
        val tokens = List(200) { at ->
            async(Dispatchers.Default) { clients[at % 2].getTokenForTeamsUser(token, appId, user).token }
        }.awaitAll()
        assertEquals(200, tokens.size)
        clients.forEach { it.close() }
        builder().buildAsyncClient().use { client ->
            val futures = List(200) { client.getTokenForTeamsUser(token, appId, user) }
            assertTrue(futures.all { it.join().expiresOn.isAfter(java.time.Instant.now()) })
        }
    }

    @Test
    fun `a verifier verifies in each form`() {
        val verifier = TokenVerifierBuilder().cloud(Cloud.custom(Emulator.httpsUrl)).tenantIds(listOf(Emulator.tenantId))
            .audiences(listOf(Emulator.apiClientId)).allowedClientIds(listOf(appId)).rootCertificatesPem(Emulator.ca)
        val bearer = Emulator.apiToken()
        val suspending = SuspendVerifier(
            cloud = Cloud.custom(Emulator.httpsUrl), tenantIds = listOf(Emulator.tenantId),
            audiences = listOf(Emulator.apiClientId), allowedClientIds = listOf(appId), rootCertificatesPem = Emulator.ca,
        )
        val callers = verifier.build().use {
            listOf(it.verify(bearer), it.verifyAsync(bearer).join(), runBlocking { suspending.verify(bearer) })
        }
        for (caller in callers) {
            assertEquals(listOf(Emulator.tenantId, user, appId), listOf(caller.tenantId, caller.objectId, caller.clientId))
            assertEquals(listOf("access_as_user"), caller.scopes)
            assertTrue(caller.expiresOn.isAfter(java.time.Instant.now()))
        }
        assertEquals(1, callers.map { it.version }.toSet().size)
        suspending.close()
        assertThrows(IllegalStateException::class.java) { runBlocking { suspending.verify(bearer) } }
    }
}
