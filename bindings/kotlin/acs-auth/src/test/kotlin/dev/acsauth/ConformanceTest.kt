package dev.acsauth

import dev.acsauth.cases.Flavour
import dev.acsauth.cases.Run
import dev.acsauth.support.Json
import dev.acsauth.support.items
import dev.acsauth.support.members
import dev.acsauth.support.repository
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.TestFactory

/** The cases that every host runs, by each form that operations have here. */
class ConformanceTest {
    private val cases = Json.parse(repository.resolve("tests/conformance/cases.json").readText()).members()["cases"].items()
    private val numbers = repository.resolve("tests/surface/errors.txt").readLines().filter { " = " in it }
        .associate { it.substringBefore(" = ") to it.substringAfter(" = ").toInt() }

    @TestFactory
    fun cases(): List<DynamicTest> {
        assertTrue(cases.size >= 344)
        return Flavour.all.flatMap { flavour ->
            cases.map { case ->
                DynamicTest.dynamicTest("$flavour: ${case.members()["name"]}") { Run(case.members(), flavour, numbers).run() }
            }
        }
    }
}
