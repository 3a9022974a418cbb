package dev.acsauth

import java.io.File
import java.util.concurrent.TimeUnit
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** Runs the cases of tests/conformance, which every language runs, in each form of calls that this package has. */
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
            // The runner has its own timeouts; this one is for a runner that hangs.
            assertTrue(process.waitFor(30, TimeUnit.MINUTES), "the runner did not end")
        } finally {
            process.destroyForcibly()
        }
        println(report.readLines().lastOrNull())
        assertEquals(0, process.exitValue(), report.readText())
    }
}
