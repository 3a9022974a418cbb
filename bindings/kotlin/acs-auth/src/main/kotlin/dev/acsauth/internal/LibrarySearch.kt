package dev.acsauth.internal

import java.io.File
import java.io.IOException
import java.nio.file.FileAlreadyExistsException
import java.nio.file.Files
import java.nio.file.LinkOption
import java.nio.file.Path
import java.nio.file.StandardCopyOption
import java.nio.file.attribute.PosixFilePermission
import java.nio.file.attribute.PosixFilePermissions
import java.security.MessageDigest

/** Finds the native library's file: at an explicit path, in java.library.path, or in the jar, from which it is extracted. */
internal class LibrarySearch(
    private val property: (String) -> String? = System::getProperty,
    private val variable: (String) -> String? = System::getenv,
    private val read: (String) -> String? = { if (File(it).canRead()) File(it).readText() else null },
    private val resource: (String) -> ByteArray? = { name ->
        LibrarySearch::class.java.getResourceAsStream("/$name")?.use { it.readBytes() }
    },
    /** The uid of this process, whose user may have no name; null on systems without uids. */
    private val uid: () -> Int? = { uidOf(Path.of("/proc/self")) },
    /** Returns how many class loaders of this JVM have loaded the library before, and counts this one. */
    private val loadersBefore: () -> Int = {
        Integer.getInteger(LOADERS, 0).also { System.setProperty(LOADERS, (it + 1).toString()) }
    },
) {
    private val tried = mutableListOf<String>()
    private val platform = Platform.of(
        property("os.name").orEmpty(), property("os.arch").orEmpty(), isMusl = read("/proc/self/maps")?.contains("musl") == true,
    )

    fun find(): Path {
        explicit(property(PATH), "the system property $PATH")?.let { return it }
        explicit(variable(PATH_VARIABLE), "the environment variable $PATH_VARIABLE")?.let { return it }
        property("java.library.path").orEmpty().split(File.pathSeparator).filter { it.isNotEmpty() }.forEach { folder ->
            val file = Path.of(folder, platform.fileName)
            if (Files.isRegularFile(file)) return ownCopy(file.toAbsolutePath())
            tried += "$file of java.library.path: there is none"
        }
        return ownCopy(extracted())
    }

    private fun explicit(given: String?, origin: String): Path? {
        if (given.isNullOrEmpty()) {
            tried += "$origin: not set"
            return null
        }
        val file = Path.of(given).toAbsolutePath()
        if (Files.isRegularFile(file)) return ownCopy(file)
        tried += "$file of $origin: there is no such file"
        throw failed("the named file does not exist")
    }

    /** Extracts the library from the jar. The hash of its content is in the file's name, so versions don't collide. */
    private fun extracted(): Path {
        val content = resource(platform.resource)
        if (content == null) {
            tried += "${platform.resource} of the jar: there is none"
            val others = Platform.KNOWN.filter { resource(it.resource) != null }.joinToString().ifEmpty { "none" }
            throw failed("this jar has no library for $platform (it has: $others); build ${platform.fileName} for it and set $PATH to the file")
        }
        val hash = MessageDigest.getInstance("SHA-256").digest(content).joinToString("") { "%02x".format(it) }
        val file = folder.resolve(platform.fileName.replace(".", "-${hash.take(16)}."))
        try {
            if (!Files.isRegularFile(file) || !Files.readAllBytes(file).contentEquals(content)) {
                val part = Files.createTempFile(folder, "part-", ".tmp")
                Files.write(part, content)
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING)
            }
        } catch (failure: IOException) {
            throw unusable(folder, failure)
        }
        if (isNoExec(folder)) {
            tried += "$file from the jar: its file system is mounted noexec"
            throw failed("set $FOLDER to a folder that libraries can be loaded from, or $PATH to the file")
        }
        return file
    }

    /** The chosen folder, or one of this user's own in the temporary folder. It is created if it doesn't exist. */
    private val folder by lazy {
        val chosen = chosenFolder(property, variable)
        val temporary = Path.of(property("java.io.tmpdir").orEmpty()).toAbsolutePath()
        val folder = chosen?.let { Path.of(it).toAbsolutePath() }
            ?: temporary.resolve("acs-auth-${uid() ?: property("user.name")}")
        try {
            createPrivate(folder)
            // Another user may have created the predictable name first: then use a fresh folder, which isn't found at the next start.
            if (chosen != null || isOurs(folder)) folder else Files.createTempDirectory(temporary, FRESH)
        } catch (failure: IOException) {
            throw unusable(folder, failure)
        }
    }

    private fun unusable(folder: Path, failure: IOException): UnsatisfiedLinkError {
        tried += "$folder: ${failure.javaClass.simpleName}: ${failure.message}"
        return failed("set $FOLDER to a folder that can be written, or $PATH to the file")
    }

    /** Whether only this user can replace the library: the folder belongs to the user, isn't a link, and nobody else can write to it. */
    private fun isOurs(folder: Path): Boolean {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) return false
        val us = uid()
        if (us == null) return isNameOf(Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).name, property("user.name").orEmpty())
        val others = setOf(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE)
        return uidOf(folder) == us && Files.getPosixFilePermissions(folder).none { it in others }
    }

    /**
     * Returns a copy of the file for each further class loader. The library holds one set of callbacks, and the system loads a
     * file only once per process, so class loaders that share a file would replace each other's callbacks.
     */
    private fun ownCopy(file: Path): Path {
        val loaders = loadersBefore()
        if (loaders == 0) return file
        val copy = Files.createTempFile(folder, "loader-$loaders-", "-${platform.fileName}")
        copy.toFile().deleteOnExit()
        return Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING)
    }

    private fun isNoExec(folder: Path): Boolean = Mounts.isNoExec(folder, read("/proc/mounts").orEmpty())

    private fun failed(advice: String) = UnsatisfiedLinkError(
        "acs-auth: the native library was not found for $platform: $advice. Tried:" + tried.joinToString("") { "\n  - $it" },
    )

    companion object {
        const val PATH = "dev.acsauth.library"
        const val PATH_VARIABLE = "ACS_AUTH_LIBRARY"
        const val FOLDER = "dev.acsauth.folder"
        const val FOLDER_VARIABLE = "ACS_AUTH_FOLDER"
        /** The prefix of the names of folders that are removed once the library is loaded. */
        const val FRESH = "acs-auth-private-"
        private const val LOADERS = "dev.acsauth.loaders"

        /** Returns the folder that the system property or the environment names; null if neither does. */
        fun chosenFolder(property: (String) -> String?, variable: (String) -> String?): String? =
            (property(FOLDER) ?: variable(FOLDER_VARIABLE))?.ifEmpty { null }

        /** Creates a folder that only this user can read and write, unless it exists. */
        fun createPrivate(folder: Path) {
            if (Files.isDirectory(folder)) return
            if (!isPosix(folder)) {
                Files.createDirectories(folder)
                return
            }
            folder.parent?.let { Files.createDirectories(it) }
            try {
                Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")))
            } catch (_: FileAlreadyExistsException) {
                // Another process created it meanwhile, or it is not a folder, which the caller finds out.
            }
        }

        private fun isPosix(folder: Path) = "posix" in folder.fileSystem.supportedFileAttributeViews()

        /** Whether a file's owner is this user. On Windows the owner has the domain or machine in front, and case doesn't matter. */
        fun isNameOf(owner: String, user: String) =
            if ('\\' in owner) owner.substringAfterLast('\\').equals(user, ignoreCase = true) else owner == user

        private fun uidOf(path: Path): Int? = try {
            Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS) as? Int
        } catch (_: IOException) {
            null
        } catch (_: RuntimeException) {
            null // No such attribute on this system.
        }
    }
}
