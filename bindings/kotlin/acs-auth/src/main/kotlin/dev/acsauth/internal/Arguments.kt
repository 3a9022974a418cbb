package dev.acsauth.internal

import com.sun.jna.Memory
import com.sun.jna.Pointer
import dev.acsauth.CallOptions
import dev.acsauth.CallResponse
import dev.acsauth.CommunicationTokenScope
import dev.acsauth.Header
import dev.acsauth.Request
import java.util.function.Consumer

// Converts arguments for the C ABI: text to UTF-8 that ends with NUL, structs and lists to arrays of addresses.

/** Converts a text that is an argument of its own. [name] is the argument's name in exceptions. */
internal fun text(name: String, value: String): ByteArray {
    val bytes = ByteArray(value.length + 1)
    for (at in value.indices) {
        val char = value[at].code
        if (char !in 1..127) return encoded(name, value)
        bytes[at] = char.toByte()
    }
    return bytes
}

private fun encoded(name: String, value: String): ByteArray {
    if (!isWellFormed(value)) throw invalidText(name)
    if ('\u0000' in value) throw invalid(name, "$name holds a NUL character.")
    return value.toByteArray().let { it.copyOf(it.size + 1) }
}

internal fun number(given: ULong?): Long = given?.toLong() ?: Abi.ACS_DEFAULT.toLong()

/** The native memory that arguments point to. */
internal class NativeMemory : AutoCloseable {
    private val blocks = ArrayList<Memory>(2)

    /** The acs_call_options of a call that has them, and the receiver of its response. */
    var call: LongArray? = null
    var onResponse: Consumer<CallResponse>? = null

    private fun block(size: Long): Memory = Memory(maxOf(size, 1)).also { blocks += it }

    /** Copies these into one block, and returns the address of each. */
    fun place(parts: List<ByteArray>): LongArray {
        val block = block(parts.sumOf { it.size.toLong() })
        var at = 0L
        return LongArray(parts.size) { index ->
            val part = parts[index]
            block.write(at, part, 0, part.size)
            Pointer.nativeValue(block) + at.also { at += part.size }
        }
    }

    fun place(words: LongArray): Long {
        val block = block(words.size.toLong() * Long.SIZE_BYTES)
        block.write(0, words, 0, words.size)
        return Pointer.nativeValue(block)
    }

    /** Wipes and frees the memory: it may contain a token. */
    override fun close() {
        for (block in blocks) {
            block.clear()
            block.close()
        }
        blocks.clear()
    }
}

/** Copies the scopes, and returns their addresses. */
internal fun NativeMemory.scopes(scopes: Iterable<CommunicationTokenScope>): LongArray =
    place(scopes.map { text("scopes", it.toString()) })

/** Copies texts, and returns their addresses. */
internal fun NativeMemory.texts(name: String, values: Iterable<String>): LongArray = place(values.map { text(name, it) })

/** Returns an acs_call_options, or null for the client's defaults. */
internal fun NativeMemory.callOptions(options: CallOptions?): LongArray? {
    options ?: return null
    val words = LongArray(Abi.acs_call_options.WORDS)
    words[Abi.acs_call_options.struct_size] = sizeOf(words)
    words[Abi.acs_call_options.timeout_ms] = number(milliseconds("timeout", options.timeout))
    words[Abi.acs_call_options.max_attempts] = number(count("max_attempts", options.maxAttempts)?.toULong())
    words[Abi.acs_call_options.attempt_timeout_ms] = number(milliseconds("attempt_timeout", options.attemptTimeout))
    words[Abi.acs_call_options.keep_response] = number(null)
    options.clientRequestId?.let {
        words[Abi.acs_call_options.client_request_id] = place(listOf(text("client_request_id", it)))[0]
    }
    options.userAgent?.let { words[Abi.acs_call_options.user_agent] = place(listOf(text("user_agent", it)))[0] }
    words[Abi.acs_call_options.headers] = headers(options.headers)
    words[Abi.acs_call_options.header_count] = options.headers.size.toLong()
    call = words
    onResponse = options.onResponse
    return words
}

/** Returns the address of an array of acs_header, each of which is the addresses of a name and a value. */
private fun NativeMemory.headers(headers: List<Header>): Long {
    if (headers.isEmpty()) return 0
    return place(place(headers.flatMap { listOf(text("headers", it.name), text("headers", it.value)) }))
}

/** Returns an acs_request. NULs and lone surrogates become U+FFFD, so that every request gets a response. */
internal fun NativeMemory.request(given: Request): LongArray {
    fun part(text: String) = text("request", wellFormed(text).replace('\u0000', '\uFFFD'))

    val texts = listOf(part(given.method), part(given.path)) + given.headers.flatMap { listOf(part(it.name), part(it.value)) }
    val addresses = place(texts + given.body)
    val words = LongArray(Abi.acs_request.WORDS)
    words[Abi.acs_request.struct_size] = sizeOf(words)
    words[Abi.acs_request.method] = addresses[0]
    words[Abi.acs_request.path] = addresses[1]
    // An acs_header is the addresses of its name and its value.
    words[Abi.acs_request.headers] = place(addresses.copyOfRange(2, texts.size))
    words[Abi.acs_request.header_count] = given.headers.size.toLong()
    words[Abi.acs_request.body_data] = addresses[texts.size]
    words[Abi.acs_request.body_len] = given.body.size.toLong()
    return words
}

internal fun sizeOf(struct: LongArray): Long = struct.size.toLong() * Long.SIZE_BYTES
