package dev.acsauth

import dev.acsauth.support.repository
import java.io.File
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** Packages depend on one another in one direction, except for one cycle; docs/adr/0015-one-direction.md explains it. */
class PackagesTest {
    private val mention = Regex("""\bdev\.acsauth((?:\.[a-z]\w*)*)\.(\w+)""")
    private val own = Regex("""^package (dev\.acsauth[.\w]*)""", RegexOption.MULTILINE)

    /** Returns the packages that each package needs, from the texts of its files. */
    private fun needs(texts: List<String>): Map<String, Set<String>> {
        val packages = texts.map { own.find(it)!!.groupValues[1] }.toSet()
        return texts.groupBy { own.find(it)!!.groupValues[1] }.mapValues { (name, of) ->
            of.flatMap { text -> mention.findAll(text.replace(own, "")).map { "dev.acsauth" + it.groupValues[1] } }
                .map { found -> generateSequence(found) { it.substringBeforeLast('.') }.first { it in packages } }
                .toSet() - name
        }
    }

    /** Returns the sets of packages that need one another, directly or through others. */
    private fun circles(needs: Map<String, Set<String>>): Set<Set<String>> {
        fun reached(from: String): Set<String> {
            val found = mutableSetOf<String>()
            val open = ArrayDeque(listOf(from))
            while (open.isNotEmpty()) needs[open.removeFirst()].orEmpty().filter { found.add(it) }.forEach { open += it }
            return found
        }
        return needs.keys.filter { it in reached(it) }.map { one -> reached(one).filter { one in reached(it) }.toSet() }.toSet()
    }

    @Test
    fun `only public types and their implementation need one another`() {
        val sources = listOf("bindings/kotlin/acs-auth/src/main", "target/kotlin/generated").map(repository::resolve)
            .flatMap { it.walk().filter { file -> file.extension in setOf("kt", "java") } }.map(File::readText)
        val needs = needs(sources)
        assertEquals(
            setOf("dev.acsauth", "dev.acsauth.coroutines", "dev.acsauth.internal", "dev.acsauth.internal.ffi"), needs.keys,
        )
        assertEquals(setOf(setOf("dev.acsauth", "dev.acsauth.internal")), circles(needs))
        // Generated code needs no other package, and no other package needs the coroutines.
        assertEquals(emptySet<String>(), needs.getValue("dev.acsauth.internal.ffi"))
        assertTrue(needs.none { (name, of) -> name != "dev.acsauth.coroutines" && "dev.acsauth.coroutines" in of })
    }

    @Test
    fun `a circle is found by imports and by whole names`() {
        val a = "package dev.acsauth.a\nimport dev.acsauth.b.used"
        val b = "package dev.acsauth.b\nfun needs() = dev.acsauth.c.Type.value()"
        fun found(c: String) = circles(needs(listOf(a, b, "package dev.acsauth.c\n$c")))
        assertEquals(emptySet<Set<String>>(), found("fun nothing() = \"a.b\""))
        assertEquals(setOf(setOf("dev.acsauth.a", "dev.acsauth.b", "dev.acsauth.c")), found("import dev.acsauth.a.Other as A"))
    }
}
