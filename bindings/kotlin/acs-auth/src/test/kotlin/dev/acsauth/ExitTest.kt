package dev.acsauth

import dev.acsauth.support.javaCommand
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.TimeUnit
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.TestFactory
import org.junit.jupiter.api.io.TempDir

/** A program can exit at any time, even while the library's threads are in the host's code. */
class ExitTest {
    @TempDir lateinit var folder: Path

    private val statuses = mapOf("main returns" to 0, "main throws" to 1, "System.exit" to 3)

    @TestFactory
    fun `a program may end while it is called`() = statuses.flatMap { (end, status) ->
        listOf("sleeps", "polls", "returns while it ends").map { how ->
            DynamicTest.dynamicTest("$end, $how") { endsWith(status, end, how) }
        }
    }

    private fun endsWith(status: Int, end: String, how: String) {
        val said = folder.resolve("said").toFile()
        val process = ProcessBuilder(javaCommand("dev.acsauth.exits.EndsWhileCalled", end, how)).directory(folder.toFile())
            .redirectError(said).start()
        try {
            assertEquals("called", process.inputReader().readLine(), said::readText)
            assertTrue(process.waitFor(20, TimeUnit.SECONDS), "it does not end")
        } finally {
            process.destroyForcibly()
        }
        // 134 is SIGABRT.
        assertEquals(status, process.exitValue(), said::readText)
        val expected = if (end == "main throws") "UnsupportedOperationException: mine" else ""
        assertTrue(expected in said.readText() && said.readText().isEmpty() == expected.isEmpty(), said::readText)
        val left = Files.list(folder).use { files -> files.map { it.fileName.toString() }.toList() }
        assertEquals(listOf("said"), left, "a crash leaves hs_err_pid")
    }
}
