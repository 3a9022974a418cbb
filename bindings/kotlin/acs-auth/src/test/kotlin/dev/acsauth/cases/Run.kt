package dev.acsauth.cases

import dev.acsauth.AccessToken
import dev.acsauth.AcsAuthException
import dev.acsauth.CallOptions
import dev.acsauth.CommunicationIdentityClientBuilder
import dev.acsauth.HandlerSettings
import dev.acsauth.Header
import dev.acsauth.Preflight
import dev.acsauth.Request
import dev.acsauth.Response
import dev.acsauth.RetryPolicy
import dev.acsauth.TokenCredential
import dev.acsauth.support.Emulator
import dev.acsauth.support.Json
import dev.acsauth.support.items
import dev.acsauth.support.members
import java.time.Duration
import java.time.Instant
import java.util.Collections

/** One case from its beginning to its end. */
class Run(private val case: Map<String, Any?>, private val flavour: Flavour, private val numbers: Map<String, Int>) {
    private val scope = Scope().apply { name("emulator", Emulator.info) }
    private val secrets = mutableListOf(Emulator.accessKey)
    private val asked = Collections.synchronizedList(mutableListOf<List<String>>())
    private var client: Flavour.Calls? = null
    private var handler: ((Request) -> Response)? = null

    fun run() {
        checkCase(case)
        Emulator.reset()
        for (action in (case["before"] ?: listOf<Any?>()).items()) act(action.members().entries.single())
        Emulator.forgetRequests()
        val started = System.nanoTime()
        val outcome = outcome(case["call"].members())
        judge(outcome, (System.nanoTime() - started) / 1_000_000)
        client?.close()
    }

    private fun act(action: Map.Entry<String, Any?>) {
        val given = action.value
        when (action.key) {
            "mint" -> {
                val token = Emulator.mint(scope.fill(given.members() - "as").members())
                secrets += token
                scope.name(given.members()["as"] as String, token)
            }
            "call" -> {
                val result = outcome(given.members()).getOrThrow()
                check((result["status"] as Long? ?: 0) < 400) { "before: $result" }
                (given.members()["as"] as String?)?.let { scope.name(it, result) }
            }
            else -> Emulator.control(if (action.key == "behaviour") "PUT" else "POST", "/${action.key.replace('_', '-')}", scope.fill(given))
        }
    }

    /** The result, or the error; whatever else is thrown fails the case. */
    private fun outcome(call: Map<String, Any?>): Result<Map<String, Any?>> = try {
        Result.success(made(call))
    } catch (failure: AcsAuthException) {
        Result.failure(failure)
    }

    private fun made(call: Map<String, Any?>): Map<String, Any?> {
        val a = Arguments(scope.fill(call["arguments"] ?: mapOf<String, Any?>()).members())
        val operation = call["operation"] as String
        Pure.operations[operation]?.let { return it(a) }
        if (operation == "handle") return handled(a)
        val client = client ?: client().also { client = it }
        val options = CallOptions((call["timeout_ms"] as Long?)?.let(Duration::ofMillis), call["client_request_id"] as String?)
        val result = resultOf(client.call(operation, a, options))
        a.end()
        (result["token"] as String?)?.let(secrets::add)
        return result
    }

    private fun client(): Flavour.Calls {
        val given = (case["client"] ?: mapOf<String, Any?>()).members().toMutableMap()
        val overHttps = given.remove("transport").let { it == "https" || (check(it == null || it == "http") { "$it" }).let { false } }
        val builder = CommunicationIdentityClientBuilder()
        if (given.remove("trust_ca") != false) builder.rootCertificatesPem(Emulator.ca)
        (given.remove("allow_insecure_endpoint") as Boolean?)?.let(builder::allowInsecureEndpoint)
        (given.remove("api_version") as String?)?.let(builder::apiVersion)
        (given.remove("application_id") as String?)?.let(builder::applicationId)
        (given.remove("preflight") as String?)?.let { builder.preflight(Preflight.valueOf(it.uppercase())) }
        (given.remove("timeout_ms") as Long?)?.let { builder.timeout(Duration.ofMillis(it)) }
        (given.remove("max_attempts") as Long?)?.let { builder.retryPolicy(RetryPolicy(it.toInt())) }
        (given.remove("secondary_access_key") as String?)?.let { builder.secondaryAccessKey(scope.fill(it) as String) }
        val credential = given.remove("token_credential")?.members()
        val usual = if (overHttps) Emulator.connectionString else Emulator.connectionStringHttp
        val connectionString = scope.fill(given.remove("connection_string") ?: usual) as String
        check(given.isEmpty()) { "unknown options $given" }
        if (credential == null) return flavour.client(builder.connectionString(connectionString))
        val token = scope.fill(credential["token"]) as String
        builder.endpoint(if (overHttps) Emulator.httpsUrl else Emulator.httpUrl).credential(
            TokenCredential { scopes ->
                asked += scopes
                AccessToken(token, Instant.now().plusSeconds(credential["expires_in_s"] as Long))
            },
        )
        return flavour.client(builder)
    }

    private fun handled(a: Arguments): Map<String, Any?> {
        val handler = handler ?: handler().also { handler = it }
        val method = a.text("method")
        val path = a.text("path")
        val headers = (a.maybe("headers") ?: listOf<Any?>()).items()
            .map { Header(it.items()[0] as String, it.items()[1] as String) }
        val body = (a.maybe("body") as String? ?: "").encodeToByteArray()
        a.end()
        val response = handler(Request(method, path, headers, body))
        val text = response.body.decodeToString()
        val json = Json.parseOrNull(text)
        val answer = mapOf(
            "status" to response.status.toLong(),
            "headers" to response.headers.associate { it.name to it.value },
            "body" to text,
            "json" to json,
        )
        if (response.status >= 400) keepsSecrets(Json.text(answer), "the answer")
        ((json as? Map<*, *>)?.get("token") as? String)?.let(secrets::add)
        return answer
    }

    private fun handler(): (Request) -> Response {
        val fitting = mapOf(
            "connection_string" to Emulator.connectionString,
            "authority" to Emulator.httpsUrl,
            "api_client_id" to Emulator.apiClientId,
            "tenants" to listOf(Emulator.tenantId),
            "teams_client_ids" to listOf(Emulator.spaClientId),
            "root_certificates_pem" to Emulator.ca.decodeToString(),
        ) + scope.fill(case["handler"] ?: mapOf<String, Any?>()).members()
        // Texts, numbers, booleans and arrays of texts are written in JSON as in TOML.
        val toml = fitting.filterValues { it != null }.map { "${it.key} = ${Json.text(it.value)}\n" }.joinToString("")
        return flavour.handler(HandlerSettings.fromToml(toml))
    }

    private fun keepsSecrets(texts: String, what: String) {
        val never = scope.fill(case["expect"].members()["never_shown"] ?: listOf<Any?>()).items().map { it as String }
        for (secret in secrets + never) check(secret !in texts) { "$what shows a secret" }
    }

    private fun judge(outcome: Result<Map<String, Any?>>, took: Long) {
        val expect = case["expect"].members()
        val matcher = Matcher(scope, Emulator.control("GET", "/clock").members()["unix"] as Long)
        if ("ok" in expect) {
            matcher.check(outcome.getOrThrow(), expect["ok"])
        } else {
            val failure = outcome.exceptionOrNull() as AcsAuthException? ?: throw AssertionError("it succeeded: $outcome")
            judgeError(failure, expect["error"].members(), matcher)
        }
        val bounds = (expect["took_ms"] ?: mapOf<String, Any?>()).members()
        check(took in (bounds["at_least"] as Long? ?: 0)..(bounds["at_most"] as Long? ?: took)) { "it took $took ms, not $bounds" }
        expect["client"]?.let {
            matcher.check(mapOf("endpoint" to client!!.endpoint, "clock_skew_seconds" to client!!.skew), it)
        }
        expect["credential"]?.members()?.let { wanted ->
            check(asked.size.toLong() == wanted["calls"]) { "the credential was asked $asked" }
            check(asked.all { it == (wanted["scopes"] ?: emptyList<String>()) }) { "the credential was asked $asked" }
        }
        Seen(case["emulator"]?.members() ?: emptyMap(), scope).judge(matcher)
    }

    private fun judgeError(failure: AcsAuthException, expected: Map<String, Any?>, matcher: Matcher) {
        check(failure.kind.toString() == expected["kind"] && failure.kind.value() == numbers[expected["kind"]]) {
            "it failed otherwise: $failure"
        }
        val fields = mapOf(
            "status" to failure.status?.toLong(),
            "code" to failure.code,
            "target" to failure.target,
            "reason" to failure.reason,
            "retry_after_ms" to failure.retryAfter?.toMillis(),
            "client_request_id" to failure.clientRequestId,
            "ms_cv" to failure.msCv,
        )
        keepsSecrets("$failure\n${failure.message}\n${failure.details}\n$fields\n${failure.stackTraceToString()}", "the error")
        matcher.check(fields, expected - "kind")
    }
}
