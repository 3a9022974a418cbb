package dev.acsauth

import dev.acsauth.support.Emulator
import java.time.Duration
import kotlin.random.Random
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** Text with lone surrogates, which cannot be encoded: a request still gets a response, and an argument is invalid. */
class TextsTest {
    private val handler = TokenExchangeHandlerBuilder()
        .set("connection_string", Emulator.connectionStringHttp)
        .set("api_client_id", "11111111-1111-1111-1111-111111111111")
        .set("tenant_ids", listOf("22222222-2222-2222-2222-222222222222"))
        .set("teams_client_ids", listOf("33333333-3333-3333-3333-333333333333"))
        .set("timeout_ms", Duration.ofSeconds(5))
        .build()

    private fun answer(path: String, vararg headers: Pair<String, String>) =
        handler.handle(Request("POST", path, headers.map { (name, value) -> Header(name, value) })).status

    @Test
    fun `a path with a lone surrogate is not found`() {
        assertEquals(404, answer("/\uD800"))
        assertEquals(404, answer("/\uDFFFx\uD83D\uDE00"))
        // A "?" in its place would begin a query, and the route would be found.
        assertEquals(404, answer("/api/token/teams\uDCFF"))
    }

    @Test
    fun `a header with a lone surrogate is no token`() {
        assertEquals(401, answer("/api/token/teams", "Authorization" to "Bearer \uD800"))
        assertEquals(401, answer("/api/token/teams", "\uDFFF" to "x"))
    }

    @Test
    fun `any request is answered`() {
        val source = Random(1)
        val pieces = listOf("\uD800", "\uDFFF", "\uD83D", "\u0000", "\uFFFD", "?", "/", "\u00E9", "Bearer ", "a", "\n")
        fun text() = (1..source.nextInt(6)).joinToString("") { pieces.random(source) }
        repeat(200) {
            val status = answer(
                listOf(text(), "/api/token/teams", "/api/token/teams" + text()).random(source),
                listOf("Authorization", "Teams-User-Aad-Token", text()).random(source) to text(),
                text() to text(),
            )
            assertTrue(status in 200..499, "$status")
        }
    }

    @Test
    fun `an argument with a lone surrogate is invalid, and its text is not shown`() {
        val secret = "s3cret\uDCE9"
        val client = CommunicationIdentityClient.fromConnectionString(Emulator.connectionStringHttp)
        val calls = listOf<() -> Any?>(
            { client.getTokenForTeamsUser(secret, "a", "b") },
            { client.deleteUser(CommunicationUserIdentifier(secret)) },
            { CommunicationIdentityClient.fromConnectionString(secret) },
            { AccessKey(secret) },
            { HandlerSettings.fromToml(secret) },
            { Cloud.custom(secret) },
            { inspect(secret, Expectations.teamsUser()) },
            { HandlerSettings.fromEnv { secret } },
        )
        for (call in calls) {
            val failure = assertThrows(InvalidArgumentException::class.java) { call() }
            assertTrue("lone surrogate" in failure.reason, failure.reason)
            assertFalse("s3cret" in failure.stackTraceToString())
        }
    }
}
