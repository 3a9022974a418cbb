package dev.acsauth

import java.io.File
import java.lang.reflect.Executable
import java.lang.reflect.Modifier
import java.lang.reflect.Type
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** No public signature has a Kotlin type, except in the package of suspend functions. */
class SignaturesTest {
    private val folder = File(AccessToken::class.java.protectionDomain.codeSource.location.toURI())

    private fun classes(packageName: String): List<Class<*>> =
        folder.resolve(packageName.replace('.', '/')).listFiles { file -> file.extension == "class" }!!
            .map { Class.forName("$packageName.${it.nameWithoutExtension}") }
            .filter { Modifier.isPublic(it.modifiers) && !it.isSynthetic && !it.isAnonymousClass }

    private fun ofKotlin(types: List<Type>) = types.map { it.typeName }.filter { "kotlin." in it || "kotlinx." in it }

    private fun types(executable: Executable) = executable.genericParameterTypes.toList() + executable.exceptionTypes

    private fun offences(kind: Class<*>): List<String> {
        val visible = { modifiers: Int -> Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers) }
        val found = mutableListOf<String>()
        found += ofKotlin(listOfNotNull(kind.genericSuperclass) + kind.genericInterfaces)
        for (method in kind.declaredMethods.filter { visible(it.modifiers) && !it.isSynthetic }) {
            ofKotlin(types(method) + method.genericReturnType).forEach { found += "$kind.${method.name}: $it" }
        }
        for (made in kind.declaredConstructors.filter { visible(it.modifiers) && !it.isSynthetic }) {
            ofKotlin(types(made)).forEach { found += "$kind: $it" }
        }
        for (field in kind.declaredFields.filter { visible(it.modifiers) && !it.isSynthetic }) {
            ofKotlin(listOf(field.genericType)).forEach { found += "$kind.${field.name}: $it" }
        }
        return found
    }

    @Test
    fun `no type of Kotlin is in a signature`() {
        val seen = classes("dev.acsauth")
        assertTrue(seen.size > 60, "${seen.size} classes")
        assertEquals(emptyList<String>(), seen.flatMap(::offences))
    }

    @Test
    fun `the check finds what it looks for`() {
        val found = offences(dev.acsauth.coroutines.CommunicationIdentityClient::class.java)
        assertTrue(found.any { "getToken" in it && "kotlin.coroutines.Continuation" in it }, "$found")
    }
}
