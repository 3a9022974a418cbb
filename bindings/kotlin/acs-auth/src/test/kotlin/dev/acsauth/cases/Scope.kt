package dev.acsauth.cases

import dev.acsauth.support.Json

/** `${…}`: values that are known only when a case runs. */
class Scope {
    private val names = mutableMapOf<String, Any?>()

    fun name(name: String, value: Any?) {
        check(name !in names) { "$name names two things" }
        names[name] = value
    }

    fun fill(value: Any?): Any? = when (value) {
        is String -> fillText(value)
        is List<*> -> value.map(::fill)
        is Map<*, *> -> value.mapValues { fill(it.value) }
        else -> value
    }

    private fun fillText(text: String): Any? {
        REFERENCE.matchEntire(text)?.let { return lookUp(it.groupValues[1]) }
        val filled = REFERENCE.replace(text) {
            val found = lookUp(it.groupValues[1])
            Regex.escapeReplacement(found as? String ?: Json.text(found)).replace("\\$", "$").replace("\\\\", "\\")
        }
        check("\${" !in filled) { "$text: a reference has no end" }
        return filled
    }

    private fun lookUp(path: String): Any? {
        val parts = path.split('.')
        check(parts[0] in names) { "\${$path} names nothing" }
        return parts.drop(1).fold(names[parts[0]]) { found, member ->
            when {
                found is List<*> && member.toIntOrNull() in found.indices -> found[member.toInt()]
                found is Map<*, *> && member in found -> found[member]
                else -> throw AssertionError("\${$path} names nothing")
            }
        }
    }

    private companion object {
        val REFERENCE = Regex("""\$\{([^}]*)}""")
    }
}
