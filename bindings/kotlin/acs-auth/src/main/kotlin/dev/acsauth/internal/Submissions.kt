package dev.acsauth.internal

import dev.acsauth.AcsAuthException
import dev.acsauth.CallResult
import dev.acsauth.ErrorDetails
import dev.acsauth.ErrorKind
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicLong
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.suspendCancellableCoroutine
import org.slf4j.LoggerFactory

/** Runs the operation and waits on the calling thread. A virtual thread suspends instead: in native code it would block its carrier. */
internal fun <T> Operation<T>.waited(): T {
    if (VirtualThreads.isHere()) return runBlocking { awaited() }
    val result = LongArray(1)
    val error = LongArray(1)
    if (wait(result, error) != 0) throw failed(detailsOf(error[0]))
    return outcome.read(result[0])
}

/** Like [waited], with the response. */
internal fun <T> Operation<T>.waitedWithResponse(): CallResult<T> = keepingResponse().let { it.result(it.waited()) }

/** Like [awaited], with the response. */
internal suspend fun <T> Operation<T>.awaitedWithResponse(): CallResult<T> = keepingResponse().let { it.result(it.awaited()) }

/** Starts the operation and returns a future of its result, converted by [made]. Ending the future in another way cancels the call. */
internal fun <T, R> Operation<T>.future(made: (T) -> R): CompletableFuture<R> {
    val operation = this
    val future = CompletableFuture<R>()
    val submission = object : Submission<T>(operation) {
        override fun end(result: T?, failure: ErrorDetails?) {
            // Continuations of the future run on this thread.
            try {
                @Suppress("UNCHECKED_CAST")
                if (failure == null) future.complete(made(result as T)) else future.completeExceptionally(operation.failed(failure))
            } catch (thrown: Throwable) {
                future.completeExceptionally(thrown)
            }
        }
    }
    submission.start()
    future.whenComplete { _, _ -> submission.cancel() }
    return future
}

/** Starts the operation and suspends until it ends. Cancelling the coroutine cancels the call. */
internal suspend fun <T> Operation<T>.awaited(): T {
    currentCoroutineContext().ensureActive()
    val submission = suspendCancellableCoroutine { continuation -> AwaitedSubmission(this, continuation).begin() }
    submission.failure?.let { throw failed(it) }
    @Suppress("UNCHECKED_CAST")
    return submission.result as T
}

private class AwaitedSubmission<T>(
    operation: Operation<T>,
    private val continuation: CancellableContinuation<AwaitedSubmission<T>>,
) : Submission<T>(operation) {
    var result: T? = null
    var failure: ErrorDetails? = null

    fun begin() {
        try {
            start()
            continuation.invokeOnCancellation { cancel() }
        } catch (failure: Throwable) {
            continuation.resumeWithException(failure)
        }
    }

    override fun end(result: T?, failure: ErrorDetails?) {
        this.result = result
        this.failure = failure
        // Without a dispatcher, or with one that runs code at once, the coroutine continues on this thread.
        continuation.resume(this)
    }
}

/** An operation that was submitted, and the means to cancel it. */
internal abstract class Submission<T>(private val operation: Operation<T>) {
    private var call = 0L
    private var isOver = false

    /** Called once when the call has ended, with its result or its failure. */
    abstract fun end(result: T?, failure: ErrorDetails?)

    fun start() {
        val call = LongArray(1)
        val error = LongArray(1)
        val delivery = Completions.expect(this)
        try {
            if (operation.submit(delivery, call, error) != 0) throw AcsAuthException.of(detailsOf(error[0]), null)
        } catch (failure: Throwable) {
            Completions.forget(delivery)
            throw failure
        }
        began(call[0])
    }

    @Synchronized
    private fun began(call: Long) {
        if (isOver) Abi.acs_call_free(call) else this.call = call
    }

    @Synchronized
    fun cancel() {
        if (call != 0L) Abi.acs_call_cancel(call)
    }

    @Synchronized
    private fun over() {
        isOver = true
        if (call != 0L) Abi.acs_call_free(call)
        call = 0
    }

    /** Reads the completion and ends the submission. */
    fun completed(completion: Long) {
        over()
        var result: T? = null
        val failure = try {
            operation.completed(completion)
            if (Abi.acs_completion_status(completion) != 0) {
                detailsOf(Abi.acs_completion_take_error(completion))
            } else {
                result = operation.outcome.read(operation.outcome.take(completion))
                null
            }
        } catch (failure: Throwable) {
            ErrorDetails(ErrorKind.INTERNAL, "Reading the result threw ${failure.javaClass.name}.")
        }
        end(result, failure)
    }
}

/**
 * The native completion queue, and the threads that take completions from it. There is always one thread more than there are
 * completions being processed, so the host's code that a completion runs may block or wait for another completion.
 */
internal object Completions {
    /** How long a thread without a completion waits before it may end, in milliseconds. */
    private const val PATIENCE_MS = 10_000L

    private val log = LoggerFactory.getLogger("dev.acsauth")
    private val expected = ConcurrentHashMap<Long, Submission<*>>()
    private val numbers = AtomicLong()
    private val threads = AtomicInteger()
    /** The number of threads that wait for a completion or have just been started. */
    private val idle = AtomicInteger()
    private val queue = LongArray(1).also {
        val error = LongArray(1)
        if (Abi.acs_queue_new(it, error) != 0) throw AcsAuthException.of(detailsOf(error[0]), null)
    }[0]

    /** Registers a submission and returns its acs_delivery. */
    fun expect(submission: Submission<*>): LongArray {
        val number = numbers.incrementAndGet()
        expected[number] = submission
        try {
            if (threads.get() == 0) startThread()
        } catch (failure: Throwable) {
            expected.remove(number)
            throw failure
        }
        val delivery = LongArray(Abi.acs_delivery.WORDS)
        delivery[Abi.acs_delivery.struct_size] = sizeOf(delivery)
        delivery[Abi.acs_delivery.queue] = queue
        delivery[Abi.acs_delivery.user_data] = number
        return delivery
    }

    fun forget(delivery: LongArray) {
        expected.remove(delivery[Abi.acs_delivery.user_data])
    }

    /** Makes sure that another thread takes completions while this one processes its own. */
    private fun yieldThread() {
        try {
            if (idle.get() == 0) startThread()
        } catch (failure: Throwable) {
            log.warn("No further thread could be started for completions of calls: {}.", failure.javaClass.name)
        }
    }

    private fun startThread() {
        val thread = Thread(null, ::serve, "acs-auth-completions", 0, false)
        thread.isDaemon = true
        thread.contextClassLoader = Completions::class.java.classLoader
        threads.incrementAndGet()
        idle.incrementAndGet()
        try {
            thread.start()
        } catch (failure: Throwable) {
            idle.decrementAndGet()
            threads.decrementAndGet()
            throw failure
        }
    }

    /** Runs on each thread, which is counted as idle when it starts. */
    private fun serve() {
        while (true) {
            val completion = Abi.acs_queue_next(queue, PATIENCE_MS)
            val others = idle.decrementAndGet()
            if (completion != 0L) {
                yieldThread()
                deliver(completion)
            } else if (ends(others)) {
                return
            }
            idle.incrementAndGet()
        }
    }

    /** Whether an idle thread ends: if others wait, or if it is the only one and no submission is open. */
    private fun ends(others: Int): Boolean {
        if (others > 0) {
            threads.decrementAndGet()
            return true
        }
        if (!expected.isEmpty() || !threads.compareAndSet(1, 0)) return false
        if (expected.isEmpty()) return true
        // A submission meanwhile may have counted on this thread.
        threads.incrementAndGet()
        return false
    }

    private fun deliver(completion: Long) {
        try {
            expected.remove(Abi.acs_completion_user_data(completion))?.completed(completion)
        } catch (failure: Throwable) {
            log.warn("Code that waited for a call threw {}.", failure.javaClass.name)
        } finally {
            Abi.acs_completion_free(completion)
        }
    }
}
