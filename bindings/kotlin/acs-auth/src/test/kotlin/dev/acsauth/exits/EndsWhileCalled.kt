package dev.acsauth.exits

import ch.qos.logback.classic.Logger
import ch.qos.logback.classic.spi.ILoggingEvent
import ch.qos.logback.core.AppenderBase
import dev.acsauth.CommunicationIdentityClientBuilder
import dev.acsauth.Header
import dev.acsauth.Observer
import dev.acsauth.Request
import dev.acsauth.TokenCredential
import dev.acsauth.TokenExchangeHandlerBuilder
import dev.acsauth.Transport
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlin.system.exitProcess
import org.slf4j.LoggerFactory

/** Exits while a credential, a transport, an observer and the log are being called. Arguments: how it exits, how they hang. */
object EndsWhileCalled {
    private val called = CountDownLatch(4)

    private fun hang(how: String): Nothing {
        called.countDown()
        while (true) {
            when (how) {
                "sleeps" -> Thread.sleep(60_000)
                "polls" -> Thread.onSpinWait()
                "returns while it ends" -> {
                    Thread.sleep(200)
                    throw IllegalStateException("nobody is interested any more")
                }
                else -> throw AssertionError(how)
            }
        }
    }

    private class HangingAppender(private val how: String) : AppenderBase<ILoggingEvent>() {
        override fun append(event: ILoggingEvent) = hang(how)
    }

    @JvmStatic
    fun main(arguments: Array<String>) {
        val (end, how) = arguments
        val log = LoggerFactory.getLogger("dev.acsauth") as Logger
        // Without a context, an appender prints warnings about itself.
        log.addAppender(HangingAppender(how).apply { context = log.loggerContext }.apply { start() })
        val handler = TokenExchangeHandlerBuilder()
            .set("connection_string", "endpoint=https://contoso.communication.azure.com;accesskey=c2VjcmV0")
            .set("api_client_id", "11111111-1111-1111-1111-111111111111")
            .set("teams_client_ids", listOf("22222222-2222-2222-2222-222222222222"))
            .set("tenant_ids", listOf("33333333-3333-3333-3333-333333333333"))
            .observer(Observer { hang(how) }).build()
        handler.handle(Request("POST", "/api/token/teams", listOf(Header("Authorization", "Bearer x"))))
        CommunicationIdentityClientBuilder().endpoint("https://contoso.communication.azure.com")
            .credential(TokenCredential { hang(how) }).buildAsyncClient().createUser()
        CommunicationIdentityClientBuilder().connectionString("endpoint=https://contoso.communication.azure.com;accesskey=c2VjcmV0")
            .transport(Transport { hang(how) }).buildAsyncClient().createUser()
        check(called.await(60, TimeUnit.SECONDS)) { "not all were called: ${called.count} are missing" }
        println("called")
        System.out.flush()
        when (end) {
            "main returns" -> return
            "main throws" -> throw UnsupportedOperationException("mine")
            "System.exit" -> exitProcess(3)
            else -> throw AssertionError(end)
        }
    }
}
