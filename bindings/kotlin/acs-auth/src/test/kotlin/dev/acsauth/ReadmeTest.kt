package dev.acsauth

import dev.acsauth.coroutines.CommunicationIdentityClient as SuspendClient
import dev.acsauth.readme.JavaSnippets
import dev.acsauth.readme.KotlinSnippets
import dev.acsauth.support.Emulator
import dev.acsauth.support.Json
import dev.acsauth.support.repository
import java.time.Instant
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test

/** README.md's snippets are compiled here, and they run. */
class ReadmeTest {
    private val readme = repository.resolve("bindings/kotlin/README.md").readText()

    @BeforeEach
    fun reset() {
        Emulator.reset()
    }

    private fun lines(text: String) = text.lines().map { it.trim() }.filter { it.isNotEmpty() }.joinToString("\n")

    /** The snippets of a language, except its complete program. */
    private fun shown(language: String) =
        Regex("```$language\n(.*?)```", RegexOption.DOT_MATCHES_ALL).findAll(readme).map { lines(it.groupValues[1]) }
            .filterNot { " main(" in it }.toList()

    private fun source(path: String) =
        lines(repository.resolve("bindings/kotlin/acs-auth/src/test/$path").readText())

    @Test
    fun `what it shows is what is compiled`() {
        val kotlin = source("kotlin/dev/acsauth/readme/KotlinSnippets.kt")
        val java = source("java/dev/acsauth/readme/JavaSnippets.java") +
            source("../../../azure/src/test/java/dev/acsauth/azure/ReadmeSnippets.java")
        assertEquals(7, shown("kotlin").size)
        assertEquals(7, shown("java").size)
        for (snippet in shown("kotlin")) assertTrue(snippet in kotlin, snippet)
        for (snippet in shown("java")) assertTrue(snippet in java, snippet)
    }

    @Test
    fun `Kotlin's snippets run`() = runBlocking {
        val token = Emulator.teamsToken()
        KotlinSnippets.exchange(Emulator.connectionStringHttp, token, Emulator.spaClientId, Emulator.userObjectId)
        SuspendClient(connectionString = Emulator.connectionStringHttp).use { client ->
            KotlinSnippets.identities(client)
            KotlinSnippets.userCredential(client, client.createUser())
            KotlinSnippets.cached(client, token, Emulator.spaClientId, Emulator.userObjectId)
            val said = KotlinSnippets.failures(client, "no token", Emulator.spaClientId, Emulator.userObjectId)
            assertTrue(said.startsWith("sign the user in again: "), said)
        }
        val toml = mapOf(
            "connection_string" to Emulator.connectionString,
            "authority" to Emulator.httpsUrl,
            "api_client_id" to Emulator.apiClientId,
            "tenant_ids" to listOf(Emulator.tenantId),
            "teams_client_ids" to listOf(Emulator.spaClientId),
            "root_certificates_pem" to Emulator.ca.decodeToString(),
        ).map { "${it.key} = ${Json.text(it.value)}\n" }.joinToString("")
        assertEquals(401, KotlinSnippets.handler(toml, "no token"))
        assertTrue(KotlinSnippets.explain(token, "another")!!.isNotEmpty())
    }

    @Test
    fun `Java's snippets run`() {
        val text = Emulator.connectionStringHttp
        JavaSnippets.exchange(text, Emulator.teamsToken(), Emulator.spaClientId, Emulator.userObjectId)
        CommunicationIdentityAsyncClient.fromConnectionString(text).use {
            assertTrue(JavaSnippets.identities(it).join().startsWith("valid until "))
        }
        CommunicationIdentityClient.fromConnectionString(text).use {
            assertTrue(JavaSnippets.userCredential(it, it.createUser()).expiresOn > Instant.now())
            assertEquals("done", JavaSnippets.failures(it, it.createUser()))
            assertTrue(JavaSnippets.failures(it, CommunicationUserIdentifier("8:acs:none")).isNotEmpty())
        }
        val created = JavaSnippets.faked()
        assertEquals("8:acs:1_2" to 201, created.value.id to created.response.status)
    }
}
