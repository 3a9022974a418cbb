package dev.acsauth.internal

import dev.acsauth.AcsAuthException
import dev.acsauth.ErrorDetails
import dev.acsauth.ErrorKind
import dev.acsauth.internal.ffi.AcsAuthException as NativeException
import dev.acsauth.internal.ffi.InternalException as NativePanic
import java.lang.invoke.MethodHandles
import java.lang.invoke.MethodType
import java.nio.charset.CharacterCodingException
import java.time.Duration

/**
 * Calls generated code that doesn't block. Loads the native library at the first call, and converts exceptions to public ones.
 */
internal inline fun <T> native(block: () -> T): T {
    NativeLibrary.load()
    try {
        return block()
    } catch (failure: NativeException.Failure) {
        throw toPublic(failure)
    } catch (panic: NativePanic) {
        throw AcsAuthException.of(ErrorKind.INTERNAL, "A bug of the library: it panicked.")
    } catch (_: CharacterCodingException) {
        throw invalidText(null)
    } catch (closed: IllegalStateException) {
        throw IllegalStateException("It is closed.", closed)
    }
}

/** Recognizes virtual threads, which exist since Java 21. */
internal object VirtualThreads {
    private val isVirtual = try {
        MethodHandles.publicLookup()
            .findVirtual(Thread::class.java, "isVirtual", MethodType.methodType(Boolean::class.javaPrimitiveType))
    } catch (_: NoSuchMethodException) {
        null
    }

    /** Whether the current thread is virtual. */
    fun isHere() = isVirtual != null && isVirtual.invoke(Thread.currentThread()) as Boolean
}

internal fun toPublic(failure: NativeException.Failure): AcsAuthException = AcsAuthException.of(
    ErrorDetails(
        toPublic(failure.kind),
        failure.reason,
        failure.status?.toInt(),
        failure.code,
        failure.target,
        failure.retryAfterMs?.let { Duration.ofMillis(it.toLong()) },
        failure.clientRequestId,
        failure.msCv,
    ),
    null,
)

internal fun toNative(failure: AcsAuthException) = NativeException.Failure(
    toNative(failure.kind),
    failure.status?.toUShort(),
    failure.code,
    failure.target,
    failure.reason,
    failure.retryAfter?.toMillis()?.toULong(),
    failure.clientRequestId,
    failure.msCv,
)

/** The error for text with a lone surrogate, which cannot be encoded. */
internal fun invalidText(target: String?): AcsAuthException =
    invalid(target, "${target ?: "An argument"} holds a lone surrogate, which is not valid Unicode.")

/** Replaces each lone surrogate with U+FFFD. Java's encoder would use "?", which has a meaning in a path. */
internal fun wellFormed(text: String): String {
    if (isWellFormed(text)) return text
    val made = StringBuilder(text)
    var at = 0
    while (at < made.length) {
        val width = Character.charCount(Character.codePointAt(made, at))
        if (width == 1 && made[at].isSurrogate()) made[at] = '\uFFFD'
        at += width
    }
    return made.toString()
}

internal fun isWellFormed(text: String): Boolean {
    var at = 0
    while (at < text.length) {
        val width = Character.charCount(text.codePointAt(at))
        if (width == 1 && text[at].isSurrogate()) return false
        at += width
    }
    return true
}

internal fun invalid(target: String?, reason: String): AcsAuthException =
    AcsAuthException.of(ErrorDetails(ErrorKind.INVALID_ARGUMENT, reason, null, null, target, null, null, null), null)

private fun checked(name: String, duration: Duration): Duration {
    if (duration.isNegative) throw invalid(name, "$name must not be negative; it is $duration.")
    return duration
}

/** Converts to milliseconds, rounded up: a positive duration must not become zero. */
internal fun milliseconds(name: String, duration: Duration?): ULong? = duration?.let {
    val whole = try {
        checked(name, it).toMillis()
    } catch (_: ArithmeticException) {
        throw invalid(name, "$name must be less than 2^63 ms; it is $it.")
    }
    (if (it.nano % 1_000_000 == 0) whole else whole + 1).toULong()
}

/** Converts to seconds, rounded down as the official client does with an expiry. */
internal fun seconds(name: String, duration: Duration?): ULong? = duration?.let {
    if (it.seconds == 0L && it.nano > 0) throw invalid(name, "$name must be zero or at least 1 s; it is $it.")
    checked(name, it).seconds.toULong()
}

internal fun count(name: String, value: Int?): UInt? = value?.let {
    if (it < 0) throw invalid(name, "$name must not be negative; it is $it.")
    it.toUInt()
}

internal fun count(name: String, value: Long?): ULong? = value?.let {
    if (it < 0) throw invalid(name, "$name must not be negative; it is $it.")
    it.toULong()
}
