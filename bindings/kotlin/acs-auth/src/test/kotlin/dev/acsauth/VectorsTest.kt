package dev.acsauth

import dev.acsauth.support.Json
import dev.acsauth.support.members
import dev.acsauth.support.repository
import java.time.ZonedDateTime
import java.time.format.DateTimeFormatter
import java.util.Base64
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.TestFactory

/** One test per signing vector. Intermediate steps are compared first, so that a failure names the step. */
class VectorsTest {
    @TestFactory
    fun vectors(): List<DynamicTest> {
        val files = repository.resolve("tests/vectors").listFiles { file -> file.extension == "json" }!!.sorted()
        assertTrue(files.size >= 14)
        return files.map { file ->
            DynamicTest.dynamicTest(file.nameWithoutExtension) {
                val vector = Json.parse(file.readText()).members()
                fun text(name: String) = vector.getValue(name) as String
                val request = SignableRequest(text("method"), text("url"), Base64.getDecoder().decode(text("body_base64")))
                val now = ZonedDateTime.parse(text("x-ms-date"), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant()
                val signed = signRequest(request, AccessKey(text("access_key")), now)
                assertEquals(text("x-ms-content-sha256"), signed.xMsContentSha256)
                assertEquals(text("string_to_sign"), signed.stringToSign)
                assertEquals(text("x-ms-date"), signed.xMsDate)
                assertEquals(text("authorization"), signed.authorization)
                assertTrue(text("url").endsWith(signed.target))
                assertTrue(signed.host in text("url"))
            }
        }
    }
}
