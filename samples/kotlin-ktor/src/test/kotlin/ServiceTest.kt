package dev.acsauth.samples

import com.google.gson.Gson
import com.google.gson.JsonObject
import com.google.gson.JsonParser
import java.io.File
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.nio.file.Files
import java.util.concurrent.CompletableFuture
import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.BeforeAll
import org.junit.jupiter.api.Test

/** Starts the service as a separate program and calls it as a web page does. */
class ServiceTest {
    private fun call(
        method: String,
        path: String,
        headers: Map<String, String> = emptyMap(),
        body: ByteArray = ByteArray(0),
    ): HttpResponse<String> {
        val request = HttpRequest.newBuilder(URI("$service$path")).method(method, HttpRequest.BodyPublishers.ofByteArray(body))
        headers.forEach { (name, value) -> request.header(name, value) }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString())
    }

    private fun mint(kind: String): String {
        val user = emulator["users"].asJsonArray[0].asJsonObject["username"].asString
        val query = "user=$user&client_id=${client("spa")}&kind=$kind"
        val answer = http.send(
            HttpRequest.newBuilder(URI("${text("http_url")}/_emulator/mint?$query")).build(),
            HttpResponse.BodyHandlers.ofString(),
        )
        return JsonParser.parseString(answer.body()).asJsonObject["token"].asString
    }

    private fun signedIn() = mapOf("authorization" to "Bearer ${mint("api")}", "teams-user-aad-token" to mint("teams"))

    @Test
    fun `a caller gets a token`() {
        val answer = call("POST", "/api/token/teams", signedIn())
        assertEquals(201, answer.statusCode(), answer.body())
        assertTrue(JsonParser.parseString(answer.body()).asJsonObject["token"].asString.isNotEmpty())
        assertEquals("no-store", answer.headers().firstValue("cache-control").get())
    }

    @Test
    fun `a caller without a token is refused`() {
        val answer = call("GET", "/api/token/teams")
        assertEquals(401, answer.statusCode())
        assertTrue(answer.headers().firstValue("www-authenticate").isPresent)
    }

    @Test
    fun `a body of 64 KiB is too large`() {
        assertEquals(413, call("POST", "/api/token/teams", signedIn(), ByteArray(64 * 1024)).statusCode())
        assertEquals(201, call("POST", "/api/token/teams", signedIn(), ByteArray(1024)).statusCode())
    }

    @Test
    fun `many callers at once`() {
        val headers = signedIn()
        val answers = List(32) { CompletableFuture.supplyAsync { call("POST", "/api/token/teams", headers).statusCode() } }
        assertEquals(setOf(201), answers.map { it.join() }.toSet())
    }

    @Test
    fun `what is not there is not found`() = assertEquals(404, call("GET", "/other").statusCode())

    companion object {
        private val http: HttpClient = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()
        private lateinit var emulatorProcess: Process
        private lateinit var serviceProcess: Process
        private lateinit var emulator: JsonObject
        private lateinit var service: String

        private fun text(name: String) = emulator[name].asString

        private fun client(name: String) = emulator[name].asJsonObject["client_id"].asString

        @BeforeAll
        @JvmStatic
        fun start() {
            emulatorProcess = ProcessBuilder(System.getProperty("acs.emulator"), "--until-stdin-closes")
                .redirectError(ProcessBuilder.Redirect.DISCARD).start()
            emulator = JsonParser.parseString(emulatorProcess.inputReader().readLine()).asJsonObject
            val settings = mapOf(
                "connection_string" to text("connection_string"),
                "authority" to text("https_url"),
                "api_client_id" to client("api"),
                "tenant_ids" to listOf(text("tenant_id")),
                "teams_client_ids" to listOf(client("spa")),
                "root_certificates_pem" to File(text("ca_file")).readText(),
            )
            val gson = com.google.gson.GsonBuilder().disableHtmlEscaping().create()
            val file = Files.createTempFile("settings", ".toml")
            Files.writeString(file, settings.map { "${it.key} = ${gson.toJson(it.value)}\n" }.joinToString(""))
            serviceProcess = ProcessBuilder(
                "${System.getProperty("java.home")}/bin/java", "-cp", System.getProperty("java.class.path"),
                "dev.acsauth.samples.MainKt", file.toString(),
            ).apply { environment()["PORT"] = "0" }.redirectError(ProcessBuilder.Redirect.INHERIT).start()
            val line = generateSequence { serviceProcess.inputReader().readLine() }.first { "listening on" in it }
            service = line.substringAfter("listening on ")
        }

        @AfterAll
        @JvmStatic
        fun stop() {
            serviceProcess.destroy()
            assertTrue(serviceProcess.waitFor(10, java.util.concurrent.TimeUnit.SECONDS), "it ends when it is told to")
            emulatorProcess.destroy()
        }
    }
}
