package dev.acsauth

import java.time.Duration

/** A request for a [Transport] to send. It prints without the body and the values of headers. */
class TransportRequest internal constructor(
    /** The method: "POST", "GET", "PUT" or "DELETE". */
    val method: String,
    /** The absolute URL, to be sent byte for byte: it is signed. */
    val url: String,
    /**
     * The headers, their names in lower case. The HTTP stack adds Host and Content-Length; an empty POST already has its
     * content-length of 0.
     */
    val headers: List<Header>,
    /** The body; it may contain a token. */
    val body: ByteArray,
    /** The time left for this attempt: use it as the HTTP stack's timeout. */
    val timeout: Duration,
    /** The largest accepted response body in bytes; a larger one fails the attempt. */
    val maxResponseBytes: Long,
) {
    /** Returns the first value of a header, or null if there is none; the name is case-insensitive. */
    fun header(name: String): String? = headers.firstOrNull { it.name.equals(name, ignoreCase = true) }?.value

    override fun toString() = "TransportRequest($method $url)"
}

/** The response to a request that a [Transport] sent. It prints without the body and the values of headers. */
class TransportResponse @JvmOverloads constructor(
    /** The HTTP status, 200 to 999. */
    val status: Int,
    /** The headers as they came, without Content-Encoding if the body was decompressed. */
    val headers: List<Header> = emptyList(),
    /** The whole body. */
    val body: ByteArray = ByteArray(0),
) {
    override fun toString() = "TransportResponse($status)"
}

/** The exception that a [Transport] throws if it received no usable response. */
class TransportFailure @JvmOverloads constructor(
    /** The kind, which decides whether the request is retried. */
    val kind: FailureKind,
    /** What happened, as text for a person. It appears in errors and logs, so it must not contain a secret. */
    val reason: String,
    cause: Throwable? = null,
) : Exception(reason, cause)
