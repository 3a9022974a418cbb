package dev.acsauth.internal

import dev.acsauth.internal.ffi.CommunicationIdentityClient as NativeClient
import dev.acsauth.internal.ffi.TeamsTokenExchanger as NativeExchanger
import dev.acsauth.internal.ffi.TokenVerifier as NativeVerifier
import dev.acsauth.internal.ffi.UniffiWithHandle
import java.lang.ref.Reference
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.atomic.AtomicLong

/**
 * The handle that an object of the library has in the C ABI. It is that of a copy, which goes with the last call that uses
 * it: so the object itself can be closed at once.
 */
internal class Handle private constructor(private val copy: AutoCloseable, private val address: Long) : AutoCloseable {
    /** Calls that use it, and one more until it is closed. */
    private val users = AtomicLong(1)
    private val isClosed = AtomicBoolean()

    fun <R> use(block: (Long) -> R): R {
        do {
            val before = users.get()
            if (before == 0L || isClosed.get()) throw IllegalStateException("It is closed.")
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
        if (isClosed.compareAndSet(false, true)) leave()
    }

    private fun leave() {
        if (users.decrementAndGet() == 0L) copy.close()
    }

    /** `null` where all calls go by the generated code. */
    companion object {
        fun of(client: NativeClient) = lent {
            client.callWithHandle { NativeClient(UniffiWithHandle, it) }.let { Handle(it, it.cHandle().toLong()) }
        }

        fun of(exchanger: NativeExchanger) = lent {
            exchanger.callWithHandle { NativeExchanger(UniffiWithHandle, it) }.let { Handle(it, it.cHandle().toLong()) }
        }

        fun of(verifier: NativeVerifier) = lent {
            verifier.callWithHandle { NativeVerifier(UniffiWithHandle, it) }.let { Handle(it, it.cHandle().toLong()) }
        }

        private inline fun lent(make: () -> Handle) = if (FastPath.isOn) native(make) else null
    }
}
