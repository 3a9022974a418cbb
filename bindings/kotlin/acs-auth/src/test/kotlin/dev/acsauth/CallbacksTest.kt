package dev.acsauth

import ch.qos.logback.classic.Logger
import ch.qos.logback.classic.spi.ILoggingEvent
import dev.acsauth.coroutines.TeamsTokenExchanger as SuspendExchanger
import dev.acsauth.coroutines.CommunicationIdentityClient as SuspendClient
import dev.acsauth.support.Emulator
import dev.acsauth.support.Records
import dev.acsauth.support.Waiting.await
import java.io.IOException
import java.util.Collections
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertSame
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test
import org.slf4j.LoggerFactory

/** The host's code that the library calls: credentials, observers and the log. */
class CallbacksTest {
    @BeforeEach
    fun reset() {
        Emulator.reset()
    }

    private fun failing(thrown: Throwable) =
        CommunicationIdentityClientBuilder().endpoint(Emulator.httpUrl).credential { throw thrown }.buildClient()

    @Test
    fun `what a credential throws is the cause, and its text is not told`() {
        val thrown = IOException("the secret eyJh")
        val failure = assertThrows(CredentialDeniedException::class.java) { failing(thrown).use { it.createUser() } }
        assertSame(thrown, failure.cause)
        assertTrue("java.io.IOException" in failure.reason, failure.reason)
        assertFalse("secret" in failure.message!!)
    }

    @Test
    fun `an error of the JVM in a credential is no crash`() {
        val thrown = StackOverflowError()
        val failure = assertThrows(CredentialDeniedException::class.java) { failing(thrown).use { it.createUser() } }
        assertSame(thrown, failure.cause)
    }

    @Test
    fun `a credential may say why`() {
        val thrown = AcsAuthException.of(ErrorKind.THROTTLED, "Come back later.")
        val failure = assertThrows(ThrottledException::class.java) { failing(thrown).use { it.createUser() } }
        assertEquals("Come back later.", failure.reason)
    }

    @Test
    fun `the scopes of Microsoft's sample are looked up`() {
        val asked = mutableListOf<String?>()
        HandlerSettings.fromEnv { name ->
            asked += name
            null
        }
        assertTrue(asked.containsAll(listOf("CommunicationServices__Scopes__0", "CommunicationServices__Scopes__1")))
    }

    @Test
    fun `an observer is told, and may fail`() = runBlocking {
        val events = Collections.synchronizedList(mutableListOf<Event>())
        val client = SuspendClient(connectionString = Emulator.connectionStringHttp)
        val observer = Observer {
            events += it
            throw IllegalStateException("an observer that fails")
        }
        SuspendExchanger(client, observer = observer).use { exchanger ->
            val token = Emulator.teamsToken()
            val first = exchanger.exchange(token, Emulator.spaClientId, Emulator.userObjectId)
            assertEquals(first, exchanger.exchange(token, Emulator.spaClientId, Emulator.userObjectId))
            exchanger.signOut(Emulator.tenantId, Emulator.userObjectId)
            assertEquals(null, exchanger.isCacheReachable())
        }
        await { events.size == 3 }
        assertEquals(listOf("Exchanged", "CacheHit", "SignedOut"), events.map { it.toString() })
        assertTrue((events[0] as Event.Exchanged).let { it.error == null && !it.took.isZero })
    }

    @Test
    fun `the log goes to slf4j and holds no secret`() {
        val token = Emulator.teamsToken()
        val expired = Emulator.mint(mapOf("kind" to "teams", "attack" to "expired"))
        Emulator.spoil(mapOf("operation" to "exchange_teams_user", "status" to 503, "count" to 1))
        Records(LoggerFactory.getLogger("dev.acsauth") as Logger).use { records ->
            val given = CommunicationIdentityClient.fromConnectionString(Emulator.connectionStringHttp).use {
                it.getTokenForTeamsUser(token, Emulator.spaClientId, Emulator.userObjectId)
            }
            // Records keep their order: once this rejection's record is there, all others are.
            val id = "the-last-request"
            assertThrows(EntraTokenRejectedException::class.java) {
                CommunicationIdentityClient.fromConnectionString(Emulator.connectionStringHttp).use {
                    it.getTokenForTeamsUser(
                        expired, Emulator.spaClientId, Emulator.userObjectId, CallOptions(null, id),
                    )
                }
            }
            fun line(it: ILoggingEvent) = "${it.loggerName} ${it.level} ${it.formattedMessage} ${it.keyValuePairs}"
            await { records.list.any { id in line(it) } }
            val lines = records.list.map(::line)
            assertTrue(lines.all { it.startsWith("dev.acsauth") })
            for (secret in listOf(token, expired, given.token, Emulator.accessKey)) assertFalse(lines.any { secret in it })
        }
    }

    @Test
    fun `a record of a request has its id and its route at the default level`() {
        val logger = LoggerFactory.getLogger("dev.acsauth") as Logger
        val before = logger.level
        logger.level = ch.qos.logback.classic.Level.WARN
        try {
            Records(logger).use { records ->
                val handler = TokenExchangeHandlerBuilder()
                    .set("connection_string", "endpoint=https://contoso.communication.azure.com;accesskey=c2VjcmV0")
                    .set("api_client_id", "11111111-1111-1111-1111-111111111111")
                    .set("teams_client_ids", listOf("22222222-2222-2222-2222-222222222222"))
                    .set("tenant_ids", listOf("33333333-3333-3333-3333-333333333333"))
                    .build()
                val headers = listOf(Header("Authorization", "Bearer x"))
                handler.use { it.handle(Request("POST", "/api/token/teams", headers)) }
                fun isOfRequest(event: ILoggingEvent) =
                    event.keyValuePairs.orEmpty().associate { it.key to it.value }.let {
                        it["route"] == "/api/token/teams" && it["correlation_id"] != null &&
                            it["time"] is java.time.Instant
                    }
                await { records.list.any(::isOfRequest) }
                assertTrue(records.list.all { it.level.isGreaterOrEqual(ch.qos.logback.classic.Level.WARN) })
            }
        } finally {
            logger.level = before
        }
    }

    @Test
    fun `what holds secrets does not show them`() {
        val secret = "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"
        val url = "redis://u:$secret@localhost"
        val sealing = SealingKey.fromBase64(java.util.Base64.getEncoder().encodeToString(ByteArray(32) { 1 }))
        val shown = listOf(
            AccessToken(secret, java.time.Instant.now()),
            CommunicationUserToken(CommunicationUserIdentifier("8:acs:1"), AccessToken(secret, java.time.Instant.now())),
            GetTokenForTeamsUserOptions(secret, "client", "user"),
            AccessKey(secret),
            ConnectionString.parse("endpoint=https://a.communication.azure.com;accesskey=$secret"),
            Proxy.url("http://u:$secret@proxy"),
            RedisOptions(url, sealing, password = secret),
            Header("authorization", "Bearer $secret"),
            Request("GET", "/?$secret", listOf(Header("authorization", secret)), secret.encodeToByteArray()),
            SignableRequest("GET", "https://a/$secret", secret.encodeToByteArray()),
            signRequest(SignableRequest("GET", "https://a.example/x"), AccessKey(secret)),
            RawResponse(200, listOf(Header("a", secret)), secret.encodeToByteArray()),
            HandlerSettings.fromToml("connection_string = \"endpoint=https://a.communication.azure.com;accesskey=$secret\"\n"),
            CommunicationIdentityClientBuilder().accessKey(secret),
        ).map { it.toString() }
        assertEquals(emptyList<String>(), shown.filter { secret in it })
    }
}
