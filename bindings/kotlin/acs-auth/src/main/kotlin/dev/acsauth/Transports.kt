package dev.acsauth

import java.time.Duration

/** A request for a [Transport] to send. It prints without the body and the values of headers. */
class TransportRequest internal constructor(
    /** "POST", "GET" or "DELETE". */
    val method: String,
    /** The absolute URL, to be sent byte for byte: it is signed. */
    val url: String,
    /**
     * The headers, their names in lower case. Host and Content-Length are the HTTP stack's to add; an empty POST brings its own
     * content-length of 0.
     */
    val headers: List<Header>,
    /** The body; it may hold a token. */
    val body: ByteArray,
    /** How long the attempt may still take: a timeout for the HTTP stack. */
    val timeout: Duration,
    /** How many bytes the response's body may have; a larger one fails the attempt. */
    val maxResponseBytes: Long,
) {
    /** The first value of a header, whatever the case of its name; null if there is none. */
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

/** A [Transport] throws it when no usable response came. [reason] is for a person, without any secret. */
class TransportFailure @JvmOverloads constructor(
    /** What a retry may conclude. */
    val kind: FailureKind,
    /** What happened, without any secret. */
    val reason: String,
    cause: Throwable? = null,
) : Exception(reason, cause)
