package dev.acsauth.cases

import dev.acsauth.support.items
import dev.acsauth.support.members

/** The members that a case may have: whatever is not named here fails the case. */
private val CASE = setOf("name", "about", "source", "client", "handler", "before", "call", "expect", "emulator")
private val CLIENT = setOf(
    "transport", "trust_ca", "connection_string", "secondary_access_key", "token_credential", "allow_insecure_endpoint", "api_version",
    "application_id", "preflight", "timeout_ms", "max_attempts",
)
private val BEFORE = setOf("faults", "clock", "behaviour", "access_keys", "mint", "call")
private val MINT = setOf("as", "user", "client_id", "kind", "attack", "version", "lifetime", "scope")
private val EARLIER_CALL = setOf("as", "operation", "arguments")
private val CALL = setOf("operation", "arguments", "timeout_ms", "client_request_id")
private val EXPECT = setOf("ok", "error", "never_shown", "took_ms", "client", "credential")
private val SEEN = setOf("attempts", "each", "in_order", "same_headers", "different_headers", "identities", "tokens")

fun only(members: Any?, known: Set<String>, where: String) {
    val unknown = members.members().keys - known
    check(unknown.isEmpty()) { "$where: unknown members $unknown" }
}

fun checkCase(case: Map<String, Any?>) {
    only(case, CASE, "the case")
    only(case["client"] ?: mapOf<String, Any?>(), CLIENT, "client")
    for (action in (case["before"] ?: listOf<Any?>()).items()) {
        val (name, given) = action.members().entries.single()
        only(action, BEFORE, "before")
        if (name == "mint") only(given, MINT, "mint")
        if (name == "call") only(given, EARLIER_CALL, "an earlier call")
    }
    only(case["call"], CALL, "call")
    val expect = case["expect"].members()
    only(expect, EXPECT, "expect")
    check(("ok" in expect) != ("error" in expect)) { "a case expects either ok or an error" }
    expect["took_ms"]?.let { only(it, setOf("at_least", "at_most"), "took_ms") }
    expect["credential"]?.let { only(it, setOf("calls", "scopes"), "credential") }
    val seen = case["emulator"]?.members() ?: return
    only(seen, SEEN, "emulator")
    seen["tokens"]?.items()?.forEach { only(it, setOf("token", "active", "reason"), "tokens") }
}

/** The arguments of a call, each of which must be used. */
class Arguments(given: Map<String, Any?>) {
    private val left = given.toMutableMap()

    fun take(name: String): Any? {
        check(name in left) { "the argument $name is missing" }
        return left.remove(name)
    }

    fun text(name: String) = take(name) as String

    fun maybe(name: String): Any? = left.remove(name)

    fun end() = check(left.isEmpty()) { "there is no argument ${left.keys.first()}" }
}
