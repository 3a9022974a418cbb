package dev.acsauth.internal

import com.sun.jna.Memory
import com.sun.jna.Native
import com.sun.jna.Pointer
import dev.acsauth.AccessToken
import dev.acsauth.CallOptions
import dev.acsauth.ErrorDetails
import dev.acsauth.ErrorKind
import dev.acsauth.TokenVersion
import dev.acsauth.VerifiedToken
import java.lang.ref.Reference
import java.time.Duration
import java.time.Instant

// A generated call of a few texts costs more than the library's own part of an exchange. So what a back end calls most goes
// by the C ABI, which the same library has; all else, and what C cannot take, by the generated code.

internal object FastPath {
    /** For tests and benches: the system property or environment variable says "generated" to do without. */
    val isOn: Boolean = (System.getProperty("dev.acsauth.path") ?: System.getenv("ACS_AUTH_KOTLIN_PATH")) != "generated" &&
        Native.POINTER_SIZE == Long.SIZE_BYTES

    private const val OTHERWISE = -1L

    fun exchange(client: Handle?, aadToken: String, clientId: String, user: String, options: CallOptions?): Operation<AccessToken>? {
        client ?: return null
        val (token, id, oid) = texts(aadToken, clientId, user) ?: return null
        val requestId = options?.clientRequestId?.let { text(it) ?: return null }?.let(::Lent)
        val given = options?.let {
            longArrayOf(3L * Long.SIZE_BYTES, number(milliseconds("timeout", it.timeout)), requestId?.address ?: 0)
        }
        return object : TokenOperation(client) {
            override fun wait(address: Long, result: LongArray, error: LongArray) = keeping(requestId) {
                Abi.acs_client_get_token_for_teams_user(address, token, id, oid, given, result, error)
            }

            override fun submit(address: Long, delivery: LongArray, call: LongArray, error: LongArray) = keeping(requestId) {
                Abi.acs_client_get_token_for_teams_user_submit(address, token, id, oid, given, delivery, call, error)
            }
        }
    }

    fun exchange(exchanger: Handle?, aadToken: String, clientId: String, user: String, timeout: Duration?): Operation<AccessToken>? {
        exchanger ?: return null
        val (token, id, oid) = texts(aadToken, clientId, user) ?: return null
        val given = number(milliseconds("timeout", timeout))
        return object : TokenOperation(exchanger) {
            override fun wait(address: Long, result: LongArray, error: LongArray) =
                Abi.acs_exchanger_exchange(address, token, id, oid, given, result, error)

            override fun submit(address: Long, delivery: LongArray, call: LongArray, error: LongArray) =
                Abi.acs_exchanger_exchange_submit(address, token, id, oid, given, delivery, call, error)
        }
    }

    fun verify(verifier: Handle?, bearerToken: String): Operation<VerifiedToken>? {
        verifier ?: return null
        val token = text(bearerToken) ?: return null
        return object : Operation<VerifiedToken>(verifier) {
            override fun wait(address: Long, result: LongArray, error: LongArray) =
                Abi.acs_verifier_verify(address, token, result, error)

            override fun submit(address: Long, delivery: LongArray, call: LongArray, error: LongArray) =
                Abi.acs_verifier_verify_submit(address, token, delivery, call, error)

            override fun take(completion: Long) = Abi.acs_completion_take_verified_token(completion)

            override fun read(result: Long) = verified(result)
        }
    }

    private fun number(given: ULong?) = given?.toLong() ?: OTHERWISE
}

/** An operation, ready to be made once: waiting, or submitted. */
internal abstract class Operation<T>(val handle: Handle) {
    abstract fun wait(address: Long, result: LongArray, error: LongArray): Int

    abstract fun submit(address: Long, delivery: LongArray, call: LongArray, error: LongArray): Int

    /** The result out of a completion; 0 if it failed. */
    abstract fun take(completion: Long): Long

    /** Reads the result and frees it. */
    abstract fun read(result: Long): T
}

private abstract class TokenOperation(handle: Handle) : Operation<AccessToken>(handle) {
    override fun take(completion: Long) = Abi.acs_completion_take_token(completion)

    override fun read(result: Long) = try {
        AccessToken(string(Abi.acs_token_text(result))!!, Instant.ofEpochSecond(Abi.acs_token_expires_on(result)))
    } finally {
        Abi.acs_token_free(result)
    }
}

private fun verified(token: Long) = try {
    VerifiedToken(
        string(Abi.acs_verified_token_tenant_id(token))!!,
        string(Abi.acs_verified_token_object_id(token))!!,
        string(Abi.acs_verified_token_client_id(token))!!,
        List(Abi.acs_verified_token_scope_count(token).toInt()) { string(Abi.acs_verified_token_scope(token, it.toLong()))!! },
        if (Abi.acs_verified_token_version(token) == 1) TokenVersion.V1 else TokenVersion.V2,
        Instant.ofEpochSecond(Abi.acs_verified_token_expires_on(token)),
    )
} finally {
    Abi.acs_verified_token_free(token)
}

private val kinds = ErrorKind.entries.associateBy { it.value() }

/** Reads an error and frees it. */
internal fun detailsOf(error: Long) = try {
    ErrorDetails(
        kinds[Abi.acs_error_kind(error)] ?: ErrorKind.INTERNAL,
        string(Abi.acs_error_reason(error)).orEmpty(),
        Abi.acs_error_http_status(error).takeIf { it != 0 },
        string(Abi.acs_error_code(error)),
        string(Abi.acs_error_target(error)),
        Abi.acs_error_retry_after_ms(error).takeIf { it >= 0 }?.let(Duration::ofMillis),
        string(Abi.acs_error_client_request_id(error)),
        string(Abi.acs_error_ms_cv(error)),
    )
} finally {
    Abi.acs_error_free(error)
}

private fun string(address: Long): String? = if (address == 0L) null else Pointer(address).getString(0, "UTF-8")

/** A text in memory that a struct can name; it goes with this object. */
private class Lent(text: ByteArray) {
    private val memory = Memory(text.size.toLong()).apply { write(0, text, 0, text.size) }
    val address: Long = Pointer.nativeValue(memory)
}

private inline fun keeping(lent: Lent?, call: () -> Int): Int = try {
    call()
} finally {
    Reference.reachabilityFence(lent)
}

/** The text with a NUL at its end; `null` if it is not plain ASCII without NULs, as tokens and ids are. */
private fun text(value: String): ByteArray? {
    val bytes = ByteArray(value.length + 1)
    for (at in value.indices) {
        val char = value[at].code
        if (char !in 1..127) return null
        bytes[at] = char.toByte()
    }
    return bytes
}

private fun texts(first: String, second: String, third: String): Triple<ByteArray, ByteArray, ByteArray>? {
    return Triple(text(first) ?: return null, text(second) ?: return null, text(third) ?: return null)
}
