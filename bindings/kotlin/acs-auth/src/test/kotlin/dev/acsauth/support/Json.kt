package dev.acsauth.support

import com.google.gson.GsonBuilder
import com.google.gson.JsonArray
import com.google.gson.JsonElement
import com.google.gson.JsonObject
import com.google.gson.JsonParser
import com.google.gson.JsonPrimitive
import com.google.gson.Strictness
import com.google.gson.stream.JsonReader
import java.io.StringReader

/** JSON as plain values: Map, List, String, Long, Double, Boolean and null. */
object Json {
    private val gson = GsonBuilder().serializeNulls().disableHtmlEscaping().create()

    fun parse(text: String): Any? {
        val reader = JsonReader(StringReader(text)).apply { strictness = Strictness.STRICT }
        return plain(JsonParser.parseReader(reader))
    }

    fun parseOrNull(text: String): Any? = if (text.isBlank()) null else runCatching { parse(text) }.getOrNull()

    fun text(value: Any?): String = gson.toJson(value)

    private fun plain(element: JsonElement): Any? = when (element) {
        is JsonObject -> element.entrySet().associate { it.key to plain(it.value) }
        is JsonArray -> element.map(::plain)
        is JsonPrimitive -> when {
            element.isBoolean -> element.asBoolean
            element.isNumber -> element.asString.toLongOrNull() ?: element.asDouble
            else -> element.asString
        }
        else -> null
    }
}

@Suppress("UNCHECKED_CAST")
fun Any?.members() = this as? Map<String, Any?> ?: throw AssertionError("not an object: $this")

@Suppress("UNCHECKED_CAST")
fun Any?.items() = this as? List<Any?> ?: throw AssertionError("not a list: $this")
