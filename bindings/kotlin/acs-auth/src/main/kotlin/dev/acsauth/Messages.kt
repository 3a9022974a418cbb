package dev.acsauth


/** A header of a request or a response. */
class Header(
    /** Its name. */
    val name: String,
    /** Its value. */
    val value: String,
) {
    override fun equals(other: Any?) = other is Header && other.name == name && other.value == value

    override fun hashCode() = 31 * name.hashCode() + value.hashCode()

    override fun toString() = "Header($name)"
}

/** An HTTP request, as received by a framework; a lone surrogate or a NUL is read as U+FFFD. It prints without headers and body,
 * which contain tokens. */
class Request @JvmOverloads constructor(
    /** "GET", "POST" … */
    val method: String,
    /** With the query, if there is one. */
    val path: String,
    /** In their order, names in any case. */
    val headers: List<Header> = emptyList(),
    /** Empty if there is none. */
    val body: ByteArray = ByteArray(0),
) {
    override fun toString() = "Request($method)"
}

/** An HTTP response, to be sent unchanged; the framework adds Content-Length and Date. It prints without the body. */
class Response internal constructor(
    /** The status. */
    val status: Int,
    /** The headers, their names in lower case. */
    val headers: List<Header>,
    /** The body. */
    val body: ByteArray,
) {
    /** Returns the first value of a header; the name is case-insensitive. */
    fun header(name: String): String? = headers.firstOrNull { it.name.equals(name, ignoreCase = true) }?.value

    override fun toString() = "Response($status)"
}
