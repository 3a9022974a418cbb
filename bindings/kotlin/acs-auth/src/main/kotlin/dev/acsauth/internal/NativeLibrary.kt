package dev.acsauth.internal

import com.sun.jna.CallbackThreadInitializer
import com.sun.jna.Native
import dev.acsauth.internal.ffi.uniffiCallbackInterfaceLogSink
import dev.acsauth.internal.ffi.uniffiCallbackInterfaceObserver
import dev.acsauth.internal.ffi.uniffiCallbackInterfaceTokenCredential
import dev.acsauth.internal.ffi.uniffiCallbackInterfaceTransport

/** Finds the native library, once in each class loader, and reports what it tried if there is none. */
internal object NativeLibrary {
    @Volatile private var isLoaded = false

    /** The library, once it is loaded. */
    lateinit var opened: com.sun.jna.NativeLibrary
        private set

    fun load() {
        if (!isLoaded) loadNow()
    }

    @Synchronized
    private fun loadNow() {
        if (isLoaded) return
        // All that is in the JVM's one table of properties: other class loaders may be here, too.
        synchronized(System.getProperties()) {
            if (Jna.pointerSize() != Long.SIZE_BYTES) throw UnsatisfiedLinkError("acs-auth: it needs a JVM of 64 bits")
            letTheJvmEnd()
            val path = LibrarySearch().find()
            System.setProperty(OVERRIDE, path.toString())
            try {
                dev.acsauth.internal.ffi.version()
                opened = com.sun.jna.NativeLibrary.getInstance(path.toString())
            } catch (failure: UnsatisfiedLinkError) {
                throw UnsatisfiedLinkError("acs-auth: $path was found and cannot be loaded: ${failure.message}")
            } finally {
                System.clearProperty(OVERRIDE)
            }
            // Linux keeps what it has loaded; other systems let it go with the JVM.
            if (path.fileName.toString().startsWith("loader-")) path.toFile().delete()
            if (path.parent?.fileName?.toString().orEmpty().startsWith(LibrarySearch.FRESH)) {
                path.toFile().delete()
                path.parent.toFile().delete()
            }
        }
        isLoaded = true
        Log.install()
    }

    /**
     * A thread of the library that calls back is a daemon: the JVM ends when the program does, not when a credential, an observer
     * or a logger returns.
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
