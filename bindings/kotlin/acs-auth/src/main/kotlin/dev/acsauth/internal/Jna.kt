package dev.acsauth.internal

import com.sun.jna.Native
import java.io.File
import java.nio.file.Files
import java.nio.file.Path

/** Starts JNA, which extracts and loads its own library, jnidispatch. If that fails, the error names it and the remedy. */
internal object Jna {
    private const val FOLDER = "jna.tmpdir"
    private var failure: String? = null

    /** Returns the size of a pointer in bytes. JNA extracts to the folder chosen for acs-auth's library, unless jna.tmpdir is set. */
    fun pointerSize(): Int {
        val chosen = LibrarySearch.chosenFolder(System::getProperty, System::getenv)
        val isOurs = System.getProperty(FOLDER) == null && chosen != null
        if (isOurs) {
            // JNA would create the folder readable to all. If it can't be created here, JNA fails below and the error explains it.
            runCatching { LibrarySearch.createPrivate(Path.of(chosen).toAbsolutePath()) }
            System.setProperty(FOLDER, chosen)
        }
        try {
            return Native.POINTER_SIZE
        } catch (thrown: LinkageError) {
            // Only the first LinkageError has the cause; later ones report only that the class could not be initialized.
            val reason = failure ?: explained(thrown).also { failure = it }
            throw UnsatisfiedLinkError(reason).initCause(thrown)
        } finally {
            if (isOurs) System.clearProperty(FOLDER)
        }
    }

    private fun explained(thrown: LinkageError): String {
        val folder = folder()
        val mounts = File("/proc/mounts").let { if (it.canRead()) it.readText() else "" }
        val why = when {
            java.lang.Boolean.getBoolean("jna.nounpack") -> "jna.nounpack is set"
            !Files.isDirectory(folder) -> "there is no folder $folder"
            !Files.isWritable(folder) -> "$folder cannot be written"
            Mounts.isNoExec(folder, mounts) -> "the file system of $folder is mounted noexec"
            else -> "${thrown.javaClass.simpleName}: ${thrown.message}"
        }
        return "acs-auth: JNA cannot load its own library, jnidispatch, which is loaded before that of acs-auth: $why. Set " +
            "${LibrarySearch.FOLDER} (for both libraries) or $FOLDER to a folder that can be written and that libraries can be loaded from. If " +
            "there is none, set jna.boot.library.path to a folder with JNA's library, and ${LibrarySearch.PATH} to the file of acs-auth's."
    }

    /** The folder to which JNA extracts its library: the user's caches if they can be written, otherwise the temporary folder. */
    private fun folder(): Path {
        System.getProperty(FOLDER)?.let { return Path.of(it) }
        val home = System.getProperty("user.home").orEmpty()
        val name = System.getProperty("os.name").orEmpty()
        val caches = when {
            name.startsWith("Mac") -> Path.of(home, "Library", "Caches")
            name.startsWith("Windows") -> null
            else -> System.getenv("XDG_CACHE_HOME")?.trim()?.ifEmpty { null }?.let { Path.of(it) } ?: Path.of(home, ".cache")
        }?.resolve("JNA")?.resolve("temp")
        return caches?.takeIf(Files::isWritable) ?: Path.of(System.getProperty("java.io.tmpdir").orEmpty())
    }
}
