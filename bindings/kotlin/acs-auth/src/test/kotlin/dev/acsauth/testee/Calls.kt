package dev.acsauth.testee

import dev.acsauth.CommunicationTokenScope
import dev.acsauth.CommunicationUserIdentifier
import dev.acsauth.Endpoint
import dev.acsauth.PreviewApiVersion
import dev.acsauth.TeamsExtensionPrincipalType
import dev.acsauth.TokenCheck
import dev.acsauth.support.items
import java.lang.reflect.InvocationTargetException
import java.lang.reflect.Method
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException
import kotlin.coroutines.Continuation
import kotlin.coroutines.intrinsics.suspendCoroutineUninterceptedOrReturn
import kotlinx.coroutines.runBlocking

typealias Arguments = Map<String, Any?>

fun Arguments.text(name: String) = getValue(name) as String

fun camelCase(name: String) = name.split('_').reduce { all, word -> all + word.replaceFirstChar(Char::uppercase) }

private fun snakeCase(name: String) = name.replace(Regex("[A-Z]")) { "_" + it.value.lowercase() }

/**
 * Calls a function by its name and waits for its result, whether it blocks, returns a future or suspends. Of overloads, it calls
 * the one with the most parameters. Arguments are passed by name, and the function must take all of them. For a static function,
 * [on] is the [Class].
 */
fun call(on: Any, name: String, given: Arguments): Any? {
    val methods = (on as? Class<*> ?: on.javaClass).methods.filter { it.name == name }
    val method = methods.maxByOrNull { it.parameterCount } ?: throw AssertionError("there is no $name in $on")
    val rest = given.toMutableMap()
    val arguments = method.parameters.filter { it.type != Continuation::class.java }.map { rest.take(snakeCase(it.name), it.type) }
    check(rest.isEmpty()) { "$method does not take ${rest.keys}" }
    return if (arguments.size < method.parameterCount) {
        runBlocking { suspendCoroutineUninterceptedOrReturn<Any?> { method.invoked(on, arguments + it) } }
    } else {
        joined(method.invoked(on, arguments))
    }
}

private fun Method.invoked(on: Any, arguments: List<Any?>): Any? = try {
    invoke(on, *arguments.toTypedArray())
} catch (failure: InvocationTargetException) {
    throw failure.targetException
}

private fun joined(result: Any?): Any? = try {
    if (result is CompletableFuture<*>) result.join() else result
} catch (failure: CompletionException) {
    throw failure.cause ?: failure
}

/** Removes the argument with this name (without its unit) and converts it to the type; returns null if there is none. */
private fun MutableMap<String, Any?>.take(name: String, type: Class<*>): Any? {
    if (type == Duration::class.java) {
        return remove("${name}_ms")?.let { Duration.ofMillis(it as Long) } ?: remove("${name}_s")?.let { Duration.ofSeconds(it as Long) }
    }
    val value = remove(name)
    return when (type) {
        ByteArray::class.java -> (value as String).encodeToByteArray()
        CommunicationUserIdentifier::class.java -> CommunicationUserIdentifier(value as String)
        Endpoint::class.java -> Endpoint.parse(value as String)
        Iterable::class.java ->
            if (name == "scopes") value.items().map { CommunicationTokenScope.fromString(it as String) } else value.items()
        PreviewApiVersion::class.java -> PreviewApiVersion.entries.single { "$it" == value }
        TeamsExtensionPrincipalType::class.java -> TeamsExtensionPrincipalType.fromString(value as String)
        TokenCheck::class.java -> TokenCheck.valueOf((value as String).uppercase())
        else -> value
    }
}
