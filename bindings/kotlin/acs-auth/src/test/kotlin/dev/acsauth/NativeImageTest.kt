package dev.acsauth

import com.sun.jna.Callback
import com.sun.jna.Structure
import dev.acsauth.support.Json
import dev.acsauth.support.items
import dev.acsauth.support.members
import java.io.File
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** GraalVM's reachability metadata names exactly the classes that JNA and the library use by reflection. */
class NativeImageTest {
    private val metadata = Json.parse(
        javaClass.getResource("/META-INF/native-image/dev.acsauth/acs-auth/reachability-metadata.json")!!.readText(),
    ).members()
    private val named = metadata["reflection"].items().map { it.members()["type"] as String }.toSet()

    @Test
    fun `it covers what JNA needs`() {
        val root = File(AccessToken::class.java.protectionDomain.codeSource.location.toURI())
        val needed = root.resolve("dev/acsauth/internal/ffi").listFiles()!!
            .map { Class.forName("dev.acsauth.internal.ffi.${it.nameWithoutExtension}", false, javaClass.classLoader) }
            .filter {
                Structure::class.java.isAssignableFrom(it) || it.isInterface && Callback::class.java.isAssignableFrom(it) ||
                    it.simpleName == "UniffiLib"
            }.map { it.name }.toSet()
        assertTrue(needed.size > 20)
        // Structs that functions of the C ABI return are nested classes of Abi.
        val abi = Class.forName("dev.acsauth.internal.Abi", false, javaClass.classLoader)
        val returned = abi.declaredClasses.filter { Structure::class.java.isAssignableFrom(it) }
        val bound = setOf("dev.acsauth.internal.ffi.IntegrityCheckingUniffiLib", "dev.acsauth.internal.Abi") + returned.map { it.name }
        // Thread.isVirtual is looked up by reflection, since Java 17 doesn't have it.
        val asked = setOf("java.lang.Thread")
        assertEquals(emptySet<String>(), needed + bound + asked - named)
        assertEquals(emptySet<String>(), named - needed - bound - asked)
    }
}
