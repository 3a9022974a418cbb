package dev.acsauth

import java.time.Duration

/** All that is known of a failure. No text of it holds a key or a token. */
class ErrorDetails(
    /** What went wrong. */
    val kind: ErrorKind,
    /** What happened and what to do, for a person. */
    val reason: String,
    /** The HTTP status, when an answer came. */
    val status: Int?,
    /** The service's error code, such as "ValidationError", or the token check that failed. */
    val code: String?,
    /** The field, argument or part that the error is about. The service's casing varies: compare without case. */
    val target: String?,
    /** How long the service asked to wait before the next try. */
    val retryAfter: Duration?,
    /** The x-ms-client-request-id of the request, the same on all its attempts. */
    val clientRequestId: String?,
    /** The service's MS-CV correlation vector, which Microsoft's support asks for. */
    val msCv: String?,
) {
    constructor(kind: ErrorKind, reason: String) : this(kind, reason, null, null, null, null, null, null)

    override fun toString(): String {
        val answer = listOfNotNull(status?.toString(), code).joinToString(" ", " (", ")").takeIf { it != " ()" } ?: ""
        val notes = listOfNotNull(
            target?.let { "target $it" },
            retryAfter?.let { "retry after ${it.toMillis()} ms" },
            clientRequestId?.let { "client request id $it" },
            msCv?.let { "MS-CV $it" },
        ).joinToString(", ", " [", "]").takeIf { it != " []" } ?: ""
        return "$kind$answer: $reason$notes"
    }
}

/**
 * A call that failed. There is a class for each [kind]; [reason] says what happened and what to do, for a person. No text
 * of it holds a key or a token.
 */
sealed class AcsAuthException(
    /** All that is known. */
    val details: ErrorDetails,
    cause: Throwable? = null,
) : RuntimeException(details.toString(), cause) {
    /** What went wrong. */
    val kind: ErrorKind get() = details.kind

    /** What happened and what to do, for a person. */
    val reason: String get() = details.reason

    /** The HTTP status, when an answer came. */
    val status: Int? get() = details.status

    /** The service's error code, such as "ValidationError", or the token check that failed. */
    val code: String? get() = details.code

    /** The field, argument or part that the error is about. The service's casing varies: compare without case. */
    val target: String? get() = details.target

    /** How long the service asked to wait before the next try. */
    val retryAfter: Duration? get() = details.retryAfter

    /** The x-ms-client-request-id of the request, the same on all its attempts. */
    val clientRequestId: String? get() = details.clientRequestId

    /** The service's MS-CV correlation vector, which Microsoft's support asks for. */
    val msCv: String? get() = details.msCv

    companion object {
        /** The exception of a kind, for a [TokenCredential] that says why it has no token. */
        @JvmStatic
        fun of(kind: ErrorKind, reason: String): AcsAuthException = of(ErrorDetails(kind, reason), null)

        /** The exception of these details. */
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

/** An argument of the call cannot be used; nothing was sent. */
class InvalidArgumentException internal constructor(details: ErrorDetails, cause: Throwable?) : AcsAuthException(details, cause)

/** The connection string or endpoint cannot be used. */
class InvalidConnectionStringException internal constructor(details: ErrorDetails, cause: Throwable?) : AcsAuthException(details, cause)

/** The library's own token check rejected the Entra token; nothing was sent. */
class EntraTokenInvalidException internal constructor(details: ErrorDetails, cause: Throwable?) : AcsAuthException(details, cause)

/** The service rejected the user's Entra token. */
class EntraTokenRejectedException internal constructor(details: ErrorDetails, cause: Throwable?) : AcsAuthException(details, cause)

/** The service rejected the request as invalid. */
class ValidationFailedException internal constructor(details: ErrorDetails, cause: Throwable?) : AcsAuthException(details, cause)

/** The service rejected the caller's own credential, or the host's credential gave none. */
class CredentialDeniedException internal constructor(details: ErrorDetails, cause: Throwable?) : AcsAuthException(details, cause)

/** The service does not know the identity. */
class NotFoundException internal constructor(details: ErrorDetails, cause: Throwable?) : AcsAuthException(details, cause)

/** The service, or the limit of an exchanger, throttled the call. */
class ThrottledException internal constructor(details: ErrorDetails, cause: Throwable?) : AcsAuthException(details, cause)

/** The service answered with another error. */
class ServiceErrorException internal constructor(details: ErrorDetails, cause: Throwable?) : AcsAuthException(details, cause)

/** No answer came: the name, the connection, TLS or the proxy failed. */
class TransportErrorException internal constructor(details: ErrorDetails, cause: Throwable?) : AcsAuthException(details, cause)

/** The deadline passed before an answer came. */
class TimeoutException internal constructor(details: ErrorDetails, cause: Throwable?) : AcsAuthException(details, cause)

/** The call was cancelled from within the library, as when it is shut down. */
class CancelledException internal constructor(details: ErrorDetails, cause: Throwable?) : AcsAuthException(details, cause)

/** An answer came that is not one of this service. */
class UnexpectedResponseException internal constructor(details: ErrorDetails, cause: Throwable?) : AcsAuthException(details, cause)

/** The caller of a back end sent no valid bearer token. */
class UnauthorizedException internal constructor(details: ErrorDetails, cause: Throwable?) : AcsAuthException(details, cause)

/** The caller of a back end may not do this. */
class ForbiddenException internal constructor(details: ErrorDetails, cause: Throwable?) : AcsAuthException(details, cause)

/** A bug of the library, or a system that gives no threads or descriptors. */
class InternalException internal constructor(details: ErrorDetails, cause: Throwable?) : AcsAuthException(details, cause)
