package dev.acsauth

import dev.acsauth.internal.LibrarySearch
import dev.acsauth.internal.Platform
import dev.acsauth.support.javaCommand
import java.io.File
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.attribute.PosixFilePermissions
import java.util.concurrent.CompletableFuture
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Assumptions.assumeTrue
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

/** Where the native library is looked for, and the error if it is not found. */
class LibrarySearchTest {
    @TempDir
    lateinit var folder: Path

    private val properties = mutableMapOf<String, String>()
    private val variables = mutableMapOf<String, String>()
    private val files = mutableMapOf<String, String>()
    private var content: ByteArray? = "a library".encodeToByteArray()

    @BeforeEach
    fun first() {
        properties["os.name"] = "Linux"
        properties["os.arch"] = "amd64"
        properties["user.name"] = System.getProperty("user.name")
        properties["java.io.tmpdir"] = folder.toString()
    }

    private val ownUid = Files.getAttribute(Path.of("/proc/self"), "unix:uid") as Int
    private var uid: Int? = ownUid

    private var asked: String? = null
    private var available: Set<String>? = null

    private fun resource(name: String): ByteArray? {
        if (asked == null) asked = name
        return content.takeIf { available?.contains(name) ?: true }
    }

    private fun find(loadersBefore: Int = 0) =
        LibrarySearch(properties::get, variables::get, files::get, ::resource, { uid }) { loadersBefore }.find()

    private fun failure() = assertThrows(UnsatisfiedLinkError::class.java) { find() }.message!!

    private fun library(name: String) = Files.write(folder.resolve(name), byteArrayOf(1)).toString()

    @Test
    fun `an explicit path comes first`() {
        properties["dev.acsauth.library"] = library("mine.so")
        variables["ACS_AUTH_LIBRARY"] = library("other.so")
        assertEquals(folder.resolve("mine.so"), find())
        properties -= "dev.acsauth.library"
        assertEquals(folder.resolve("other.so"), find())
    }

    @Test
    fun `an explicit path that is not there is an error, not a search`() {
        properties["dev.acsauth.library"] = "/no/such.so"
        assertTrue("/no/such.so of the system property dev.acsauth.library: there is no such file" in failure())
    }

    @Test
    fun `the system's path comes next`() {
        library("libacs_auth_uniffi.so")
        properties["java.library.path"] = "/none${File.pathSeparator}$folder"
        assertEquals(folder.resolve("libacs_auth_uniffi.so"), find())
    }

    @Test
    fun `it is extracted under its hash, for us alone`() {
        val first = find()
        assertTrue(Regex("libacs_auth_uniffi-[0-9a-f]{16}\\.so").matches(first.fileName.toString()), "$first")
        assertArrayEquals(content, Files.readAllBytes(first))
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(first.parent)))
        content = "another".encodeToByteArray()
        assertNotEquals(first, find())
    }

    @Test
    fun `what was spoiled is extracted again`() {
        val file = find()
        Files.write(file, byteArrayOf(0))
        assertArrayEquals(content, Files.readAllBytes(find()))
    }

    @Test
    fun `the folder can be chosen`() {
        variables["ACS_AUTH_FOLDER"] = folder.resolve("a/b").toString()
        assertEquals(folder.resolve("a/b"), find().parent)
    }

    @Test
    fun `a user without a name finds it again`() {
        properties["user.name"] = "?"
        val first = find()
        assertEquals(folder.resolve("acs-auth-$ownUid"), first.parent)
        assertEquals(first, find())
    }

    @Test
    fun `a system without numbers for users goes by names`() {
        uid = null
        val first = find()
        assertEquals(folder.resolve("acs-auth-${System.getProperty("user.name")}"), first.parent)
        assertEquals(first, find())
    }

    private fun assertFresh(file: Path) {
        assertTrue(file.parent.fileName.toString().startsWith("acs-auth-private-"), "$file")
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file.parent)))
        assertArrayEquals(content, Files.readAllBytes(file))
    }

    @Test
    fun `a folder of another user is not used, and does not prevent a start`() {
        uid = ownUid + 1
        assertFresh(find())
        assertFresh(find())
    }

    @Test
    fun `a folder that others can write to, a link and a file are not used`() {
        val known = find().parent
        Files.setPosixFilePermissions(known, PosixFilePermissions.fromString("rwxrwx---"))
        assertFresh(find())
        val moved = Files.move(known, folder.resolve("elsewhere"))
        Files.setPosixFilePermissions(moved, PosixFilePermissions.fromString("rwx------"))
        Files.createSymbolicLink(known, moved)
        assertFresh(find())
        Files.delete(known)
        Files.createFile(known)
        assertFresh(find())
    }

    @Test
    fun `starts at the same time share the folder`() {
        val found = (1..16).map { CompletableFuture.supplyAsync { find() } }.map { it.join() }
        assertEquals(1, found.toSet().size)
    }

    /** In a user namespace, where the process has a uid without a passwd entry, and no home. */
    @Test
    fun `a uid without a passwd entry starts twice`() {
        val namespace = listOf("unshare", "--user", "--map-user=12345", "--map-group=12345", "env", "-u", "HOME")
        val isAllowed = runCatching { ProcessBuilder(namespace + "true").start().waitFor() == 0 }.getOrDefault(false)
        assumeTrue(isAllowed, "user namespaces are not allowed here")
        repeat(2) {
            val process = ProcessBuilder(
                namespace + javaCommand("-Djava.io.tmpdir=$folder", "dev.acsauth.readme.PrintVersion"),
            ).redirectErrorStream(true).start()
            val said = process.inputReader().readText()
            assertEquals(0, process.waitFor(), said)
            assertEquals(version(), said.trim())
        }
        val folders = Files.list(folder).use { found -> found.map { it.fileName.toString() }.toList() }
        assertEquals(listOf("acs-auth-12345"), folders.filter { it.startsWith("acs-auth-") })
    }

    @Test
    fun `a second class loader gets a copy`() {
        val first = find()
        val second = find(loadersBefore = 1)
        assertNotEquals(first, second)
        assertArrayEquals(content, Files.readAllBytes(second))
    }

    @Test
    fun `each platform has its library in the jar`() {
        fun asked(name: String, arch: String, musl: Boolean = false): String {
            properties["os.name"] = name
            properties["os.arch"] = arch
            if (musl) files["/proc/self/maps"] = "7f00 r-xp /lib/ld-musl-$arch.so.1" else files -= "/proc/self/maps"
            asked = null
            find()
            return asked!!
        }
        assertEquals("linux-x86-64/libacs_auth_uniffi.so", asked("Linux", "amd64"))
        assertEquals("linux-aarch64/libacs_auth_uniffi.so", asked("Linux", "aarch64"))
        assertEquals("linux-musl-x86-64/libacs_auth_uniffi.so", asked("Linux", "amd64", musl = true))
        assertEquals("linux-musl-aarch64/libacs_auth_uniffi.so", asked("Linux", "aarch64", musl = true))
        assertEquals("darwin-x86-64/libacs_auth_uniffi.dylib", asked("Mac OS X", "x86_64"))
        assertEquals("darwin-aarch64/libacs_auth_uniffi.dylib", asked("Mac OS X", "aarch64"))
        assertEquals("win32-x86-64/acs_auth_uniffi.dll", asked("Windows Server 2025", "amd64"))
        assertEquals("win32-aarch64/acs_auth_uniffi.dll", asked("Windows 11", "aarch64"))
        assertEquals("linux-riscv64/libacs_auth_uniffi.so", asked("Linux", "riscv64"))
        // No two known platforms share a path.
        assertEquals(8, Platform.KNOWN.map { it.resource }.toSet().size)
    }

    @Test
    fun `musl does not take the library of glibc`() {
        available = setOf("linux-x86-64/libacs_auth_uniffi.so", "darwin-aarch64/libacs_auth_uniffi.dylib")
        files["/proc/self/maps"] = "7f00 r-xp /lib/ld-musl-x86_64.so.1"
        val said = failure()
        assertTrue("not found for Linux x86-64 (musl)" in said, said)
        assertTrue("(it has: Linux x86-64 (glibc), macOS aarch64)" in said, said)
        assertTrue("linux-musl-x86-64/libacs_auth_uniffi.so of the jar: there is none" in said, said)
    }

    @Test
    fun `Windows names owners with their domain`() {
        assertTrue(LibrarySearch.isNameOf("CONTOSO\\Ada", "ada"))
        assertTrue(LibrarySearch.isNameOf("ada", "ada"))
        assertFalse(LibrarySearch.isNameOf("Ada", "ada"))
        assertFalse(LibrarySearch.isNameOf("CONTOSO\\eve", "ada"))
    }

    @Test
    fun `an error names a noexec mount`() {
        files["/proc/mounts"] = "/dev/sda / ext4 rw 0 0\ntmpfs $folder tmpfs rw,nosuid,noexec 0 0\n"
        val said = failure()
        assertTrue("mounted noexec" in said && "dev.acsauth.folder" in said, said)
    }

    @Test
    fun `an error names a folder that cannot be written`() {
        properties["dev.acsauth.folder"] = "/proc/nothing"
        assertTrue("/proc/nothing" in failure() && "can be written" in failure(), failure())
    }

    @Test
    fun `an error lists all that was tried`() {
        content = null
        properties["os.arch"] = "riscv64"
        properties["java.library.path"] = "/usr/lib"
        val said = failure()
        for (part in listOf("dev.acsauth.library: not set", "ACS_AUTH_LIBRARY: not set",
            "/usr/lib/libacs_auth_uniffi.so of java.library.path: there is none",
            "linux-riscv64/libacs_auth_uniffi.so of the jar: there is none", "this jar has no library for Linux riscv64 (glibc) (it has: none)")) {
            assertTrue(part in said, "$part is not in $said")
        }
    }

    @Test
    fun `an error names a file that is not a library`() {
        val text = library("text.so")
        val process = ProcessBuilder(javaCommand("-Ddev.acsauth.library=$text", "dev.acsauth.readme.PrintVersion"))
            .redirectErrorStream(true).start()
        val said = process.inputReader().readText()
        assertNotEquals(0, process.waitFor())
        assertTrue("$text was found and cannot be loaded" in said, said)
    }
}
