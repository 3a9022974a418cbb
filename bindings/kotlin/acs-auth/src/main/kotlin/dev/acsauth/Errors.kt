package dev.acsauth

import java.time.Duration

/** The details of a failure. None of them contains a key or a token. */
class ErrorDetails(
    /** What went wrong. */
    val kind: ErrorKind,
    /** What happened and what to do, as text for a person. */
    val reason: String,
    /** The HTTP status, if a response was received. */
    val status: Int?,
    /** The service's error code, such as "ValidationError", or the failed token check. */
    val code: String?,
    /** The argument, option or field that the error is about. The service's casing varies: compare case-insensitively. */
    val target: String?,
    /** How long to wait before the next call, if the service or a limit asks for it. */
    val retryAfter: Duration?,
    /** The x-ms-client-request-id of the request, the same for all its attempts. */
    val clientRequestId: String?,
    /** The service's MS-CV correlation vector, which Microsoft's support asks for. */
    val msCv: String?,
) {
    constructor(kind: ErrorKind, reason: String) : this(kind, reason, null, null, null, null, null, null)

    override fun toString(): String {
        val answer = listOfNotNull(status?.toString(), code).joinToString(" ", " (", ")").takeIf { it != " ()" } ?: ""
        // "limit must be at least 2." in place of "It must be at least 2. [target limit]".
        val named = if (target != null && reason.startsWith("It ")) "$target ${reason.removePrefix("It ")}" else null
        val notes = listOfNotNull(
            target.takeIf { named == null }?.let { "target $it" },
            retryAfter?.let { "retry after ${it.toMillis()} ms" },
            clientRequestId?.let { "client request id $it" },
            msCv?.let { "MS-CV $it" },
        ).joinToString(", ", " [", "]").takeIf { it != " []" } ?: ""
        return "$kind$answer: ${named ?: reason}$notes"
    }
}

/**
 * A failed call. There is a class for each [kind]; [reason] states what happened and what to do, as text for a person.
 * Neither the message nor any of the details contains a key or a token.
 */
sealed class AcsAuthException(
    /** Everything that is known. */
    val details: ErrorDetails,
    cause: Throwable? = null,
) : RuntimeException(details.toString(), cause) {
    /** What went wrong. */
    val kind: ErrorKind get() = details.kind

    /** What happened and what to do, as text for a person. */
    val reason: String get() = details.reason

    /** The HTTP status, if a response was received. */
    val status: Int? get() = details.status

    /** The service's error code, such as "ValidationError", or the failed token check. */
    val code: String? get() = details.code

    /** The argument, option or field that the error is about. The service's casing varies: compare case-insensitively. */
    val target: String? get() = details.target

    /** How long to wait before the next call, if the service or a limit asks for it. */
    val retryAfter: Duration? get() = details.retryAfter

    /** The x-ms-client-request-id of the request, the same for all its attempts. */
    val clientRequestId: String? get() = details.clientRequestId

    /** The service's MS-CV correlation vector, which Microsoft's support asks for. */
    val msCv: String? get() = details.msCv

    companion object {
        /** Creates an exception of this kind, for a [TokenCredential] to report why it has no token. */
        @JvmStatic
        fun of(kind: ErrorKind, reason: String): AcsAuthException = of(ErrorDetails(kind, reason), null)

        /** Creates an exception with these details. */
        @JvmStatic
        fun of(details: ErrorDetails, cause: Throwable?): AcsAuthException = when (details.kind) {
            ErrorKind.INVALID_ARGUMENT -> InvalidArgumentException(details, cause)
            ErrorKind.INVALID_CONNECTION_STRING -> InvalidConnectionStringException(details, cause)
            ErrorKind.ENTRA_TOKEN_INVALID -> EntraTokenInvalidException(details, cause)
            ErrorKind.ENTRA_TOKEN_REJECTED -> EntraTokenRejectedException(details, cause)
            ErrorKind.VALIDATION_FAILED -> ValidationFailedException(details, cause)
            ErrorKind.CREDENTIAL_DENIED -> CredentialDeniedException(details, cause)
            ErrorKind.NOT_FOUND -> NotFoundException(details, cause)
            ErrorKind.THROTTLED -> ThrottledException(details, cause)
            ErrorKind.SERVICE_ERROR -> ServiceErrorException(details, cause)
            ErrorKind.TRANSPORT_ERROR -> TransportErrorException(details, cause)
            ErrorKind.TIMEOUT -> TimeoutException(details, cause)
            ErrorKind.CANCELLED -> CancelledException(details, cause)
            ErrorKind.UNEXPECTED_RESPONSE -> UnexpectedResponseException(details, cause)
            ErrorKind.UNAUTHORIZED -> UnauthorizedException(details, cause)
            ErrorKind.FORBIDDEN -> ForbiddenException(details, cause)
            ErrorKind.INTERNAL -> InternalException(details, cause)
        }
    }
}

/** An argument or option is invalid; nothing was sent. */
class InvalidArgumentException internal constructor(details: ErrorDetails, cause: Throwable?) : AcsAuthException(details, cause)

/** The connection string, endpoint or access key is invalid. */
class InvalidConnectionStringException internal constructor(details: ErrorDetails, cause: Throwable?) : AcsAuthException(details, cause)

/** The library's token check rejected the Entra token; nothing was sent. */
class EntraTokenInvalidException internal constructor(details: ErrorDetails, cause: Throwable?) : AcsAuthException(details, cause)

/** The service rejected the user's Entra token. */
class EntraTokenRejectedException internal constructor(details: ErrorDetails, cause: Throwable?) : AcsAuthException(details, cause)

/** The service rejected the request as invalid. */
class ValidationFailedException internal constructor(details: ErrorDetails, cause: Throwable?) : AcsAuthException(details, cause)

/** The service rejected your credential (access key or bearer token), or your [TokenCredential] returned no token. */
class CredentialDeniedException internal constructor(details: ErrorDetails, cause: Throwable?) : AcsAuthException(details, cause)

/** The identity or the assignment doesn't exist. */
class NotFoundException internal constructor(details: ErrorDetails, cause: Throwable?) : AcsAuthException(details, cause)

/** The service, or the limit of an exchanger, throttled the call. */
class ThrottledException internal constructor(details: ErrorDetails, cause: Throwable?) : AcsAuthException(details, cause)

/** The service returned another error. */
class ServiceErrorException internal constructor(details: ErrorDetails, cause: Throwable?) : AcsAuthException(details, cause)

/** No response was received: DNS, the connection, TLS or the proxy failed. */
class TransportErrorException internal constructor(details: ErrorDetails, cause: Throwable?) : AcsAuthException(details, cause)

/** The deadline passed before a response was received. */
class TimeoutException internal constructor(details: ErrorDetails, cause: Throwable?) : AcsAuthException(details, cause)

/** The call was cancelled, for example because its credential was closed. */
class CancelledException internal constructor(details: ErrorDetails, cause: Throwable?) : AcsAuthException(details, cause)

/** The response isn't one that this service sends, such as a redirect or a malformed body. */
class UnexpectedResponseException internal constructor(details: ErrorDetails, cause: Throwable?) : AcsAuthException(details, cause)

/** A back end's caller sent no valid bearer token. */
class UnauthorizedException internal constructor(details: ErrorDetails, cause: Throwable?) : AcsAuthException(details, cause)

/** A back end's caller isn't allowed to do this. */
class ForbiddenException internal constructor(details: ErrorDetails, cause: Throwable?) : AcsAuthException(details, cause)

/** A bug in the library, or the system can't provide threads or descriptors. */
class InternalException internal constructor(details: ErrorDetails, cause: Throwable?) : AcsAuthException(details, cause)
