package dev.acsauth.cases

import dev.acsauth.support.Json
import dev.acsauth.support.items
import dev.acsauth.support.members

/** What values are compared with: a value, or an object with one word. */
class Matcher(private val scope: Scope, private val now: Long) {
    /** Each member that is named must be there. */
    fun check(found: Map<String, Any?>, expected: Any?) {
        val unknown = expected.members().keys - found.keys
        check(unknown.isEmpty()) { "there is no member ${unknown.first()} to compare" }
        checkSome(found, expected)
    }

    private fun checkSome(found: Any?, expected: Any?) = expected.members().forEach { (name, matcher) ->
        matches(name, (found as? Map<*, *>)?.get(name), scope.fill(matcher))
    }

    private fun matches(name: String, value: Any?, matcher: Any?) {
        if (matcher !is Map<*, *>) {
            check(value == matcher) { "$name: is $value, not $matcher" }
            return
        }
        val (word, argument) = matcher.members().entries.single()
        if (word == "has") return checkSome(value, argument)
        check(holds(word, value, argument)) { "$name: is $value, which is not $word $argument" }
    }

    private fun holds(word: String, value: Any?, argument: Any?): Boolean = when (word) {
        "present" -> argument != (value == null || value == "")
        "prefix" -> (value as? String ?: "").startsWith(argument as String)
        "contains" -> argument.items().isNotEmpty() && argument.items().all { (it as String) in (value as? String ?: "") }
        "lacks" -> value is String && argument.items().none { (it as String) in value }
        "ignoring_case" -> (argument as String).equals(value as? String ?: "", ignoreCase = true)
        "between" -> within(value, argument, 0)
        "seconds_from_now" -> within(value, argument, now)
        "json" -> value is String && Json.parseOrNull(value).let { it != null && it == argument }
        else -> throw AssertionError("there is no word $word")
    }

    private fun within(value: Any?, bounds: Any?, from: Long) =
        value is Long && value - from in (bounds.items()[0] as Long)..(bounds.items()[1] as Long)
}
