package dev.acsauth.internal

import dev.acsauth.AcsAuthException
import dev.acsauth.ErrorDetails
import java.util.concurrent.CompletableFuture

/** Makes an operation on the calling thread, which it holds until the result is there. Returns a status. */
internal fun interface Waiting {
    fun call(handle: Long, result: LongArray, error: LongArray): Int
}

/** Starts an operation, whose result comes to the delivery. Returns a status. */
internal fun interface Submitting {
    fun call(handle: Long, delivery: LongArray, call: LongArray, error: LongArray): Int
}

/** An operation by the C ABI, ready to be made once: `waited`, as a `future` or `awaited`. [memory] is what its arguments name by address. */
internal class Operation<T>(
    private val handle: Handle,
    private val credential: CredentialAdapter?,
    private val memory: NativeMemory?,
    val outcome: Outcome<T>,
    private val waiting: Waiting,
    private val submitting: Submitting,
) {
    fun wait(result: LongArray, error: LongArray): Int = memory.use { handle.use { waiting.call(it, result, error) } }

    fun submit(delivery: LongArray, call: LongArray, error: LongArray): Int =
        memory.use { handle.use { submitting.call(it, delivery, call, error) } }

    /** The exception of a failure; what the host's credential threw becomes its cause, if that is why. */
    fun failed(details: ErrorDetails): AcsAuthException =
        AcsAuthException.of(details, null).let { credential?.explained(it) ?: it }
}

/** A future of an operation, failed where its arguments or its object will not do. */
internal inline fun <T> future(operation: () -> Operation<T>): CompletableFuture<T> = try {
    operation().future()
} catch (failure: Throwable) {
    CompletableFuture.failedFuture(failure)
}
