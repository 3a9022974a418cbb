package dev.acsauth.testee

import dev.acsauth.AccessKey
import dev.acsauth.AccessToken
import dev.acsauth.CommunicationTokenScope
import dev.acsauth.CommunicationUserIdentifier
import dev.acsauth.CommunicationUserToken
import dev.acsauth.ConnectionString
import dev.acsauth.Endpoint
import dev.acsauth.Expectations
import dev.acsauth.Header
import dev.acsauth.Inspection
import dev.acsauth.PreparedRequest
import dev.acsauth.RawResponse
import dev.acsauth.Response
import dev.acsauth.SignableRequest
import dev.acsauth.SignedHeaders
import dev.acsauth.support.items
import java.time.Duration
import java.time.Instant

typealias Arguments = Map<String, Any?>

fun Arguments.text(name: String) = getValue(name) as String

/** What an operation gave, as cases compare it. */
fun resultOf(given: Any?): Map<String, Any?> = when (given) {
    null, Unit -> emptyMap()
    is CommunicationUserIdentifier -> mapOf("id" to given.id)
    is AccessToken -> mapOf("token" to given.token, "expires_on" to given.expiresOn.epochSecond)
    is CommunicationUserToken -> resultOf(given.user) + resultOf(given.token)
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
    else -> throw AssertionError("not a result: ${given.javaClass}")
}

private fun pairs(headers: List<Header>) = headers.map { listOf(it.name, it.value) }

fun headers(a: Arguments) = a["headers"].items().map { Header(it.items()[0] as String, it.items()[1] as String) }

fun user(a: Arguments) = CommunicationUserIdentifier(a.text("user"))

fun scopes(a: Arguments) = a["scopes"].items().map { CommunicationTokenScope.fromString(it as String) }

fun expiry(a: Arguments): Duration? = (a["token_expires_in_s"] as Long?)?.let(Duration::ofSeconds)

/** The operations without I/O. */
object WithoutIo {
    val operations: Map<String, (Arguments) -> Any?> = mapOf(
        "parse_connection_string" to { a -> ConnectionString.parse(a.text("text")) },
        "sign_request" to ::signRequest,
        "prepare_request" to { a -> prepared(a, Endpoint.parse(a.text("endpoint")), a.text("api_version")) },
        "parse_response" to ::parsed,
        "inspect" to ::inspect,
    )

    private fun signRequest(a: Arguments): SignedHeaders {
        val request = SignableRequest(a.text("method"), a.text("url"), a.text("body").encodeToByteArray())
        return dev.acsauth.signRequest(request, AccessKey(a.text("access_key")), Instant.ofEpochSecond(a["now"] as Long))
    }

    private fun prepared(a: Arguments, endpoint: Endpoint, version: String): PreparedRequest = when (val operation = a.text("operation")) {
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

    private fun parsed(a: Arguments): Any? {
        val response = RawResponse((a["status"] as Long).toInt(), headers(a), a.text("body").encodeToByteArray())
        return when (val operation = a.text("operation")) {
            "create_user" -> dev.acsauth.parseCreateUser(response)
            "create_user_and_token" -> dev.acsauth.parseCreateUserAndToken(response)
            "get_token" -> dev.acsauth.parseIssueToken(response)
            "revoke_tokens" -> dev.acsauth.parseRevokeTokens(response)
            "delete_user" -> dev.acsauth.parseDeleteUser(response)
            "get_token_for_teams_user" -> dev.acsauth.parseExchangeTeamsUser(response)
            "get_token_for_teams_extension_user" -> dev.acsauth.parseExchangeTeamsExtension(response)
            else -> throw AssertionError("there is no operation $operation")
        }
    }

    private fun inspect(a: Arguments): Inspection {
        val expected = when (val kind = a.text("expect")) {
            "teams_user" -> Expectations.teamsUser()
            "teams_extension" -> Expectations.teamsExtension()
            else -> throw AssertionError("nothing expects $kind")
        }.withClientId(a["client_id"] as String?).withUserObjectId(a["user_object_id"] as String?)
            .withTenantId(a["tenant_id"] as String?)
        val remaining = (a["min_remaining_s"] as Long?)?.let(Duration::ofSeconds)
        return dev.acsauth.inspect(a.text("token"), if (remaining == null) expected else expected.withMinRemaining(remaining))
    }
}
