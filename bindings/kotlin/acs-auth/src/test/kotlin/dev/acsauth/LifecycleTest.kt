package dev.acsauth

import dev.acsauth.support.Emulator
import dev.acsauth.support.Waiting
import java.io.File
import java.lang.ref.WeakReference
import java.lang.reflect.Proxy as JavaProxy
import java.net.URLClassLoader
import java.time.Instant
import java.util.concurrent.Callable
import java.util.concurrent.CompletableFuture
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test

/** Objects are freed when they are closed or collected, and closing is safe at any time. */
class LifecycleTest {
    @BeforeEach
    fun reset() {
        Emulator.reset()
    }

    private fun client() = CommunicationIdentityClient.fromConnectionString(Emulator.connectionStringHttp)

    /** Resident memory of this process in MiB. */
    private fun resident() = File("/proc/self/statm").readText().split(' ')[1].toLong() * 4096 / 1_048_576

    private fun collected(reference: WeakReference<*>): Boolean {
        repeat(1_000) {
            if (reference.get() == null) return true
            System.gc()
            Thread.sleep(20)
        }
        return false
    }

    private class Credential : TokenCredential {
        override fun getToken(scopes: List<String>) = AccessToken("token", Instant.now().plusSeconds(3_600))
    }

    private fun lentTo(close: Boolean): WeakReference<TokenCredential> {
        val credential = Credential()
        val client = CommunicationIdentityClientBuilder().endpoint(Emulator.httpUrl).credential(credential).buildClient()
        if (close) client.close()
        return WeakReference(credential)
    }

    /** The native client holds its credential, so a credential that is collected shows that the client was freed. */
    @Test
    fun `a client that nobody closes is freed, too`() = assertTrue(collected(lentTo(close = false)))

    @Test
    fun `closing frees`() = assertTrue(collected(lentTo(close = true)))

    private class Refresher : Callable<AccessToken> {
        override fun call() = AccessToken("token", Instant.now().plusSeconds(3_600))
    }

    private fun feeding(): WeakReference<Refresher> {
        val refresher = Refresher()
        CommunicationTokenCredentialBuilder().refresher(refresher).refreshProactively(true).build().getToken()
        return WeakReference(refresher)
    }

    @Test
    fun `renewals end with a token credential that nobody closes`() = assertTrue(collected(feeding()))

    /** A client whose credential nothing else holds. */
    private fun holding(): Pair<CommunicationIdentityClient, WeakReference<TokenCredential>> {
        val credential = Credential()
        return CommunicationIdentityClientBuilder().endpoint(Emulator.httpUrl).credential(credential).buildClient() to WeakReference(credential)
    }

    @Test
    fun `a client that is held keeps what it needs`() {
        val (client, reference) = holding()
        // When another client's credential has been collected, this one would have been, too, if nothing held it.
        assertTrue(collected(lentTo(close = false)))
        assertNotNull(reference.get())
        assertThrows(CredentialDeniedException::class.java) { client.createUser() }
        client.close()
    }

    @Test
    fun `closing twice is once`() = client().run {
        close()
        close()
    }

    @Test
    fun `use after close says so`() {
        val closed = client().apply { close() }
        assertTrue("closed" in assertThrows(IllegalStateException::class.java) { closed.createUser() }.message!!)
        assertThrows(IllegalStateException::class.java) { closed.endpoint }
        assertThrows(IllegalStateException::class.java) { TeamsTokenExchangerBuilder().build(closed) }
        val async = CommunicationIdentityAsyncClient.fromConnectionString(Emulator.connectionStringHttp).apply { close() }
        val failure = assertThrows(java.util.concurrent.CompletionException::class.java) { async.createUser().join() }
        assertTrue(failure.cause is IllegalStateException)
    }

    @Test
    fun `closing does not end what is under way`() {
        Emulator.spoil(mapOf("operation" to "create_user", "latency_ms" to 1_000))
        val client = client()
        val user = CompletableFuture.supplyAsync { client.createUser() }
        Waiting.await { Emulator.requests().size == 1 }
        client.close()
        assertTrue(user.join().id.startsWith("8:acs:"))
    }

    @Test
    fun `an exchanger survives its client`() {
        val exchanger = client().use { TeamsTokenExchangerBuilder().build(it) }
        exchanger.use {
            val token = it.exchange(Emulator.teamsToken(), Emulator.spaClientId, Emulator.userObjectId)
            assertTrue(token.expiresOn.isAfter(Instant.now()))
        }
    }

    /** A thousand clients of the debug build; consumer/ConsumerTest creates ten thousand of the release build. */
    @Test
    fun `many clients are no leak`() {
        fun make(count: Int, close: Boolean) = repeat(count) { client().also { if (close) it.close() } }
        make(100, true)
        System.gc()
        val before = resident()
        make(500, true)
        make(500, false)
        // Objects are freed in the order in which they were collected: once this one is, all are.
        assertTrue(collected(lentTo(close = false)))
        val grown = resident() - before
        println("a thousand clients: $before MiB before, $grown MiB more after")
        assertTrue(grown < 100, "$grown MiB more")
    }

    @Test
    fun `many threads share a client`() = client().use { client ->
        val users = List(32) { CompletableFuture.supplyAsync { List(8) { client.createUser().id } } }.flatMap { it.join() }
        assertEquals(256, users.toSet().size)
    }

    /** Each class loader loads its own copy of the library, and callbacks reach the objects of their class loader. */
    @Test
    fun `many class loaders`() {
        val path = System.getProperty("java.class.path").split(File.pathSeparator).map { File(it).toURI().toURL() }
        repeat(6) { round ->
            URLClassLoader(path.toTypedArray(), ClassLoader.getPlatformClassLoader()).use { loader ->
                fun type(name: String) = loader.loadClass("dev.acsauth.$name")
                val asked = mutableListOf<Any?>()
                val credential = JavaProxy.newProxyInstance(loader, arrayOf(type("TokenCredential"))) { _, _, arguments ->
                    asked += arguments[0]
                    type("AccessToken").getConstructor(String::class.java, Instant::class.java)
                        .newInstance("token-$round", Instant.now().plusSeconds(3_600))
                }
                val builder = type("CommunicationIdentityClientBuilder").getConstructor().newInstance()
                builder.javaClass.getMethod("endpoint", String::class.java).invoke(builder, Emulator.httpUrl)
                builder.javaClass.getMethod("credential", type("TokenCredential")).invoke(builder, credential)
                val client = builder.javaClass.getMethod("buildClient").invoke(builder)
                val failure = runCatching { client.javaClass.getMethod("createUser").invoke(client) }.exceptionOrNull()
                assertEquals("dev.acsauth.CredentialDeniedException", failure!!.cause!!.javaClass.name)
                assertEquals(listOf(listOf(ACS_SCOPE)), asked)
                // The C ABI, too, is bound by each class loader for itself.
                val texts = arrayOf(Emulator.teamsToken(), Emulator.spaClientId, Emulator.userObjectId)
                val exchange = client.javaClass.getMethod("getTokenForTeamsUser", *Array(3) { String::class.java })
                val refused = runCatching { exchange.invoke(client, *texts) }.exceptionOrNull()
                assertEquals("dev.acsauth.CredentialDeniedException", refused!!.cause!!.javaClass.name)
                val async = builder.javaClass.getMethod("buildAsyncClient").invoke(builder)
                val future = async.javaClass.getMethod("getTokenForTeamsUser", *Array(3) { String::class.java })
                    .invoke(async, *texts) as CompletableFuture<*>
                val late = runCatching { future.join() }.exceptionOrNull()
                assertEquals("dev.acsauth.CredentialDeniedException", late!!.cause!!.javaClass.name)
                (client as AutoCloseable).close()
                (async as AutoCloseable).close()
            }
            assertTrue(client().use { it.createUser().id }.startsWith("8:acs:"))
        }
    }
}
