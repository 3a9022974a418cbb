package dev.acsauth.cases

import dev.acsauth.support.Emulator
import dev.acsauth.support.items
import dev.acsauth.support.members

/** What the emulator must have seen of a call. */
class Seen(private val seen: Map<String, Any?>, private val scope: Scope) {
    fun judge(matcher: Matcher) {
        val attempts = Emulator.requests().map(::compared)
        seen["attempts"]?.let { check(attempts.map { a -> a["status"] } == it) { "attempts: $attempts" } }
        check(attempts.isNotEmpty() || seen.keys.none { it in setOf("each", "same_headers", "different_headers") }) {
            "there were no attempts to compare"
        }
        val inOrder = (seen["in_order"] ?: listOf<Any?>()).items()
        check(inOrder.isEmpty() || inOrder.size == attempts.size) { "there were ${attempts.size} attempts" }
        attempts.forEachIndexed { at, attempt ->
            seen["each"]?.let { matcher.check(attempt, it) }
            if (inOrder.isNotEmpty()) matcher.check(attempt, inOrder[at])
        }
        values("same_headers", attempts, 1)
        values("different_headers", attempts, attempts.size)
        seen["identities"]?.let {
            val found = Emulator.control("GET", "/identities").members()["identities"].items().size.toLong()
            check(found == it) { "there are $found identities" }
        }
        for (token in (seen["tokens"] ?: listOf<Any?>()).items().map { it.members() }) {
            val found = Emulator.control("POST", "/introspect", mapOf("token" to scope.fill(token["token"]))).members()
            check(found["active"] == token["active"] && found["reason"] == token["reason"]) { "the token is $found" }
        }
    }

    private fun values(member: String, attempts: List<Map<String, Any?>>, wanted: Int) {
        for (name in (seen[member] ?: listOf<Any?>()).items()) {
            val values = attempts.map { it["headers"].members().getValue(name as String) }.toSet()
            check(values.size == wanted) { "$name had ${values.size} values in ${attempts.size} attempts" }
        }
    }

    /** A record of the emulator with headers and checks by name; a check that failed once has failed. */
    private fun compared(record: Map<String, Any?>): Map<String, Any?> {
        val headers = record["headers"].items().associate { it.items()[0] as String to it.items()[1] }
        val checks = record["checks"].items().map { it.members() }
            .groupBy({ it["name"] as String }, { it["ok"] == true }).mapValues { it.value.all { ok -> ok } }
        return record + mapOf("headers" to headers, "checks" to checks)
    }
}
