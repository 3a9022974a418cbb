package dev.acsauth

import com.sun.jna.Native
import dev.acsauth.support.javaCommand
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.attribute.PosixFilePermissions
import java.util.concurrent.TimeUnit
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Assumptions.assumeTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

/** JNA's library is extracted and loaded before that of acs-auth. An error names the one that failed. */
class JnaTest {
    @TempDir
    lateinit var folder: Path

    private fun run(command: List<String>): Pair<Int, String> {
        val said = Files.createTempFile("said", "").toFile()
        val process = ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said).apply { environment() -= "XDG_CACHE_HOME" }.start()
        try {
            assertTrue(process.waitFor(120, TimeUnit.SECONDS)) { "it does not end: ${said.readText()}" }
            return process.exitValue() to said.readText().trim()
        } finally {
            process.destroyForcibly()
            said.delete()
        }
    }

    /** A program whose user has no home folder, as in a container: JNA then uses the temporary folder. */
    private fun program(vararg options: String) =
        javaCommand("-Duser.home=/proc/none", *options, "dev.acsauth.readme.PrintVersion")

    /** Runs the command in a mount namespace where this folder is a file system with these options. */
    private fun mounted(options: String, folder: Path, command: List<String>): Pair<Int, String> =
        inMounts("mount -t tmpfs -o $options tmpfs '$folder'", command)

    /** Runs the command on a read-only file system, with a temporary folder that is mounted noexec, and optionally a volume. */
    private fun inContainer(temporary: Path, command: List<String>, volume: Path? = null): Pair<Int, String> {
        val mounts = listOfNotNull(
            "mount --make-rprivate /",
            "mount -o remount,bind,ro \"\$(findmnt -no TARGET -T '$temporary')\"",
            "! touch '$temporary/written' 2>/dev/null",
            "mount -t tmpfs -o noexec tmpfs '$temporary'",
            volume?.let { "mount -t tmpfs -o exec tmpfs '$it'" },
        )
        return inMounts(mounts.joinToString(" && "), command)
    }

    private fun inMounts(mounts: String, command: List<String>): Pair<Int, String> {
        val namespace = listOf("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", "$mounts && exec \"\$@\"", "sh")
        val isAllowed = runCatching { ProcessBuilder(namespace + "true").start().waitFor() == 0 }.getOrDefault(false)
        assumeTrue(isAllowed || System.getenv("CI") != null, "namespaces with mounts are not allowed here")
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

    @Test
    fun `in a read-only container whose temporary folder is mounted noexec, the error leads to what works`() {
        val temporary = Files.createDirectory(folder.resolve("temporary"))
        val volume = Files.createDirectory(folder.resolve("volume"))
        val program = "-Djava.io.tmpdir=$temporary"
        val refused = inContainer(temporary, program(program), volume)
        assertBlamesJna(refused, "the file system of $temporary is mounted noexec")
        for (advice in listOf("dev.acsauth.folder", "jna.tmpdir", "jna.boot.library.path", "dev.acsauth.library")) {
            assertTrue(advice in refused.second, refused.second)
        }
        // The advice works: a volume that can be written and is not mounted noexec.
        assertEquals(0 to version(), inContainer(temporary, program(program, "-Ddev.acsauth.folder=$volume"), volume))
    }

    @Test
    fun `in a container where nothing may be loaded that is written, both libraries are in its image`() {
        val temporary = Files.createDirectory(folder.resolve("temporary"))
        val image = Files.createDirectory(folder.resolve("image"))
        fun inImage(of: Class<*>, resource: String): Path =
            image.resolve(resource.substringAfterLast('/')).also { file -> of.getResourceAsStream(resource)!!.use { Files.copy(it, file) } }
        inImage(Native::class.java, "/com/sun/jna/linux-${machine()}/libjnidispatch.so")
        val library = inImage(AccessToken::class.java, "/linux-${machine()}/libacs_auth_uniffi.so")
        val jna = arrayOf("-Djava.io.tmpdir=$temporary", "-Djna.boot.library.path=$image")
        val (status, said) = inContainer(temporary, program(*jna))
        assertNotEquals(0, status)
        assertTrue("JNA" !in said && "mounted noexec" in said && "dev.acsauth.library: not set" in said, said)
        assertEquals(0 to version(), inContainer(temporary, program(*jna, "-Djna.nounpack=true", "-Ddev.acsauth.library=$library")))
    }

    @Test
    fun `a library that cannot be loaded is named at every attempt, and leaves no copy`() {
        val file = Files.writeString(folder.resolve("broken.so"), "no library")
        // As if another class loader had loaded the library before.
        val options = arrayOf("-Ddev.acsauth.library=$file", "-Ddev.acsauth.folder=$folder", "-Ddev.acsauth.loaders=1")
        val (status, said) = run(javaCommand(*options, "dev.acsauth.exits.LoadsTwiceKt"))
        val lines = said.lines()
        assertEquals(0 to 2, status to lines.size, said)
        for (line in lines) assertTrue("was found and cannot be loaded: " in line && "/loader-1-" in line, said)
        assertEquals(lines[0], lines[1])
        assertFalse(Files.list(folder).use { files -> files.anyMatch { it.fileName.toString().startsWith("loader-") } })
    }

    @Test
    fun `JNA may be initialized by another thread meanwhile`() =
        assertEquals(0 to version(), run(javaCommand("dev.acsauth.exits.LoadsBesideJnaKt")))

    private fun machine() = if (System.getProperty("os.arch") == "aarch64") "aarch64" else "x86-64"
}
