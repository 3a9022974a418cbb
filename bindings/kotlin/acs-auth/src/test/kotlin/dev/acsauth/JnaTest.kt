package dev.acsauth

import dev.acsauth.support.javaCommand
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.attribute.PosixFilePermissions
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Assumptions.assumeTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

/** JNA's own library, which is extracted and loaded before ours: an error names the one that is at fault. */
class JnaTest {
    @TempDir
    lateinit var folder: Path

    private fun run(command: List<String>): Pair<Int, String> {
        val process = ProcessBuilder(command).redirectErrorStream(true).apply { environment() -= "XDG_CACHE_HOME" }.start()
        val said = process.inputReader().readText()
        return process.waitFor() to said.trim()
    }

    /** A program whose user has no home, as in a container: JNA takes the temporary folder then. */
    private fun program(vararg options: String) =
        javaCommand("-Duser.home=/proc/none", *options, "dev.acsauth.readme.PrintVersion")

    /** Runs it in a namespace where this folder is a file system of its own. */
    private fun mounted(options: String, folder: Path, command: List<String>): Pair<Int, String> {
        val script = "mount -t tmpfs -o $options tmpfs \"\$0\" && exec \"\$@\""
        val namespace = listOf("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "$folder")
        val isAllowed = runCatching { ProcessBuilder(namespace + "true").start().waitFor() == 0 }.getOrDefault(false)
        assumeTrue(isAllowed, "namespaces with mounts are not allowed here")
        return run(namespace + command)
    }

    private fun assertBlamesJna(outcome: Pair<Int, String>, why: String) {
        val (status, said) = outcome
        assertNotEquals(0, status)
        assertTrue("JNA cannot load its own library" in said && why in said, said)
        assertFalse("the native library was not found" in said, said)
    }

    @Test
    fun `a temporary folder that is mounted noexec is the fault of JNA's library`() {
        val temporary = Files.createDirectory(folder.resolve("temporary"))
        assertBlamesJna(mounted("noexec", temporary, program("-Djava.io.tmpdir=$temporary")), "the file system of $temporary is mounted noexec")
    }

    @Test
    fun `a home that is mounted noexec is the fault of JNA's library`() {
        val home = Files.createDirectory(folder.resolve("home"))
        val outcome = mounted("noexec", home, program("-Duser.home=$home", "-Djava.io.tmpdir=$folder"))
        assertBlamesJna(outcome, "the file system of $home/.cache/JNA/temp is mounted noexec")
    }

    @Test
    fun `a temporary folder on a read-only file system is the fault of JNA's library`() {
        val temporary = Files.createDirectory(folder.resolve("temporary"))
        assertBlamesJna(mounted("ro", temporary, program("-Djava.io.tmpdir=$temporary")), "$temporary cannot be written")
    }

    @Test
    fun `a temporary folder that is not there is the fault of JNA's library`() =
        assertBlamesJna(run(program("-Djava.io.tmpdir=/proc/none")), "there is no folder /proc/none")

    @Test
    fun `the folder that is chosen serves both libraries`() {
        val temporary = Files.createDirectory(folder.resolve("temporary"))
        val chosen = folder.resolve("chosen")
        val (status, said) = mounted("noexec", temporary, program("-Djava.io.tmpdir=$temporary", "-Ddev.acsauth.folder=$chosen"))
        assertEquals(0 to version(), status to said)
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(chosen)))
        assertTrue(Files.list(chosen).use { files -> files.anyMatch { it.fileName.toString().startsWith("libacs_auth_uniffi-") } })
    }

    @Test
    fun `a folder of JNA's own is used by JNA, and ours is named where ours is at fault`() {
        val temporary = Files.createDirectory(folder.resolve("temporary"))
        val (status, said) = mounted("noexec", temporary, program("-Djava.io.tmpdir=$temporary", "-Djna.tmpdir=$folder"))
        assertNotEquals(0, status)
        assertTrue("mounted noexec" in said && "dev.acsauth.folder" in said && "libacs_auth_uniffi" in said, said)
    }
}
