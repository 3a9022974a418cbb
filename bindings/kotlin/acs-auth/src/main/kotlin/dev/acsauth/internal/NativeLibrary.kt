package dev.acsauth.internal

import com.sun.jna.CallbackThreadInitializer
import com.sun.jna.Native
import dev.acsauth.internal.ffi.uniffiCallbackInterfaceLogSink
import dev.acsauth.internal.ffi.uniffiCallbackInterfaceObserver
import dev.acsauth.internal.ffi.uniffiCallbackInterfaceTokenCredential
import dev.acsauth.internal.ffi.uniffiCallbackInterfaceTransport
import java.nio.file.Path

/** Loads the native library, once per class loader. */
internal object NativeLibrary {
    @Volatile private var isLoaded = false

    /** Why loading failed. At a later attempt, the JVM would report only that a class could not be initialized. */
    private var failure: String? = null

    /** The library, once it is loaded. */
    lateinit var opened: com.sun.jna.NativeLibrary
        private set

    fun load() {
        if (!isLoaded) loadNow()
    }

    @Synchronized
    private fun loadNow() {
        if (isLoaded) return
        // Loading passes values through system properties, which all class loaders of the JVM share, so only one loads at a time. The lock is
        // an interned string, which they share too. It isn't that of the properties: a thread that initializes JNA needs that one.
        synchronized("dev.acsauth: one class loader loads at a time".intern()) {
            if (Jna.pointerSize() != Long.SIZE_BYTES) throw UnsatisfiedLinkError("acs-auth: a 64-bit JVM is required")
            letTheJvmEnd()
            failure?.let { throw UnsatisfiedLinkError(it) }
            val path = LibrarySearch().find()
            System.setProperty(OVERRIDE, path.toString())
            try {
                dev.acsauth.internal.ffi.version()
                opened = com.sun.jna.NativeLibrary.getInstance(path.toString())
            } catch (thrown: LinkageError) {
                val reason = "acs-auth: $path was found and cannot be loaded: ${(thrown.cause ?: thrown).message}"
                failure = reason
                throw UnsatisfiedLinkError(reason).initCause(thrown)
            } finally {
                System.clearProperty(OVERRIDE)
                removeIfOnlyForNow(path)
            }
        }
        isLoaded = true
        Log.install()
    }

    /** Removes a file that only this start uses. A loaded file can be deleted at once, except on Windows, where deleteOnExit removes it. */
    private fun removeIfOnlyForNow(path: Path) {
        val isInFreshFolder = path.parent?.fileName?.toString().orEmpty().startsWith(LibrarySearch.FRESH)
        if (isInFreshFolder || path.fileName.toString().startsWith("loader-")) path.toFile().delete()
        if (isInFreshFolder) path.parent.toFile().delete()
    }

    /**
     * Makes native threads that call back daemons, so that the JVM exits even while a credential, a transport, an observer or a
     * logger hangs.
     */
    private fun letTheJvmEnd() {
        val daemon = CallbackThreadInitializer(true, true, "acs-auth-callback")
        val callbacks = listOf(
            uniffiCallbackInterfaceTokenCredential.getTokenInfo,
            uniffiCallbackInterfaceTransport.send,
            uniffiCallbackInterfaceObserver.onEvent,
            uniffiCallbackInterfaceLogSink.onRecord,
        )
        for (callback in callbacks) Native.setCallbackThreadInitializer(callback, daemon)
    }

    private const val OVERRIDE = "uniffi.component.acs_auth_native.libraryOverride"
}
