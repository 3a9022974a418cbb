package dev.acsauth.support

import java.io.File
import java.net.URI
import java.net.URLEncoder
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse

/** The emulator: one for the whole test run. It exits with this process. */
object Emulator {
    private val process: Process = ProcessBuilder(System.getProperty("acs.emulator"), "--until-stdin-closes")
        .redirectError(ProcessBuilder.Redirect.DISCARD).start()
    val info = Json.parse(process.inputReader().readLine() ?: throw AssertionError("the emulator did not start")).members()
    private val http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()

    val httpUrl = info.getValue("http_url") as String
    val httpsUrl = info.getValue("https_url") as String
    val tenantId = info.getValue("tenant_id") as String
    val ca: ByteArray = File(info.getValue("ca_file") as String).readBytes()
    val connectionString = info.getValue("connection_string") as String
    val connectionStringHttp = info.getValue("connection_string_http") as String
    val accessKey = connectionString.substringAfter("accesskey=")
    val apiClientId = info.getValue("api").members().getValue("client_id") as String
    val spaClientId = info.getValue("spa").members().getValue("client_id") as String
    private val user = info.getValue("users").items().map { it.members() }.first { it["licensed"] == true }
    val username = user.getValue("username") as String
    val userObjectId = user.getValue("object_id") as String

    fun control(method: String, path: String, body: Any? = null): Any? {
        val publisher =
            if (body == null) HttpRequest.BodyPublishers.noBody() else HttpRequest.BodyPublishers.ofString(Json.text(body))
        val request = HttpRequest.newBuilder(URI("$httpUrl/_emulator$path")).method(method, publisher)
        if (body != null) request.header("Content-Type", "application/json")
        val answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString())
        if (answer.statusCode() !in 200..299) {
            throw AssertionError("the control API answered ${answer.statusCode()}: ${answer.body()}")
        }
        return Json.parseOrNull(answer.body())
    }

    fun reset() = control("POST", "/reset")

    fun mint(query: Map<String, Any?>): String {
        val text = query.entries.joinToString("&") { "${it.key}=${URLEncoder.encode(it.value.toString(), Charsets.UTF_8)}" }
        return control("GET", "/mint?$text").members().getValue("token") as String
    }

    fun teamsToken(): String = mint(mapOf("user" to username, "client_id" to spaClientId, "kind" to "teams"))

    fun apiToken(): String = mint(mapOf("user" to username, "client_id" to spaClientId, "kind" to "api"))

    fun spoil(fault: Map<String, Any?>) = control("POST", "/faults", fault)

    fun forgetRequests() = control("DELETE", "/requests")

    fun requests(): List<Map<String, Any?>> = control("GET", "/requests?operation=acs").members().getValue("requests")
        .items().map { it.members() }.sortedBy { it.getValue("id") as Long }
}

/** The repository's folder. */
val repository = File(System.getProperty("acs.repository"))
