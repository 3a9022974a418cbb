package dev.acsauth.internal

import dev.acsauth.internal.ffi.LogLevel
import dev.acsauth.internal.ffi.LogRecord
import dev.acsauth.internal.ffi.LogSink
import dev.acsauth.internal.ffi.setLog
import java.time.Instant
import java.time.temporal.ChronoUnit
import org.slf4j.LoggerFactory
import org.slf4j.event.Level

/** Passes the native library's log records on to slf4j, under "dev.acsauth". */
internal object Log : LogSink {
    private val root = LoggerFactory.getLogger("dev.acsauth")

    /** Sets the native log level to the one that slf4j has now, so that records that nobody reads cost nothing. */
    fun install() = setLog(
        when {
            root.isTraceEnabled -> LogLevel.TRACE
            root.isDebugEnabled -> LogLevel.DEBUG
            root.isInfoEnabled -> LogLevel.INFO
            root.isWarnEnabled -> LogLevel.WARN
            root.isErrorEnabled -> LogLevel.ERROR
            else -> LogLevel.OFF
        },
        this,
    )

    override fun onRecord(record: LogRecord) {
        try {
            val level = when (record.level) {
                LogLevel.OFF -> return
                LogLevel.ERROR -> Level.ERROR
                LogLevel.WARN -> Level.WARN
                LogLevel.INFO -> Level.INFO
                LogLevel.DEBUG -> Level.DEBUG
                LogLevel.TRACE -> Level.TRACE
            }
            val name = record.target.replace("::", ".").removePrefix("acs_auth").trimStart('.')
            val logger = LoggerFactory.getLogger(if (name.isEmpty()) "dev.acsauth" else "dev.acsauth.$name")
            if (logger.isEnabledForLevel(level)) {
                val event = logger.atLevel(level)
                record.fields.forEach { event.addKeyValue(it.name, it.value) }
                // The event's own timestamp is when it is delivered here, not when it was recorded.
                event.addKeyValue("time", Instant.EPOCH.plus(record.timeUs, ChronoUnit.MICROS))
                event.log(record.text)
            }
        } catch (_: Throwable) {
            // A failing logger must not fail a call, and there is no other place to report it.
        }
    }
}
