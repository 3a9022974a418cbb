package dev.acsauth.testee

import dev.acsauth.AccessToken
import dev.acsauth.AcsAuthException
import dev.acsauth.CallOptions
import dev.acsauth.CommunicationIdentityClientBuilder
import dev.acsauth.HandlerSettings
import dev.acsauth.Request
import dev.acsauth.RetryPolicy
import dev.acsauth.TokenCheck
import dev.acsauth.TokenCredential
import dev.acsauth.support.Json
import dev.acsauth.support.members
import java.io.PrintStream
import java.time.Duration
import java.time.Instant
import java.util.Collections

/** A request a line in, an answer a line out: tests/conformance/README.md describes both. Its argument is the form of calls. */
class Testee(private val form: Form) {
    private var client: Form.Calls? = null
    private var handler: Form.Answering? = null
    private var asked = mutableListOf<List<String>>()

    fun answer(request: Map<String, Any?>): Map<String, Any?> {
        if ("case" in request) {
            client?.close()
            client = null
            handler = null
            asked = Collections.synchronizedList(mutableListOf())
        }
        val (outcome, printed) = try {
            val given = called(request)
            ("result" to resultOf(given)) to listOf(given.toString())
        } catch (failure: AcsAuthException) {
            val printed = listOf("$failure", "${failure.message}", "${failure.details}", failure.stackTraceToString())
            ("error" to fieldsOf(failure)) to printed
        }
        val state = client?.let { mapOf("endpoint" to it.endpoint, "clock_skew_seconds" to it.skew, "asked" to asked.toList()) }
        val made = listOfNotNull(client?.client, handler?.handler).map { it.toString() }
        return mapOf(outcome, "printed" to mapOf("outcome" to printed, "made" to made), "client" to state)
    }

    private fun called(request: Map<String, Any?>): Any? {
        request["client"]?.let { client = client(it.members().toMutableMap()) }
        request["handler"]?.let {
            val byName = HandlerSettings.of(request["settings"]?.members().orEmpty().mapValues { (_, value) -> value!! })
            handler = form.handler(byName.or(HandlerSettings.fromToml(it as String)))
        }
        val operation = request["operation"] as String
        val a: Arguments = request["arguments"].members()
        WithoutIo.operations[operation]?.let { return it(a) }
        if (operation == "handle") {
            val body = a.text("body").encodeToByteArray()
            return handler!!.answer(Request(a.text("method"), a.text("path"), headers(a), body))
        }
        val timeout = (request["timeout_ms"] as Long?)?.let(Duration::ofMillis)
        return client!!.call(operation, a, CallOptions(timeout, request["client_request_id"] as String?))
    }

    private fun client(given: MutableMap<String, Any?>): Form.Calls {
        val builder = CommunicationIdentityClientBuilder()
        fun <T> take(name: String, set: (T) -> Unit) {
            @Suppress("UNCHECKED_CAST")
            given.remove(name)?.let { set(it as T) }
        }
        take<String>("connection_string") { builder.connectionString(it) }
        take<String>("endpoint") { builder.endpoint(it) }
        take<String>("secondary_access_key") { builder.secondaryAccessKey(it) }
        take<String>("root_certificates_pem") { builder.rootCertificatesPem(it.encodeToByteArray()) }
        take<Boolean>("allow_insecure_endpoint") { builder.allowInsecureEndpoint(it) }
        take<String>("api_version") { builder.apiVersion(it) }
        take<String>("application_id") { builder.applicationId(it) }
        take<String>("token_check") { builder.tokenCheck(TokenCheck.valueOf(it.uppercase())) }
        take<Long>("timeout_ms") { builder.timeout(Duration.ofMillis(it)) }
        take<Long>("max_attempts") { builder.retryPolicy(RetryPolicy(it.toInt())) }
        take<Map<String, Any?>>("token_credential") { credential ->
            val noted = asked
            builder.credential(
                TokenCredential { scopes ->
                    noted += scopes
                    AccessToken(credential["token"] as String, Instant.now().plusSeconds(credential["expires_in_s"] as Long))
                },
            )
        }
        check(given.isEmpty()) { "unknown options ${given.keys}" }
        return form.client(builder)
    }

    private fun fieldsOf(failure: AcsAuthException) = mapOf(
        "kind" to failure.kind.toString(),
        "value" to failure.kind.value(),
        "status" to failure.status,
        "code" to failure.code,
        "target" to failure.target,
        "reason" to failure.reason,
        "retry_after_ms" to failure.retryAfter?.toMillis(),
        "client_request_id" to failure.clientRequestId,
        "ms_cv" to failure.msCv,
    )
}

fun main(arguments: Array<String>) {
    // Nothing else writes to the standard output, a logger neither.
    val output = PrintStream(System.out, true, Charsets.UTF_8)
    System.setOut(System.err)
    val testee = Testee(Form.all.single { it.name == arguments.single() })
    for (line in System.`in`.bufferedReader().lineSequence()) {
        val answer = try {
            testee.answer(Json.parse(line).members())
        } catch (failure: Throwable) {
            mapOf("failure" to failure.stackTraceToString())
        }
        output.println(Json.text(answer))
    }
}
