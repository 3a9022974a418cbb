package dev.acsauth

import dev.acsauth.support.repository
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** Everything that tests/surface lists exists, in Java's and in Kotlin's spelling. */
class SurfaceTest {
    private class Item(val kind: String, val owner: String?, val name: String)

    private val items = repository.resolve("tests/surface/api.txt").readLines()
        .filter { it.isNotBlank() && !it.startsWith("#") }
        .map { line ->
            val (kind, path) = Regex("""(\w+) ([\w.]+)""").find(line)!!.destructured
            Item(kind, path.substringBeforeLast('.', "").ifEmpty { null }, path.substringAfterLast('.'))
        }

    /** Names that differ by more than their case: those of Java and the official client, and options that take a list here. */
    private val renamed = mapOf(
        "token_credential" to "credential", "tenant_id" to "tenantIds", "audience" to "audiences",
        "allowed_client_id" to "allowedClientIds", "public" to "publicCloud", "app_only" to "isAppOnly",
        "set" to "of",
    )
    private val inConstructor = setOf("new")

    private fun camel(name: String) = name.split('_').joinToString("") { it.replaceFirstChar(Char::uppercase) }
        .replaceFirstChar(Char::lowercase)

    private fun upper(name: String) = name.replace(Regex("(?<=[a-z0-9])([A-Z])"), "_$1").uppercase()

    private fun type(name: String): Class<*>? = runCatching { Class.forName("dev.acsauth.$name") }.getOrNull()

    private fun names(kind: Class<*>): Set<String> = (kind.methods.map { it.name } + kind.fields.map { it.name }).toSet()

    private fun isIn(kind: Class<*>?, member: String): Boolean {
        val known = names(kind ?: return false)
        return member in known || "get${member.replaceFirstChar(Char::uppercase)}" in known ||
            "is${member.replaceFirstChar(Char::uppercase)}" in known
    }

    private fun parameters(kind: Class<*>) = kind.constructors.flatMap { made -> made.parameters.map { it.name } }.toSet()

    private fun missing(item: Item): String? {
        val owner = item.owner?.let(::type)
        val name = if (item.owner?.endsWith("Identifier") == true && item.name == "cloud") {
            "cloudEnvironment"
        } else if (item.owner == "TokenVerifier" || item.name !in setOf("tenant_id", "audience")) {
            renamed[item.name] ?: camel(item.name)
        } else {
            camel(item.name)
        }
        val suspended = runCatching { Class.forName("dev.acsauth.coroutines.${item.owner}") }.getOrNull()
        val found = when (item.kind) {
            "type" -> type(item.name) != null
            "option" -> isIn(type("${item.owner}Builder"), name) && name in parameters(suspended!!)
            "operation" -> isIn(owner, name) &&
                (isIn(owner, "${name}Async") || isIn(type("${item.owner?.removeSuffix("Client")}AsyncClient"), name)) &&
                (isIn(suspended, name.removeSuffix("WithTimeout")))
            "value" -> owner != null && (upper(item.name) in names(owner) || isIn(owner, name) ||
                owner.classes.any { it.simpleName == item.name } || item.name == "Other" && isIn(owner, "fromString"))
            "constant" -> item.name in names(AcsAuth)
            "function" -> if (owner == null) isIn(AcsAuth, name) else isIn(owner, name) || item.name in inConstructor
            // A hook for all calls of a client is an option of each call here.
            "method" -> if (name == "withResponseHook") isIn(type("CallOptions"), "onResponse") else
                isIn(owner, if (item.owner == "ErrorKind" && name == "name") "toString" else name)
            else -> isIn(owner, name)
        }
        return if (found) null else "${item.kind} ${item.owner}.${item.name}"
    }

    @Test
    fun `everything of the surface is here`() {
        assertTrue(items.size > 250, "${items.size} items")
        assertEquals(emptyList<String>(), items.mapNotNull(::missing))
    }

    @Test
    fun `operations go by the C ABI alone`() {
        val operations = items.filter { it.kind == "operation" }
        assertTrue(operations.size > 10)
        val generated = operations.filter { item ->
            val methods = Class.forName("dev.acsauth.internal.ffi.${item.owner}").methods.map { it.name }
            methods.any { it == camel(item.name) || it == camel(item.name) + "Blocking" }
        }
        assertEquals(emptyList<String>(), generated.map { "${it.owner}.${it.name}" })
    }

    @Test
    fun `what is not here is missed`() {
        assertEquals("method Endpoint.port", missing(Item("method", "Endpoint", "port")))
        assertEquals("option TokenVerifier.nonce", missing(Item("option", "TokenVerifier", "nonce")))
        assertEquals("value TokenCheck.Maybe", missing(Item("value", "TokenCheck", "Maybe")))
    }

    @Test
    fun `errors are the same everywhere`() {
        val lines = repository.resolve("tests/surface/errors.txt").readLines()
        val kinds = lines.filter { " = " in it }.associate { it.substringBefore(" = ") to it.substringAfter(" = ").toInt() }
        assertEquals(kinds, ErrorKind.entries.associate { it.toString() to it.value() })
        val fields = lines.filter { it.startsWith("field ") }.map { camel(Regex("""\w+""").findAll(it).elementAt(1).value) }
        assertEquals(8, fields.size)
        assertEquals(emptyList<String>(), fields.filterNot { isIn(AcsAuthException::class.java, it) })
        for (kind in ErrorKind.entries) {
            assertEquals("${kind}Exception", AcsAuthException.of(kind, "why").javaClass.simpleName)
            assertEquals(kind.name, dev.acsauth.internal.toNative(kind).name)
            assertEquals(kind.value(), dev.acsauth.internal.toNative(kind).value)
        }
        for (cloud in CommunicationCloudEnvironment.entries) {
            assertEquals(cloud, dev.acsauth.internal.toPublic(dev.acsauth.internal.toNative(cloud)))
        }
        assertEquals(AcsAuthException::class.java.permittedSubclasses.size, ErrorKind.entries.size)
    }

    @Test
    fun `constants are those of the library`() {
        assertEquals(dev.acsauth.internal.ffi.acsScope(), ACS_SCOPE)
        assertEquals(dev.acsauth.internal.ffi.acsResourceAppId(), ACS_RESOURCE_APP_ID)
        assertEquals(dev.acsauth.internal.ffi.defaultApiVersion(), DEFAULT_API_VERSION)
        assertEquals(dev.acsauth.internal.ffi.teamsExtensionApiVersion(), TEAMS_EXTENSION_API_VERSION)
        assertEquals(dev.acsauth.internal.ffi.knownApiVersions(), ApiVersion.entries.map { "$it" })
        assertEquals(dev.acsauth.internal.ffi.knownPreviewApiVersions(), PreviewApiVersion.entries.map { "$it" })
        assertEquals(dev.acsauth.internal.ffi.knownScopes().toSet(), CommunicationTokenScope.values().map { "$it" }.toSet())
    }

    private companion object {
        val AcsAuth: Class<*> = Class.forName("dev.acsauth.AcsAuth")
    }
}
