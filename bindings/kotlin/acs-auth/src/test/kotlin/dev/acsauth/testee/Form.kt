package dev.acsauth.testee

import dev.acsauth.AcsAuthException
import dev.acsauth.CallOptions
import dev.acsauth.CommunicationIdentityClientBuilder
import dev.acsauth.HandlerSettings
import dev.acsauth.Request
import dev.acsauth.Response
import dev.acsauth.TokenExchangeHandlerBuilder
import dev.acsauth.coroutines.CommunicationIdentityClient as SuspendClient
import dev.acsauth.coroutines.TokenExchangeHandler as SuspendHandler
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException
import kotlinx.coroutines.runBlocking

/** One of the forms that the operations have here: each makes all calls. */
abstract class Form(val name: String) {
    /** A client made of what the builder was given. */
    abstract fun client(builder: CommunicationIdentityClientBuilder): Calls

    abstract fun handler(settings: HandlerSettings): Answering

    /** A handler, and how it answers in this form. */
    class Answering(val handler: Any, val answer: (Request) -> Response)

    interface Calls : AutoCloseable {
        val client: Any
        val endpoint: String
        val skew: Long

        fun call(operation: String, a: Arguments, options: CallOptions?): Any?
    }

    override fun toString() = name

    companion object {
        val all = listOf(Blocking, Futures, Suspending)
    }
}

private object Blocking : Form("blocking") {
    override fun client(builder: CommunicationIdentityClientBuilder) = object : Calls {
        override val client = builder.buildClient()
        override val endpoint get() = client.endpoint.url
        override val skew get() = client.clockSkewSeconds

        override fun close() = client.close()

        override fun call(operation: String, a: Arguments, options: CallOptions?): Any? = when (operation) {
            "create_user" -> client.createUser(options)
            "create_user_and_token" -> client.createUserAndToken(scopes(a), expiry(a), options)
            "get_token" -> client.getToken(user(a), scopes(a), expiry(a), options)
            "revoke_tokens" -> client.revokeTokens(user(a), options)
            "delete_user" -> client.deleteUser(user(a), options)
            "update_access_key" -> client.updateAccessKey(a.text("access_key"), a["secondary_access_key"] as String?)
            "get_token_for_teams_user" ->
                client.getTokenForTeamsUser(a.text("aad_token"), a.text("client_id"), a.text("user_object_id"), options)
            "get_token_for_teams_extension_user" -> client.getTokenForTeamsExtensionUser(a.text("aad_token"), options)
            else -> throw AssertionError("there is no operation $operation")
        }
    }

    override fun handler(settings: HandlerSettings): Answering {
        val handler = TokenExchangeHandlerBuilder().settings(settings).build()
        return Answering(handler, handler::handle)
    }
}

private object Futures : Form("future") {
    private fun <T> joined(future: CompletableFuture<T>): T = try {
        future.join()
    } catch (failure: CompletionException) {
        throw failure.cause as? AcsAuthException ?: failure
    }

    override fun client(builder: CommunicationIdentityClientBuilder) = object : Calls {
        override val client = builder.buildAsyncClient()
        override val endpoint get() = client.endpoint.url
        override val skew get() = client.clockSkewSeconds

        override fun close() = client.close()

        override fun call(operation: String, a: Arguments, options: CallOptions?): Any? = joined(
            when (operation) {
                "create_user" -> client.createUser(options)
                "create_user_and_token" -> client.createUserAndToken(scopes(a), expiry(a), options)
                "get_token" -> client.getToken(user(a), scopes(a), expiry(a), options)
                "revoke_tokens" -> client.revokeTokens(user(a), options)
                "delete_user" -> client.deleteUser(user(a), options)
                "update_access_key" -> {
                    client.updateAccessKey(a.text("access_key"), a["secondary_access_key"] as String?)
                    CompletableFuture.completedFuture<Any?>(null)
                }
                "get_token_for_teams_user" ->
                    client.getTokenForTeamsUser(a.text("aad_token"), a.text("client_id"), a.text("user_object_id"), options)
                "get_token_for_teams_extension_user" -> client.getTokenForTeamsExtensionUser(a.text("aad_token"), options)
                else -> throw AssertionError("there is no operation $operation")
            },
        )
    }

    override fun handler(settings: HandlerSettings): Answering {
        val handler = TokenExchangeHandlerBuilder().settings(settings).build()
        return Answering(handler) { joined(handler.handleAsync(it)) }
    }
}

private object Suspending : Form("suspend") {
    override fun client(builder: CommunicationIdentityClientBuilder) = object : Calls {
        override val client = SuspendClient(builder.made())
        override val endpoint get() = client.endpoint.url
        override val skew get() = client.clockSkewSeconds

        override fun close() = client.close()

        override fun call(operation: String, a: Arguments, options: CallOptions?): Any? = runBlocking {
            when (operation) {
                "create_user" -> client.createUser(options)
                "create_user_and_token" -> client.createUserAndToken(scopes(a), expiry(a), options)
                "get_token" -> client.getToken(user(a), scopes(a), expiry(a), options)
                "revoke_tokens" -> client.revokeTokens(user(a), options)
                "delete_user" -> client.deleteUser(user(a), options)
                "update_access_key" ->
                    client.updateAccessKey(a.text("access_key"), a["secondary_access_key"] as String?)
                "get_token_for_teams_user" ->
                    client.getTokenForTeamsUser(a.text("aad_token"), a.text("client_id"), a.text("user_object_id"), options)
                "get_token_for_teams_extension_user" -> client.getTokenForTeamsExtensionUser(a.text("aad_token"), options)
                else -> throw AssertionError("there is no operation $operation")
            }
        }
    }

    override fun handler(settings: HandlerSettings): Answering {
        val handler = SuspendHandler(settings)
        return Answering(handler) { runBlocking { handler.handle(it) } }
    }
}
