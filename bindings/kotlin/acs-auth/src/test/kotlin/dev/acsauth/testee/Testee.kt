package dev.acsauth.testee

import dev.acsauth.AccessKey
import dev.acsauth.AccessToken
import dev.acsauth.AcsAuthException
import dev.acsauth.CallOptions
import dev.acsauth.CallResponse
import dev.acsauth.CommunicationIdentifier
import dev.acsauth.CommunicationIdentityAsyncClient
import dev.acsauth.CommunicationIdentityClient
import dev.acsauth.CommunicationIdentityClientBuilder
import dev.acsauth.CommunicationTokenCredentialBuilder
import dev.acsauth.CommunicationUserDetail
import dev.acsauth.CommunicationUserIdentifier
import dev.acsauth.CommunicationUserToken
import dev.acsauth.ConnectionString
import dev.acsauth.Endpoint
import dev.acsauth.Expectations
import dev.acsauth.HandlerSettings
import dev.acsauth.Header
import dev.acsauth.Inspection
import dev.acsauth.PreparedRequest
import dev.acsauth.RawResponse
import dev.acsauth.Request
import dev.acsauth.Response
import dev.acsauth.RetryPolicy
import dev.acsauth.SignableRequest
import dev.acsauth.SignedHeaders
import dev.acsauth.TeamsExtensionAssignment
import dev.acsauth.TeamsTokenExchangerBuilder
import dev.acsauth.TokenCredential
import dev.acsauth.TokenExchangeHandlerBuilder
import dev.acsauth.coroutines.CommunicationIdentityClient as SuspendClient
import dev.acsauth.coroutines.CommunicationTokenCredential as SuspendUserCredential
import dev.acsauth.coroutines.TokenExchangeHandler as SuspendHandler
import dev.acsauth.inspect
import dev.acsauth.signRequest
import dev.acsauth.support.Json
import dev.acsauth.support.items
import dev.acsauth.support.members
import java.io.PrintStream
import java.time.Duration
import java.time.Instant
import java.util.Collections

/** Runs conformance cases: reads a request per line and prints an answer per line, as tests/conformance/README.md describes. */
class Testee(private val form: String) {
    private var client: AutoCloseable? = null
    private var handler: Any? = null
    private var userCredential: AutoCloseable? = null
    private var asked = noted()
    private var askedForUser = noted()
    @Volatile private var response: CallResponse? = null

    fun answer(request: MutableMap<String, Any?>): Map<String, Any?> {
        if (request.remove("case") != null) {
            client?.close()
            client = null
            handler = null
            asked = noted()
            userCredential?.close()
            userCredential = null
            askedForUser = noted()
        }
        response = null
        val (outcome, printed) = try {
            val given = called(request)
            ("result" to resultOf(given)) to listOf(given.toString())
        } catch (failure: AcsAuthException) {
            val printed = listOf("$failure", "${failure.message}", "${failure.details}", failure.stackTraceToString())
            ("error" to fieldsOf(failure)) to printed
        }
        val state = client?.let {
            val (endpoint, skew) = listOf("getEndpoint", "getClockSkewSeconds").map { name -> call(it, name, emptyMap()) }
            mapOf("endpoint" to (endpoint as Endpoint).url, "clock_skew_seconds" to skew, "asked" to asked.toList())
        }
        val made = listOfNotNull(client, handler, userCredential).map { it.toString() }
        return mapOf(
            outcome, "printed" to mapOf("outcome" to printed, "made" to made), "client" to state, "response" to response?.let(::membersOf),
            "user_credential" to userCredential?.let { mapOf("asked" to askedForUser.toList()) },
        )
    }

    private fun called(request: MutableMap<String, Any?>): Any? {
        request.remove("client")?.let { client = client(it.members()) }
        val settings = request.remove("settings")?.members().orEmpty().mapValues { (_, value) -> value!! }
        request.remove("handler")?.let { handler = handler(HandlerSettings.of(settings).or(HandlerSettings.fromToml(it as String))) }
        request.remove("user_credential")?.let { userCredential = userCredential(it.members()) }
        val operation = request.remove("operation") as String
        val a: Arguments = request.remove("arguments").members()
        val options = CallOptions(
            timeout = (request.remove("timeout_ms") as Long?)?.let(Duration::ofMillis),
            clientRequestId = request.remove("client_request_id") as String?,
            headers = request.remove("headers")?.let(::headers).orEmpty(),
            userAgent = request.remove("user_agent") as String?,
            maxAttempts = (request.remove("max_attempts") as Long?)?.toInt(),
            attemptTimeout = (request.remove("attempt_timeout_ms") as Long?)?.let(Duration::ofMillis),
            onResponse = { response = it },
        )
        check(request.isEmpty()) { "unknown members ${request.keys}" }
        return when (operation) {
            "parse_connection_string" -> ConnectionString.parse(a.text("text"))
            "sign_request" -> {
                val signed = SignableRequest(a.text("method"), a.text("url"), a.text("body").encodeToByteArray())
                signRequest(signed, AccessKey(a.text("access_key")), Instant.ofEpochSecond(a["now"] as Long))
            }
            "prepare_request" -> call(FUNCTIONS, pure("prepare", a), a - "operation")
            "parse_response" -> {
                val response = RawResponse((a["status"] as Long).toInt(), headers(a["headers"]), a.text("body").encodeToByteArray())
                call(FUNCTIONS, pure("parse", a), mapOf("response" to response))
            }
            "inspect" -> inspected(a)
            "identifier_from_raw_id" -> Identified(CommunicationIdentifier.fromRawId(a.text("raw_id")))
            "make_identifier" -> Identified(made(a))
            "handle" -> {
                val sent = Request(a.text("method"), a.text("path"), headers(a["headers"]), a.text("body").encodeToByteArray())
                call(handler!!, if (form == "future") "handleAsync" else "handle", mapOf("request" to sent))
            }
            "user_credential_get_token" -> call(userCredential!!, if (form == "future") "getTokenAsync" else "getToken", a)
            "user_credential_close" -> userCredential!!.close()
            "update_access_key" -> call(client!!, "updateAccessKey", a)
            else -> call(client!!, camelCase(operation), a + ("options" to options))
        }
    }

    private fun client(given: Arguments): AutoCloseable {
        val builder = CommunicationIdentityClientBuilder()
        for ((name, value) in given) when (name) {
            // There is an overload with an enum.
            "api_version" -> builder.apiVersion(value as String)
            "max_attempts" -> builder.retryPolicy(RetryPolicy((value as Long).toInt()))
            "headers" -> headers(value).forEach { builder.header(it.name, it.value) }
            "token_credential" -> builder.credential(credential(value.members(), asked))
            else -> call(builder, camelCase(name.removeSuffix("_ms")), mapOf(name to value))
        }
        return when (form) {
            "blocking" -> builder.buildClient()
            "future" -> builder.buildAsyncClient()
            else -> SuspendClient(builder.made())
        }
    }

    private fun credential(given: Arguments, noted: MutableList<List<String>>) = TokenCredential { scopes ->
        noted += scopes
        token(given)
    }

    private fun token(given: Arguments) = AccessToken(given.text("token"), Instant.now().plusSeconds(given["expires_in_s"] as Long))

    private fun userCredential(given: Arguments): AutoCloseable {
        val noted = askedForUser
        val builder = CommunicationTokenCredentialBuilder()
        for ((name, value) in given) when (name) {
            "token" -> builder.token(value as String)
            "token_expires_in_s" -> builder.tokenExpiresOn(Instant.now().plusSeconds(value as Long))
            "refresher" -> builder.refresher {
                noted += emptyList<String>()
                token(value.members())
            }
            "entra_credential" -> builder.entraCredential(credential(value.members(), noted))
            "client" -> builder.client(clientObject())
            "exchanger" -> builder.exchanger(TeamsTokenExchangerBuilder().made(clientObject()))
            else -> call(builder, camelCase(name.removeSuffix("_ms").removeSuffix("_s")), mapOf(name to value))
        }
        return if (form == "suspend") SuspendUserCredential(builder.made()) else builder.build()
    }

    private fun clientObject() = when (val made = client!!) {
        is CommunicationIdentityClient -> made.made
        is CommunicationIdentityAsyncClient -> made.made
        else -> (made as SuspendClient).made
    }

    private fun handler(settings: HandlerSettings): Any =
        if (form == "suspend") SuspendHandler(settings) else TokenExchangeHandlerBuilder().settings(settings).build()
}

private fun noted(): MutableList<List<String>> = Collections.synchronizedList(mutableListOf())

/** The class that has the top-level functions. */
private val FUNCTIONS = Class.forName("dev.acsauth.AcsAuth")

/** What `prepare…` and `parse…` are named after if their names differ from the operation's. */
private val PURE = mapOf(
    "get_token" to "issue_token",
    "get_token_for_teams_user" to "exchange_teams_user",
    "get_token_for_teams_extension_user" to "exchange_teams_extension",
    "get_token_for_entra_user" to "exchange_entra_user",
)

private fun pure(verb: String, a: Arguments) = a.text("operation").let { camelCase("${verb}_${PURE[it] ?: it}") }

private fun headers(given: Any?) = given.items().map { Header(it.items()[0] as String, it.items()[1] as String) }

private fun inspected(a: Arguments): Inspection {
    val kinds = mapOf(
        "teams_user" to Expectations.teamsUser(),
        "teams_extension" to Expectations.teamsExtension(),
        "entra_user" to Expectations.entraUser(),
    )
    val expected = (a - "expect" - "token").entries.fold(kinds.getValue(a.text("expect"))) { expected, (name, value) ->
        call(expected, camelCase("with_" + name.removeSuffix("_s")), mapOf(name to value)) as Expectations
    }
    return inspect(a.text("token"), expected)
}

/** An operation's result in the form in which cases compare it. */
private fun resultOf(given: Any?): Map<String, Any?> = when (given) {
    null, Unit -> emptyMap()
    is CommunicationUserIdentifier -> mapOf("id" to given.id)
    is AccessToken -> mapOf("token" to given.token, "expires_on" to given.expiresOn.epochSecond)
    is CommunicationUserToken -> resultOf(given.user) + resultOf(given.token)
    is CommunicationUserDetail -> mapOf(
        "id" to given.user.id,
        "custom_id" to given.customId,
        "last_token_issued_at" to given.lastTokenIssuedAt?.epochSecond,
    )
    is TeamsExtensionAssignment -> mapOf(
        "tenant_id" to given.tenantId,
        "object_id" to given.objectId,
        "principal_type" to given.principalType.toString(),
        "client_ids" to given.clientIds,
    )
    is PreparedRequest -> mapOf(
        "method" to given.method.name,
        "url" to given.url,
        "headers" to pairs(given.headers),
        "body" to given.body.decodeToString(),
        "authentication" to given.authentication.name.lowercase(),
        "retryable" to given.retryable.name.lowercase(),
    )
    is Response -> mapOf("status" to given.status, "headers" to pairs(given.headers), "body" to given.body.decodeToString())
    is ConnectionString -> mapOf("endpoint" to given.endpoint.url)
    is SignedHeaders -> mapOf(
        "string_to_sign" to given.stringToSign,
        "x-ms-date" to given.xMsDate,
        "x-ms-content-sha256" to given.xMsContentSha256,
        "authorization" to given.authorization,
    )
    is Inspection -> mapOf(
        "ok" to given.isOk,
        "checks" to given.checks.map { listOf(it.name.name.lowercase(), it.outcome.name.lowercase()) },
        "explanation" to given.firstFailure?.explanation,
    )
    is Identified -> membersOf(given.identifier)
    else -> throw AssertionError("not a result: ${given.javaClass}")
}

private fun membersOf(response: CallResponse) = mapOf(
    "status" to response.status,
    "headers" to pairs(response.headers),
    "client_request_id" to response.clientRequestId,
    "attempts" to response.attempts,
)

private fun pairs(headers: List<Header>) = headers.map { listOf(it.name, it.value) }

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

fun main(arguments: Array<String>) {
    // Only answers may go to standard output, so anything else is redirected, such as a logger's output.
    val output = PrintStream(System.out, true, Charsets.UTF_8)
    System.setOut(System.err)
    val form = arguments.single()
    check(form in listOf("blocking", "future", "suspend")) { "there is no form $form" }
    val testee = Testee(form)
    for (line in System.`in`.bufferedReader().lineSequence()) {
        val answer = try {
            testee.answer(Json.parse(line).members().toMutableMap())
        } catch (failure: Throwable) {
            mapOf("failure" to failure.stackTraceToString())
        }
        output.println(Json.text(answer))
    }
}
