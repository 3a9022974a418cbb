package dev.acsauth.internal

import java.lang.ref.Reference
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.atomic.AtomicLong

/**
 * The handle that an object of the library has in the C ABI. It is that of a copy, which goes with the last call that uses
 * it: so the object itself can be closed at once. [ending] is called once, when it is closed; [closed] makes the exception of later uses.
 */
internal class Handle(
    private val copy: AutoCloseable,
    handle: ULong,
    private val ending: (Long) -> Unit = {},
    private val closed: () -> RuntimeException = { IllegalStateException("It is closed.") },
) : AutoCloseable {
    private val address = handle.toLong()

    /** Calls that use it, and one more until it is closed. */
    private val users = AtomicLong(1)
    private val isClosed = AtomicBoolean()

    fun <R> use(block: (Long) -> R): R {
        do {
            val before = users.get()
            if (before == 0L || isClosed.get()) throw closed()
        } while (!users.compareAndSet(before, before + 1))
        try {
            return block(address)
        } finally {
            leave()
            // What nobody closes is freed when it is collected, which must not be while it is used.
            Reference.reachabilityFence(this)
        }
    }

    override fun close() {
        if (!isClosed.compareAndSet(false, true)) return
        try {
            ending(address)
        } finally {
            leave()
        }
    }

    private fun leave() {
        if (users.decrementAndGet() == 0L) copy.close()
    }
}
