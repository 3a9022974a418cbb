package dev.acsauth


/** A header of a request or a response. It prints without the value. */
class Header(
    /** The name. */
    val name: String,
    /** The value. */
    val value: String,
) {
    override fun equals(other: Any?) = other is Header && other.name == name && other.value == value

    override fun hashCode() = 31 * name.hashCode() + value.hashCode()

    override fun toString() = "Header($name)"
}

/** An HTTP request, as received by a framework. A lone surrogate or a NUL in it is read as U+FFFD. It prints without headers and
 * body, which may contain tokens. */
class Request @JvmOverloads constructor(
    /** The method: "GET", "POST" … */
    val method: String,
    /** The path, with the query if there is one. */
    val path: String,
    /** The headers in their order, names in any case. */
    val headers: List<Header> = emptyList(),
    /** The body; empty if there is none. */
    val body: ByteArray = ByteArray(0),
) {
    override fun toString() = "Request($method)"
}

/** An HTTP response, to be sent unchanged; the framework adds Content-Length and Date. It prints without headers and body. */
class Response internal constructor(
    /** The status. */
    val status: Int,
    /** The headers, their names in lower case. */
    val headers: List<Header>,
    /** The body. */
    val body: ByteArray,
) {
    /** Returns the first value of a header, or null if there is none; the name is case-insensitive. */
    fun header(name: String): String? = headers.firstOrNull { it.name.equals(name, ignoreCase = true) }?.value

    override fun toString() = "Response($status)"
}
