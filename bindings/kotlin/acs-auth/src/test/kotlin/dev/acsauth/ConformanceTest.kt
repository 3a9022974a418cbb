package dev.acsauth

import java.io.File
import java.util.concurrent.TimeUnit
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** The cases that every host runs, by each form that operations have here: tests/conformance has the runner. */
class ConformanceTest {
    @Test
    fun `every case holds in every form`() {
        val report = File("target/conformance.log")
        val process = ProcessBuilder(
            System.getProperty("acs.conformance"), "--host", "kotlin", "--forms", "blocking,future,suspend", "--",
            "${System.getProperty("java.home")}/bin/java", "-cp", System.getProperty("java.class.path"),
            "dev.acsauth.testee.TesteeKt",
        ).redirectErrorStream(true).redirectOutput(report).start()
        try {
            // Each wait of the runner has a bound of its own; this is for a runner that hangs.
            assertTrue(process.waitFor(30, TimeUnit.MINUTES), "the runner did not end")
        } finally {
            process.destroyForcibly()
        }
        println(report.readLines().lastOrNull())
        assertEquals(0, process.exitValue(), report.readText())
    }
}
