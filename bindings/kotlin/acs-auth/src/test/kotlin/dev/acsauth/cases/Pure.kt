package dev.acsauth.cases

import dev.acsauth.AccessKey
import dev.acsauth.AccessToken
import dev.acsauth.CommunicationTokenScope
import dev.acsauth.CommunicationUserIdentifier
import dev.acsauth.CommunicationUserToken
import dev.acsauth.ConnectionString
import dev.acsauth.Endpoint
import dev.acsauth.Expectations
import dev.acsauth.Header
import dev.acsauth.Outcome
import dev.acsauth.PreparedRequest
import dev.acsauth.RawResponse
import dev.acsauth.SignableRequest
import dev.acsauth.support.Json
import dev.acsauth.support.items
import dev.acsauth.support.members
import dev.acsauth.support.repository
import java.time.Duration
import java.time.Instant
import java.time.ZonedDateTime
import java.time.format.DateTimeFormatter
import java.util.Base64

/** What an operation gave, as cases compare it. */
fun resultOf(given: Any?): Map<String, Any?> = when (given) {
    null, Unit -> emptyMap()
    is CommunicationUserIdentifier -> mapOf("id" to given.id)
    is AccessToken -> mapOf("token" to given.token, "expires_on" to given.expiresOn.epochSecond)
    is CommunicationUserToken -> resultOf(given.user) + resultOf(given.token)
    else -> throw AssertionError("not a result: ${given.javaClass}")
}

fun shared(folder: String, name: String) = Json.parse(repository.resolve("tests/$folder/$name.json").readText()).members()

fun moment(httpDate: String): Instant = ZonedDateTime.parse(httpDate, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant()

fun user(a: Arguments) = CommunicationUserIdentifier(a.text("user"))

fun scopes(a: Arguments) = a.take("scopes").items().map { CommunicationTokenScope.fromString(it as String) }

fun expiry(a: Arguments): Duration? = (a.maybe("token_expires_in_s") as Long?)?.let(Duration::ofSeconds)

/** The calls without I/O: arguments from JSON, results to JSON. */
object Pure {
    val operations: Map<String, (Arguments) -> Map<String, Any?>> = mapOf(
        "parse_connection_string" to ::parseConnectionString,
        "sign_request" to ::signRequest,
        "prepare_request" to ::prepareRequest,
        "parse_response" to ::parseResponse,
        "inspect" to ::inspect,
    )

    private fun parseConnectionString(a: Arguments): Map<String, Any?> {
        val text = a.text("text")
        a.end()
        return mapOf("endpoint" to ConnectionString.parse(text).endpoint.url)
    }

    private fun signRequest(a: Arguments): Map<String, Any?> {
        val vector = a.maybe("vector") as String?
        val names = listOf("method", "url", "body_base64", "access_key", "x-ms-date")
        val given = if (vector != null) shared("vectors", vector) else names.associateWith { a.take(it) }
        a.end()
        val body = Base64.getDecoder().decode(given["body_base64"] as String)
        val request = SignableRequest(given["method"] as String, given["url"] as String, body)
        val key = AccessKey(given["access_key"] as String)
        val signed = dev.acsauth.signRequest(request, key, moment(given["x-ms-date"] as String))
        val result = mapOf(
            "string_to_sign" to signed.stringToSign,
            "x-ms-date" to signed.xMsDate,
            "x-ms-content-sha256" to signed.xMsContentSha256,
            "authorization" to signed.authorization,
        )
        return result + ("as_in_vector" to result.all { given[it.key] == it.value })
    }

    private fun prepareRequest(a: Arguments): Map<String, Any?> {
        val operation = a.text("operation")
        val endpoint = Endpoint.parse(a.text("endpoint"))
        val version = a.text("api_version")
        val prepared = prepared(operation, endpoint, version, a)
        a.end()
        return mapOf(
            "method" to prepared.method.name,
            "url" to prepared.url,
            "headers" to prepared.headers.associate { it.name to it.value },
            "body" to prepared.body.decodeToString(),
            "authentication" to prepared.authentication.name.lowercase(),
            "repeatable" to prepared.repeatable.name.lowercase(),
        )
    }

    private fun prepared(operation: String, endpoint: Endpoint, version: String, a: Arguments): PreparedRequest = when (operation) {
        "create_user" -> dev.acsauth.prepareCreateUser(endpoint, version)
        "create_user_and_token" -> dev.acsauth.prepareCreateUserAndToken(endpoint, scopes(a), expiry(a), version)
        "get_token" -> dev.acsauth.prepareIssueToken(endpoint, user(a), scopes(a), expiry(a), version)
        "revoke_tokens" -> dev.acsauth.prepareRevokeTokens(endpoint, user(a), version)
        "delete_user" -> dev.acsauth.prepareDeleteUser(endpoint, user(a), version)
        "get_token_for_teams_user" -> dev.acsauth.prepareExchangeTeamsUser(
            endpoint, a.text("aad_token"), a.text("client_id"), a.text("user_object_id"), version,
        )
        "get_token_for_teams_extension_user" ->
            dev.acsauth.prepareExchangeTeamsExtension(endpoint, a.text("aad_token"), version)
        else -> throw AssertionError("there is no operation $operation")
    }

    private fun parseResponse(a: Arguments): Map<String, Any?> {
        val operation = a.text("operation")
        val recorded = (a.maybe("recording") as String?)?.let { shared("recordings", it) }
        val status: Any?
        val headers: Any?
        val text: String
        if (recorded != null) {
            status = recorded["status"]
            headers = recorded["response_headers"]
            text = recorded["response_body"]?.let(Json::text) ?: ""
        } else {
            status = a.take("status")
            headers = a.take("headers")
            text = a.text("body")
        }
        a.end()
        val pairs = if (headers is Map<*, *>) {
            headers.members().map { Header(it.key, it.value as String) }
        } else {
            headers.items().map { Header(it.items()[0] as String, it.items()[1] as String) }
        }
        val response = RawResponse((status as Long).toInt(), pairs, text.encodeToByteArray())
        return resultOf(
            when (operation) {
                "create_user" -> dev.acsauth.parseCreateUser(response)
                "create_user_and_token" -> dev.acsauth.parseCreateUserAndToken(response)
                "get_token" -> dev.acsauth.parseIssueToken(response)
                "revoke_tokens" -> dev.acsauth.parseRevokeTokens(response)
                "delete_user" -> dev.acsauth.parseDeleteUser(response)
                "get_token_for_teams_user" -> dev.acsauth.parseExchangeTeamsUser(response)
                "get_token_for_teams_extension_user" -> dev.acsauth.parseExchangeTeamsExtension(response)
                else -> throw AssertionError("there is no operation $operation")
            },
        )
    }

    private fun inspect(a: Arguments): Map<String, Any?> {
        var expected = when (val kind = a.text("expect")) {
            "teams_user" -> Expectations.teamsUser()
            "teams_extension" -> Expectations.teamsExtension()
            else -> throw AssertionError("nothing expects $kind")
        }
        expected = expected.withClientId(a.maybe("client_id") as String?)
            .withUserObjectId(a.maybe("user_object_id") as String?).withTenantId(a.maybe("tenant_id") as String?)
        (a.maybe("min_remaining_s") as Long?)?.let { expected = expected.withMinRemaining(Duration.ofSeconds(it)) }
        val token = a.text("token")
        a.end()
        val found = dev.acsauth.inspect(token, expected)
        fun of(outcome: Outcome) = found.checks.filter { it.outcome == outcome }.map { it.name.name.lowercase() }
        return mapOf(
            "ok" to found.isOk,
            "passed" to of(Outcome.PASSED),
            "failed" to of(Outcome.FAILED),
            "not_checked" to of(Outcome.NOT_CHECKED),
            "explanation" to found.firstFailure?.explanation,
        )
    }
}
