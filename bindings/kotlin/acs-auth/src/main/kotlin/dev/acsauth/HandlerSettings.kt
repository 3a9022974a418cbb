package dev.acsauth

import dev.acsauth.internal.ffi.HandlerSettings as NativeSettings
import dev.acsauth.internal.ffi.Setting
import dev.acsauth.internal.ffi.SettingValue
import dev.acsauth.internal.invalid
import dev.acsauth.internal.invalidText
import dev.acsauth.internal.isWellFormed
import dev.acsauth.internal.milliseconds
import dev.acsauth.internal.native
import java.time.Duration
import java.util.function.UnaryOperator

/** The settings of a handler, from a file or the environment, or set by name. They may be secret, so it prints without them. */
class HandlerSettings private constructor(internal val handle: NativeSettings) {
    /** Returns these settings, completed by those of [other]. */
    fun or(other: HandlerSettings): HandlerSettings = native { HandlerSettings(handle.orElse(other.handle)) }

    override fun toString() = "HandlerSettings"

    companion object {
        /**
         * Creates settings from values by their names in TOML, in which an underscore may replace a dot. A value is a
         * [String], a collection of them, an [Int], a [Long], a [Duration] for a number of milliseconds, or a
         * [Boolean].
         *
         * @throws InvalidArgumentException if there is no such setting or its value has another type; the target is the name
         */
        @JvmStatic
        fun of(values: Map<String, Any>): HandlerSettings {
            val settings = values.map { (name, value) -> Setting(text("name", name), lowered(name, value)) }
            return native { HandlerSettings(NativeSettings.fromValues(settings)) }
        }

        private fun text(name: String, value: Any?): String {
            if (value !is String) throw invalid(name, "$name must be a String or a collection of Strings.")
            if (!isWellFormed(value)) throw invalidText(name)
            return value
        }

        private fun lowered(name: String, value: Any): SettingValue = when (value) {
            is Boolean -> SettingValue.Flag(value)
            is Int -> SettingValue.Number(value.toLong())
            is Long -> SettingValue.Number(value)
            is Duration -> SettingValue.Time(milliseconds(name, value)!!)
            is Collection<*> -> SettingValue.Texts(value.map { text(name, it) })
            else -> SettingValue.Text(text(name, value))
        }

        /**
         * Reads settings from TOML text.
         *
         * @throws InvalidArgumentException if the text isn't TOML, or if a setting is unknown or has another type; the target is the
         * setting, or "toml"
         */
        @JvmStatic
        fun fromToml(text: String): HandlerSettings = native { HandlerSettings(NativeSettings.fromToml(text)) }

        /** Reads settings from this process's environment. */
        @JvmStatic
        fun fromEnv(): HandlerSettings = fromEnv { System.getenv(it) }

        /** Reads settings from variables that are looked up by name; null means that a variable isn't set. */
        @JvmStatic
        fun fromEnv(variable: UnaryOperator<String?>): HandlerSettings {
            val variables = HashMap<String, String>()
            for (name in native { dev.acsauth.internal.ffi.handlerSettingVariables() }) {
                val value = variable.apply(name) ?: continue
                if (!isWellFormed(value)) throw invalidText(name)
                variables[name] = value
            }
            return native { HandlerSettings(NativeSettings.fromVariables(variables)) }
        }

        /** Returns the names and descriptions of all settings. */
        @JvmStatic
        fun names(): List<SettingName> = native {
            dev.acsauth.internal.ffi.handlerSettingNames().map { SettingName(it.toml, it.about, it.environment) }
        }
    }
}

/** A setting of a handler: its names and its description. */
class SettingName internal constructor(
    /** The setting's name in TOML, where a dot stands for a table. */
    val toml: String,
    /** The setting's description. */
    val about: String,
    /** The setting's environment variables. If several are set, the first one takes precedence. */
    val environment: List<String>,
)
