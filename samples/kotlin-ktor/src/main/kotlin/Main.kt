package dev.acsauth.samples

import dev.acsauth.HandlerSettings
import dev.acsauth.Header
import dev.acsauth.Request
import dev.acsauth.coroutines.TokenExchangeHandler
import io.ktor.http.ContentType
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpStatusCode
import io.ktor.server.application.Application
import io.ktor.server.application.ApplicationCall
import io.ktor.server.cio.CIO
import io.ktor.server.engine.embeddedServer
import io.ktor.server.request.httpMethod
import io.ktor.server.request.receiveChannel
import io.ktor.server.request.uri
import io.ktor.server.response.respondBytes
import io.ktor.server.routing.route
import io.ktor.server.routing.routing
import io.ktor.utils.io.readRemaining
import java.io.File
import kotlinx.io.readByteArray

/** Serves the token exchange on PORT (default 8080). Settings come from the TOML file in the argument, or from the environment. */
suspend fun main(arguments: Array<String>) {
    val file = arguments.firstOrNull()
    val settings = if (file == null) HandlerSettings.fromEnv() else HandlerSettings.fromToml(File(file).readText())
    TokenExchangeHandler(settings = settings).use { handler ->
        val port = System.getenv("PORT")?.toInt() ?: 8080
        val server = embeddedServer(CIO, port = port, host = "127.0.0.1") { tokenExchange(handler) }
        server.start(wait = false)
        println("listening on http://localhost:${server.engine.resolvedConnectors().first().port}")
        Runtime.getRuntime().addShutdownHook(Thread { server.stop(200, 2_000) })
        Thread.currentThread().join()
    }
}

private const val MOST_OF_BODY = 17L * 1024

/** Passes every request to the handler, which knows its own routes. */
fun Application.tokenExchange(handler: TokenExchangeHandler) = routing {
    route("{path...}") {
        handle { call.answer(handler) }
    }
}

private suspend fun ApplicationCall.answer(handler: TokenExchangeHandler) {
    val headers = request.headers.entries().flatMap { (name, values) -> values.map { Header(name, it) } }
    // Read a body only if one is announced: otherwise a request that offers to upgrade would wait for one. The handler answers 413 to more
    // than 16 KiB, so no more than a little more is kept.
    val hasBody = listOf(HttpHeaders.ContentLength, HttpHeaders.TransferEncoding).any { it in request.headers }
    val body = if (hasBody) receiveChannel().readRemaining(MOST_OF_BODY).readByteArray() else ByteArray(0)
    val answer = handler.handle(Request(request.httpMethod.value, request.uri, headers, body))
    // Ktor sets Content-Type together with the body.
    for (header in answer.headers.filterNot { it.name.equals(HttpHeaders.ContentType, ignoreCase = true) }) {
        response.headers.append(header.name, header.value)
    }
    val type = answer.header(HttpHeaders.ContentType)?.let(ContentType::parse)
    respondBytes(answer.body, type, HttpStatusCode.fromValue(answer.status))
}
