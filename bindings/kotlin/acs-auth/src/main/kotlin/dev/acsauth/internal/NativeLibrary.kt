package dev.acsauth.internal

import com.sun.jna.CallbackThreadInitializer
import com.sun.jna.Native
import dev.acsauth.internal.ffi.uniffiCallbackInterfaceLogSink
import dev.acsauth.internal.ffi.uniffiCallbackInterfaceObserver
import dev.acsauth.internal.ffi.uniffiCallbackInterfaceTokenCredential
import dev.acsauth.internal.ffi.uniffiCallbackInterfaceTransport

/** Loads the native library, once per class loader. */
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
        // Loading passes values through system properties, which all class loaders of the JVM share; so only one loads at a time.
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
            // A loaded file can be deleted at once, except on Windows, where deleteOnExit removes it.
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
