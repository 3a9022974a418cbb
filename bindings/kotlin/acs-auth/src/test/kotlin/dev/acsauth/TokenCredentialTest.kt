package dev.acsauth

import dev.acsauth.coroutines.CommunicationTokenCredential as SuspendCredential
import dev.acsauth.support.Emulator
import dev.acsauth.support.Waiting.await
import java.io.IOException
import java.time.Duration
import java.time.Instant
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertSame
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test

/** A user's token that renews itself, as a blocking call, a future and a suspend function. */
class TokenCredentialTest {
    @BeforeEach
    fun reset() {
        Emulator.reset()
    }

    /** Returns numbered tokens, and records when it is called. */
    private class Refresher(private val answer: (Int) -> AccessToken) {
        val calls = CopyOnWriteArrayList<Long>()

        fun next(): AccessToken {
            calls += System.nanoTime()
            return answer(calls.size)
        }
    }

    private fun token(number: Int, lifetime: Long = 3_600) = AccessToken("token-$number", Instant.now().plusSeconds(lifetime))

    private fun fed(refresher: Refresher) = CommunicationTokenCredentialBuilder().refresher(refresher::next)

    private fun CommunicationTokenCredential.failure(): AcsAuthException = assertThrows(AcsAuthException::class.java) { getToken() }

    private fun invalid(builder: CommunicationTokenCredentialBuilder) =
        assertThrows(InvalidArgumentException::class.java) { builder.build() }.target

    @Test
    fun `callers share one renewal`() {
        val asked = CountDownLatch(1)
        val mayAnswer = CountDownLatch(1)
        val refresher = Refresher {
            asked.countDown()
            mayAnswer.await()
            token(it)
        }
        fed(refresher).build().use { credential ->
            val blocked = List(4) { CompletableFuture.supplyAsync { credential.getToken() } }
            val futures = List(4) { credential.getTokenAsync() }
            assertTrue(asked.await(60, TimeUnit.SECONDS))
            mayAnswer.countDown()
            assertEquals(List(8) { "token-1" }, (blocked + futures).map { it.join().token })
            assertEquals("token-1", credential.getToken().token)
            assertEquals(1, refresher.calls.size)
        }
    }

    @Test
    fun `coroutines have the same`() = runBlocking {
        var calls = 0
        SuspendCredential(refresher = { token(++calls) }).use { credential ->
            assertEquals(listOf("token-1", "token-1"), List(2) { credential.getToken().token })
        }
        assertEquals("fixed", SuspendCredential("fixed").use { it.getToken().token })
        val closed = SuspendCredential("fixed").apply { close() }
        assertThrows(CancelledException::class.java) { runBlocking { closed.getToken() } }
        assertEquals(1, calls)
    }

    @Test
    fun `a refresher that never answers is bounded`() {
        val ends = CountDownLatch(1)
        val refresher = Refresher {
            ends.await()
            token(it)
        }
        fed(refresher).timeout(Duration.ofMillis(300)).build().use { credential ->
            val begun = System.nanoTime()
            assertEquals(ErrorKind.TIMEOUT, credential.failure().kind)
            assertTrue(System.nanoTime() - begun >= 300_000_000L)
        }
        ends.countDown()
    }

    @Test
    fun `a renewal that failed is tried again after a while`() {
        // A new token that lives shorter than the time before expiry is renewed after half its lifetime.
        val refresher = Refresher { if (it == 2) throw IOException("not now") else token(it, if (it == 1) 4 else 3_600) }
        fed(refresher).refreshProactively(true).build().use { credential ->
            credential.start()
            await { refresher.calls.size >= 3 }
            assertTrue(refresher.calls[2] - refresher.calls[1] >= 450_000_000L, "${refresher.calls}")
            await { credential.getToken().token == "token-3" }
            assertEquals(3, refresher.calls.size)
        }
    }

    @Test
    fun `it renews ahead of time though nobody asks`() {
        val refresher = Refresher { token(it, if (it == 1) 2 else 3_600) }
        fed(refresher).refreshProactively(true).build().use { credential ->
            credential.start()
            credential.start()
            await { refresher.calls.size == 2 }
            await { credential.getToken().token == "token-2" }
            assertEquals(2, refresher.calls.size)
        }
        val never = Refresher(::token)
        fed(never).build().use { it.start() }
        assertEquals(0, never.calls.size)
    }

    @Test
    fun `closing ends calls that wait and later ones`() {
        val asked = CountDownLatch(1)
        val ends = CountDownLatch(1)
        val refresher = Refresher {
            asked.countDown()
            ends.await()
            token(it)
        }
        val credential = fed(refresher).build()
        val future = credential.getTokenAsync()
        val blocked = CompletableFuture.supplyAsync { credential.getToken() }
        assertTrue(asked.await(60, TimeUnit.SECONDS))
        credential.close()
        credential.close()
        for (waiting in listOf(future, blocked)) {
            val failure = assertThrows(CompletionException::class.java) { waiting.join() }
            assertEquals(CancelledException::class.java, failure.cause!!.javaClass)
        }
        assertEquals(ErrorKind.CANCELLED, credential.failure().kind)
        assertTrue(assertThrows(CompletionException::class.java) { credential.getTokenAsync().join() }.cause is CancelledException)
        assertThrows(CancelledException::class.java) { credential.start() }
        ends.countDown()
    }

    @Test
    fun `what a refresher throws is the cause, and its text is not told`() {
        val thrown = IOException("the secret eyJh")
        CommunicationTokenCredentialBuilder().refresher { throw thrown }.build().use { credential ->
            val failure = credential.failure()
            assertSame(thrown, failure.cause)
            assertTrue("The refresher threw java.io.IOException" in failure.reason, failure.reason)
            assertFalse("secret" in failure.message!!)
        }
        CommunicationTokenCredentialBuilder().refresher { null }.build().use { credential ->
            assertTrue("NullPointerException" in credential.failure().reason)
        }
    }

    @Test
    fun `a token alone is returned as it is`() {
        val expiresOn = Instant.ofEpochSecond(1_000_000_000)
        val builder = CommunicationTokenCredentialBuilder().token(AccessToken("c2VjcmV0", expiresOn))
        builder.build().use { credential ->
            assertEquals(AccessToken("c2VjcmV0", expiresOn), credential.getToken())
            assertEquals(credential.getToken(), credential.getTokenAsync().join())
        }
        CommunicationTokenCredential("c2VjcmV0").use { credential ->
            assertTrue(credential.getToken().expiresOn > Instant.now())
            for (shown in listOf(credential, builder)) assertFalse("c2VjcmV0" in "$shown")
        }
    }

    @Test
    fun `a token to begin with is used first`() {
        val refresher = Refresher(::token)
        fed(refresher).token(token(0)).build().use { assertEquals("token-0", it.getToken().token) }
        fed(refresher).token(token(0, -1)).build().use { assertEquals("token-1", it.getToken().token) }
    }

    /** With a client and with an exchanger, both of which are closed before the first token is requested. */
    @Test
    fun `Entra tokens are exchanged`() {
        val scopes = CopyOnWriteArrayList<List<String>>()
        fun entra(kind: String) = TokenCredential {
            scopes += it
            AccessToken(Emulator.mint(mapOf("user" to Emulator.username, "client_id" to Emulator.spaClientId, "kind" to kind)), Instant.now().plusSeconds(3_600))
        }
        val client = CommunicationIdentityClientBuilder().connectionString(Emulator.connectionStringHttp)
            .preview(PreviewApiVersion.V2025_03_02_PREVIEW).buildClient()
        val exchanger = TeamsTokenExchangerBuilder().build(client)
        val fed = listOf(
            CommunicationTokenCredentialBuilder().entraCredential(entra("entra_user")).client(client).build(),
            CommunicationTokenCredentialBuilder().entraCredential(entra("teams")).exchanger(exchanger)
                .clientId(Emulator.spaClientId).userObjectId(Emulator.userObjectId).build(),
        )
        exchanger.close()
        client.close()
        for (credential in fed) credential.use { assertTrue(it.getToken().expiresOn > Instant.now()) }
        assertEquals(listOf("https://communication.azure.com/clients/.default"), scopes[0])
        assertEquals(2, scopes[1].size)
    }

    @Test
    fun `options that contradict each other are rejected by name`() {
        val refresher = Refresher(::token)
        val entra = TokenCredential { token(1) }
        val client = CommunicationIdentityClient.fromConnectionString(Emulator.connectionStringHttp)
        assertEquals("token", invalid(CommunicationTokenCredentialBuilder()))
        assertEquals("entra_credential", invalid(fed(refresher).entraCredential(entra)))
        assertEquals("entra_credential", invalid(CommunicationTokenCredentialBuilder().entraCredential(entra)))
        assertEquals("client", invalid(fed(refresher).client(client)))
        assertEquals("scopes", invalid(CommunicationTokenCredentialBuilder().entraCredential(entra).client(client).scopes(listOf("chat"))))
        assertEquals("client_id", invalid(CommunicationTokenCredentialBuilder().entraCredential(entra).exchanger(TeamsTokenExchangerBuilder().build(client))))
        assertEquals("refresh_time_before_expiry", invalid(fed(refresher).refreshTimeBeforeExpiry(Duration.ofSeconds(-1))))
        client.close()
        assertThrows(IllegalStateException::class.java) { CommunicationTokenCredentialBuilder().entraCredential(entra).client(client).build() }
    }
}
