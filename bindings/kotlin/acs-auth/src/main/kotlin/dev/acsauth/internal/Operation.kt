package dev.acsauth.internal

import com.sun.jna.Pointer
import dev.acsauth.AcsAuthException
import dev.acsauth.CallOptions
import dev.acsauth.CallResponse
import dev.acsauth.CallResult
import dev.acsauth.ErrorDetails
import dev.acsauth.ErrorKind
import java.util.concurrent.CompletableFuture
import org.slf4j.Logger
import org.slf4j.LoggerFactory

/** Runs an operation on the calling thread and blocks until the result is available. Returns a status. */
internal fun interface Waiting {
    fun call(handle: Long, result: LongArray, error: LongArray): Int
}

/** Starts an operation, whose completion goes to the delivery. Returns a status. */
internal fun interface Submitting {
    fun call(handle: Long, delivery: LongArray, call: LongArray, error: LongArray): Int
}

/**
 * An operation of the C ABI, to be run once: with `waited`, `future` or `awaited`. [memory] is the native memory that its arguments
 * point to.
 */
internal class Operation<T>(
    private val handle: Handle,
    private val credential: CredentialAdapter?,
    private val memory: NativeMemory?,
    val outcome: Outcome<T>,
    private val waiting: Waiting,
    private val submitting: Submitting,
) {
    private val onResponse = memory?.onResponse
    private var keepsResponse = onResponse != null

    /** The call's response once it has ended; null if none was received or [keepingResponse] wasn't called. */
    var response: CallResponse? = null
        private set

    /** Keeps the response for [response]. The operation must have been created with options. */
    fun keepingResponse(): Operation<T> = apply { keepsResponse = true }

    fun wait(result: LongArray, error: LongArray): Int = memory.use { held ->
        val options = held?.call?.takeIf { keepsResponse }
        options?.set(Abi.acs_call_options.response, held.place(LongArray(1)))
        val status = handle.use { waiting.call(it, result, error) }
        options?.let { Pointer(it[Abi.acs_call_options.response]).getLong(0) }?.takeIf { it != 0L }?.let { kept ->
            responded(try { responseOf(kept) } finally { Abi.acs_call_response_free(kept) })
        }
        status
    }

    fun submit(delivery: LongArray, call: LongArray, error: LongArray): Int = memory.use { held ->
        if (keepsResponse) held?.call?.set(Abi.acs_call_options.keep_response, 1)
        handle.use { submitting.call(it, delivery, call, error) }
    }

    /** Reads the response from a completion, which still owns it. */
    fun completed(completion: Long) {
        if (!keepsResponse) return
        val lent = Abi.acs_completion_call_response(completion)
        if (lent != 0L) responded(responseOf(lent))
    }

    private fun responded(response: CallResponse) {
        this.response = response
        try {
            onResponse?.accept(response)
        } catch (failure: Throwable) {
            log.warn("onResponse threw {}.", failure.javaClass.name)
        }
    }

    /** Returns the exception for a failure. What the host's credential threw becomes its cause, if that was the reason. */
    fun failed(details: ErrorDetails): AcsAuthException =
        AcsAuthException.of(details, null).let { credential?.explained(it) ?: it }

    private companion object {
        val log: Logger = LoggerFactory.getLogger("dev.acsauth")
    }
}

/** Returns options for an operation that keeps its response, which it can't do without any. */
internal fun kept(options: CallOptions?): CallOptions = options ?: CallOptions()

/** Combines what a call returned with its response. */
internal fun <T> Operation<T>.result(value: T): CallResult<T> =
    CallResult(value, response ?: throw AcsAuthException.of(ErrorKind.INTERNAL, "A call succeeded without a response."))

/** Starts an operation and returns its future. The future fails if an argument is invalid or the object is closed. */
internal inline fun <T> future(operation: () -> Operation<T>): CompletableFuture<T> = try {
    operation().future { it }
} catch (failure: Throwable) {
    CompletableFuture.failedFuture(failure)
}

/** Like [future], with the response. */
internal inline fun <T> futureWithResponse(operation: () -> Operation<T>): CompletableFuture<CallResult<T>> = try {
    operation().keepingResponse().let { made -> made.future { made.result(it) } }
} catch (failure: Throwable) {
    CompletableFuture.failedFuture(failure)
}
