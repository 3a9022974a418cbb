package dev.acsauth.internal

import java.lang.ref.Reference
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.atomic.AtomicLong

/**
 * An object's handle in the C ABI. It belongs to [copy], a second reference to the object, which is closed after the last call
 * that uses it; so the object itself can be closed during calls. [ending] is called once, when the handle is closed; [closed]
 * creates the exception for later uses.
 */
internal class Handle(
    private val copy: AutoCloseable,
    handle: ULong,
    private val ending: (Long) -> Unit = {},
    private val closed: () -> RuntimeException = { IllegalStateException("It is closed.") },
) : AutoCloseable {
    private val address = handle.toLong()

    /** The number of calls that use the handle, plus one until it is closed. */
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
            // The generated copy frees itself when it is garbage collected, which must not happen during the call.
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
