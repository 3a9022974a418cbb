package dev.acsauth.support

import ch.qos.logback.classic.Logger
import ch.qos.logback.classic.spi.ILoggingEvent
import ch.qos.logback.core.AppenderBase
import java.util.concurrent.CopyOnWriteArrayList
import java.util.function.BooleanSupplier
import org.junit.jupiter.api.Assertions.assertTrue

/** Waits for events and log records, which arrive on library threads after the call that causes them. */
object Waiting {
    private const val PATIENCE_NS = 30_000_000_000

    /** Waits until the condition holds; the test fails if it never does. */
    @JvmStatic
    fun await(isThere: BooleanSupplier) {
        val until = System.nanoTime() + PATIENCE_NS
        while (!isThere.asBoolean && System.nanoTime() < until) Thread.sleep(1)
        assertTrue(isThere.asBoolean)
    }
}

/** The records of a logger, which may be read while more arrive. */
class Records(private val logger: Logger) : AppenderBase<ILoggingEvent>(), AutoCloseable {
    val list = CopyOnWriteArrayList<ILoggingEvent>()

    init {
        start()
        logger.addAppender(this)
    }

    override fun append(record: ILoggingEvent) {
        list += record
    }

    override fun close() {
        logger.detachAppender(this)
    }
}
