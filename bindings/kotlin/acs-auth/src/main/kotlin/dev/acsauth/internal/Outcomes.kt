package dev.acsauth.internal

import com.sun.jna.Pointer
import dev.acsauth.AccessToken
import dev.acsauth.CallResponse
import dev.acsauth.CommunicationUserDetail
import dev.acsauth.CommunicationUserIdentifier
import dev.acsauth.CommunicationUserToken
import dev.acsauth.ErrorDetails
import dev.acsauth.ErrorKind
import dev.acsauth.Header
import dev.acsauth.Response
import dev.acsauth.TeamsExtensionAssignment
import dev.acsauth.TeamsExtensionPrincipalType
import dev.acsauth.TokenVersion
import dev.acsauth.VerifiedToken
import java.time.Duration
import java.time.Instant

/** How to take an operation's result out of a completion, and how to read it. The raw result is a handle or a number. */
internal abstract class Outcome<T> {
    abstract fun take(completion: Long): Long

    /** Reads a raw result, and frees it if it is a handle. */
    abstract fun read(result: Long): T
}

internal object NoResult : Outcome<Void?>() {
    override fun take(completion: Long) = 0L

    override fun read(result: Long) = null
}

internal object YesOrNoResult : Outcome<Boolean>() {
    override fun take(completion: Long) = Abi.acs_completion_reachable(completion).toLong()

    override fun read(result: Long) = result == 1L
}

/** Like [YesOrNoResult]; null if the question doesn't apply. */
internal object AnswerResult : Outcome<Boolean?>() {
    override fun take(completion: Long) = YesOrNoResult.take(completion)

    override fun read(result: Long) = if (result == Abi.ACS_NOT_APPLICABLE.toLong()) null else YesOrNoResult.read(result)
}

internal object UserResult : Outcome<CommunicationUserIdentifier>() {
    override fun take(completion: Long) = Abi.acs_completion_take_user(completion)

    override fun read(result: Long) = try {
        CommunicationUserIdentifier(string(Abi.acs_user_id(result)))
    } finally {
        Abi.acs_user_free(result)
    }
}

internal object TokenResult : Outcome<AccessToken>() {
    override fun take(completion: Long) = Abi.acs_completion_take_token(completion)

    override fun read(result: Long) = try {
        AccessToken(string(Abi.acs_token_text(result)), Instant.ofEpochSecond(Abi.acs_token_expires_on(result)))
    } finally {
        Abi.acs_token_free(result)
    }
}

internal object UserTokenResult : Outcome<CommunicationUserToken>() {
    override fun take(completion: Long) = Abi.acs_completion_take_user_token(completion)

    override fun read(result: Long) = try {
        val expiresOn = Instant.ofEpochSecond(Abi.acs_user_token_expires_on(result))
        CommunicationUserToken(
            CommunicationUserIdentifier(string(Abi.acs_user_token_user_id(result))),
            AccessToken(string(Abi.acs_user_token_text(result)), expiresOn),
        )
    } finally {
        Abi.acs_user_token_free(result)
    }
}

internal object UserDetailResult : Outcome<CommunicationUserDetail>() {
    override fun take(completion: Long) = Abi.acs_completion_take_user_detail(completion)

    override fun read(result: Long) = try {
        val issued = Abi.acs_user_detail_last_token_issued_at(result)
        val customId = Abi.acs_user_detail_custom_id(result)
        CommunicationUserDetail(
            CommunicationUserIdentifier(string(Abi.acs_user_detail_user_id(result))),
            if (customId == 0L) null else string(customId),
            if (issued == 0L) null else Instant.ofEpochSecond(issued),
        )
    } finally {
        Abi.acs_user_detail_free(result)
    }
}

internal object TeamsExtensionAssignmentResult : Outcome<TeamsExtensionAssignment>() {
    override fun take(completion: Long) = Abi.acs_completion_take_teams_extension_assignment(completion)

    override fun read(result: Long) = try {
        TeamsExtensionAssignment(
            string(Abi.acs_teams_extension_assignment_tenant_id(result)),
            string(Abi.acs_teams_extension_assignment_object_id(result)),
            TeamsExtensionPrincipalType.fromString(string(Abi.acs_teams_extension_assignment_principal_type(result))),
            List(Abi.acs_teams_extension_assignment_client_id_count(result).toInt()) {
                string(Abi.acs_teams_extension_assignment_client_id(result, it.toLong()))
            },
        )
    } finally {
        Abi.acs_teams_extension_assignment_free(result)
    }
}

internal object VerifiedTokenResult : Outcome<VerifiedToken>() {
    override fun take(completion: Long) = Abi.acs_completion_take_verified_token(completion)

    override fun read(result: Long) = try {
        VerifiedToken(
            string(Abi.acs_verified_token_tenant_id(result)),
            string(Abi.acs_verified_token_object_id(result)),
            string(Abi.acs_verified_token_client_id(result)),
            List(Abi.acs_verified_token_scope_count(result).toInt()) {
                string(Abi.acs_verified_token_scope(result, it.toLong()))
            },
            if (Abi.acs_verified_token_version(result) == Abi.ACS_TOKEN_VERSION_1) TokenVersion.V1 else TokenVersion.V2,
            Instant.ofEpochSecond(Abi.acs_verified_token_expires_on(result)),
        )
    } finally {
        Abi.acs_verified_token_free(result)
    }
}

internal object ResponseResult : Outcome<Response>() {
    override fun take(completion: Long) = Abi.acs_completion_take_response(completion)

    override fun read(result: Long) = try {
        val body = Abi.acs_response_body(result)
        Response(
            Abi.acs_response_status(result),
            headers(Abi.acs_response_header_count(result)) { Abi.acs_response_header(result, it) },
            if (body.len == 0L) ByteArray(0) else Pointer(body.data).getByteArray(0, body.len.toInt()),
        )
    } finally {
        Abi.acs_response_free(result)
    }
}

/** Reads a call's response, without freeing it. */
internal fun responseOf(response: Long) = CallResponse(
    Abi.acs_call_response_status(response),
    headers(Abi.acs_call_response_header_count(response)) { Abi.acs_call_response_header(response, it) },
    string(Abi.acs_call_response_client_request_id(response)),
    Abi.acs_call_response_attempts(response),
)

private inline fun headers(count: Long, header: (Long) -> Abi.acs_header) =
    List(count.toInt()) { at -> header(at.toLong()).let { Header(string(it.name), string(it.value)) } }

private val kinds = ErrorKind.entries.associateBy { it.value() }

/** Reads an error and frees it. */
internal fun detailsOf(error: Long) = try {
    ErrorDetails(
        kinds[Abi.acs_error_kind(error)] ?: ErrorKind.INTERNAL,
        string(Abi.acs_error_reason(error)),
        Abi.acs_error_http_status(error).takeIf { it != 0 },
        optionalString(Abi.acs_error_code(error)),
        optionalString(Abi.acs_error_target(error)),
        Abi.acs_error_retry_after_ms(error).takeIf { it >= 0 }?.let(Duration::ofMillis),
        optionalString(Abi.acs_error_client_request_id(error)),
        optionalString(Abi.acs_error_ms_cv(error)),
    )
} finally {
    Abi.acs_error_free(error)
}

private fun string(address: Long): String = Pointer(address).getString(0, "UTF-8")

private fun optionalString(address: Long): String? = if (address == 0L) null else string(address)
