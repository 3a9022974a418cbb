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
import io.ktor.server.request.receive
import io.ktor.server.request.uri
import io.ktor.server.response.respondBytes
import io.ktor.server.routing.route
import io.ktor.server.routing.routing
import java.io.File

/** Serves the token exchange on PORT (8080), with settings of a file that is named first, or else of the environment. */
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

/** Hands every request to the handler; a client that goes away cancels its exchange. */
fun Application.tokenExchange(handler: TokenExchangeHandler) = routing {
    route("{path...}") {
        handle { call.answer(handler) }
    }
}

private suspend fun ApplicationCall.answer(handler: TokenExchangeHandler) {
    val headers = request.headers.entries().flatMap { (name, values) -> values.map { Header(name, it) } }
    // Without a length there is no body: an offer to upgrade would be waited for as one.
    val hasBody = listOf(HttpHeaders.ContentLength, HttpHeaders.TransferEncoding).any { it in request.headers }
    val body = if (hasBody) receive<ByteArray>() else ByteArray(0)
    val answer = handler.handle(Request(request.httpMethod.value, request.uri, headers, body))
    // Ktor sets the type with the body.
    for (header in answer.headers.filterNot { it.name.equals(HttpHeaders.ContentType, ignoreCase = true) }) {
        response.headers.append(header.name, header.value)
    }
    val type = answer.header(HttpHeaders.ContentType)?.let(ContentType::parse)
    respondBytes(answer.body, type, HttpStatusCode.fromValue(answer.status))
}
