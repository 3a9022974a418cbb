package dev.acsauth.support

import dev.acsauth.CallOptions
import dev.acsauth.Cloud
import dev.acsauth.CommunicationIdentityClientBuilder
import dev.acsauth.CommunicationTokenScope
import dev.acsauth.CommunicationUserIdentifier
import dev.acsauth.PreviewApiVersion
import dev.acsauth.Request
import dev.acsauth.TeamsExtensionPrincipalType
import dev.acsauth.TeamsTokenExchangerBuilder
import dev.acsauth.HandlerSettings
import dev.acsauth.TokenExchangeHandlerBuilder
import dev.acsauth.TokenVerifierBuilder
import dev.acsauth.coroutines.CommunicationIdentityClient as SuspendClient
import dev.acsauth.coroutines.TeamsTokenExchanger as SuspendExchanger
import dev.acsauth.coroutines.TokenExchangeHandler as SuspendHandler
import dev.acsauth.coroutines.TokenVerifier as SuspendVerifier
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException
import kotlinx.coroutines.runBlocking

/** An operation in its three forms: blocking, as a future, and as a suspend function. */
class Forms(val name: String, private val waiting: () -> Any?, private val future: () -> CompletableFuture<*>, private val suspended: suspend () -> Any?) {
    /** Returns what each form returns or throws. */
    fun outcomes(): List<Result<Any?>> = listOf(
        runCatching { waiting() },
        runCatching { future().join() }.recoverCatching { throw if (it is CompletionException) it.cause!! else it },
        runCatching { runBlocking { suspended() } },
    )

    override fun toString() = name
}

/** One object of each kind and form, and all their operations. */
class Operations : AutoCloseable {
    private val builder = CommunicationIdentityClientBuilder().connectionString(Emulator.connectionStringHttp)
        .preview(PreviewApiVersion.V2025_03_02_PREVIEW)
    private val client = builder.buildClient()
    private val async = builder.buildAsyncClient()
    private val suspending = SuspendClient(
        connectionString = Emulator.connectionStringHttp, preview = PreviewApiVersion.V2025_03_02_PREVIEW,
    )
    private val exchanger = TeamsTokenExchangerBuilder().build(client)
    private val suspendingExchanger = SuspendExchanger(suspending)
    private val verifier = TokenVerifierBuilder().cloud(Cloud.custom(Emulator.httpsUrl)).tenantIds(listOf(Emulator.tenantId))
        .audiences(listOf(Emulator.apiClientId)).allowAnyClient(true).rootCertificatesPem(Emulator.ca).build()
    private val suspendingVerifier = SuspendVerifier(
        cloud = Cloud.custom(Emulator.httpsUrl), tenantIds = listOf(Emulator.tenantId),
        audiences = listOf(Emulator.apiClientId), allowAnyClient = true, rootCertificatesPem = Emulator.ca,
    )
    private val handler = TokenExchangeHandlerBuilder().set("connection_string", Emulator.connectionStringHttp)
        .set("api_client_id", Emulator.apiClientId).set("tenant_ids", listOf(Emulator.tenantId)).set("teams_client_ids", listOf(Emulator.spaClientId)).build()
    private val suspendingHandler = SuspendHandler(
        HandlerSettings.of(
            mapOf(
                "connection_string" to Emulator.connectionStringHttp, "api_client_id" to Emulator.apiClientId,
                "tenant_ids" to listOf(Emulator.tenantId), "teams_client_ids" to listOf(Emulator.spaClientId),
            ),
        ),
    )

    /** The operations of clients, which take options. [text] returns the value of a text argument by its name. */
    fun ofClients(text: (String) -> String, options: CallOptions? = null): List<Forms> {
        val user = CommunicationUserIdentifier(text("user"))
        val scopes = listOf(CommunicationTokenScope.CHAT, CommunicationTokenScope.fromString(text("scopes")))
        val (token, app, oid) = listOf("aad_token", "client_id", "user_object_id").map(text)
        val hours = Duration.ofHours(2)
        return listOf(
            Forms("createUser", { client.createUser(options) }, { async.createUser(options) }, { suspending.createUser(options) }),
            Forms(
                "createUserAndToken scopes", { client.createUserAndToken(scopes, hours, options) },
                { async.createUserAndToken(scopes, hours, options) }, { suspending.createUserAndToken(scopes, hours, options) },
            ),
            Forms(
                "getToken user scopes", { client.getToken(user, scopes, hours, options) },
                { async.getToken(user, scopes, hours, options) }, { suspending.getToken(user, scopes, hours, options) },
            ),
            Forms(
                "revokeTokens user", { client.revokeTokens(user, options) },
                { async.revokeTokens(user, options) }, { suspending.revokeTokens(user, options) },
            ),
            Forms(
                "deleteUser user", { client.deleteUser(user, options) },
                { async.deleteUser(user, options) }, { suspending.deleteUser(user, options) },
            ),
            Forms(
                "getTokenForTeamsUser aad_token client_id user_object_id",
                { client.getTokenForTeamsUser(token, app, oid, options) },
                { async.getTokenForTeamsUser(token, app, oid, options) },
                { suspending.getTokenForTeamsUser(token, app, oid, options) },
            ),
            Forms(
                "getTokenForTeamsExtensionUser aad_token", { client.getTokenForTeamsExtensionUser(token, options) },
                { async.getTokenForTeamsExtensionUser(token, options) },
                { suspending.getTokenForTeamsExtensionUser(token, options) },
            ),
        ) + ofAssignments(text, options) + ofPreviews(text, options)
    }

    private fun ofAssignments(text: (String) -> String, options: CallOptions?): List<Forms> {
        val (tenant, principal) = listOf("tenant_id", "object_id").map(text)
        val kind = TeamsExtensionPrincipalType.fromString(text("principal_type"))
        val apps = listOf(text("client_ids"))
        return listOf(
            Forms(
                "putTeamsExtensionAssignment tenant_id object_id principal_type client_ids",
                { client.putTeamsExtensionAssignment(tenant, principal, kind, apps, options) },
                { async.putTeamsExtensionAssignment(tenant, principal, kind, apps, options) },
                { suspending.putTeamsExtensionAssignment(tenant, principal, kind, apps, options) },
            ),
            Forms(
                "getTeamsExtensionAssignment tenant_id object_id",
                { client.getTeamsExtensionAssignment(tenant, principal, options) },
                { async.getTeamsExtensionAssignment(tenant, principal, options) },
                { suspending.getTeamsExtensionAssignment(tenant, principal, options) },
            ),
            Forms(
                "deleteTeamsExtensionAssignment tenant_id object_id",
                { client.deleteTeamsExtensionAssignment(tenant, principal, options) },
                { async.deleteTeamsExtensionAssignment(tenant, principal, options) },
                { suspending.deleteTeamsExtensionAssignment(tenant, principal, options) },
            ),
        )
    }

    private fun ofPreviews(text: (String) -> String, options: CallOptions?): List<Forms> {
        val user = CommunicationUserIdentifier(text("user"))
        val scopes = listOf(CommunicationTokenScope.CHAT, CommunicationTokenScope.fromString(text("scopes")))
        val (token, customId) = listOf("aad_token", "custom_id").map(text)
        return listOf(
            Forms(
                "getTokenForEntraUser aad_token", { client.getTokenForEntraUser(token, options) },
                { async.getTokenForEntraUser(token, options) }, { suspending.getTokenForEntraUser(token, options) },
            ),
            Forms(
                "createUserWithCustomId custom_id", { client.createUserWithCustomId(customId, options) },
                { async.createUserWithCustomId(customId, options) }, { suspending.createUserWithCustomId(customId, options) },
            ),
            Forms(
                "createUserAndTokenWithCustomId custom_id scopes",
                { client.createUserAndTokenWithCustomId(customId, scopes, null, options) },
                { async.createUserAndTokenWithCustomId(customId, scopes, null, options) },
                { suspending.createUserAndTokenWithCustomId(customId, scopes, null, options) },
            ),
            Forms(
                "getUserDetail user", { client.getUserDetail(user, options) },
                { async.getUserDetail(user, options) }, { suspending.getUserDetail(user, options) },
            ),
        )
    }

    /** The operations of exchangers, verifiers and handlers. */
    fun ofOthers(text: (String) -> String): List<Forms> {
        val (token, app, oid) = listOf("aad_token", "client_id", "user_object_id").map(text)
        val (tenant, bearer) = listOf("tenant_id", "bearer_token").map(text)
        val request = Request("GET", "/healthz")
        return listOf(
            Forms(
                "exchange aad_token client_id user_object_id", { exchanger.exchange(token, app, oid) },
                { exchanger.exchangeAsync(token, app, oid) }, { suspendingExchanger.exchange(token, app, oid) },
            ),
            Forms(
                "exchangeTeamsExtension aad_token", { exchanger.exchangeTeamsExtension(token) },
                { exchanger.exchangeTeamsExtensionAsync(token) }, { suspendingExchanger.exchangeTeamsExtension(token) },
            ),
            Forms(
                "signOut tenant_id user_object_id", { exchanger.signOut(tenant, oid) },
                { exchanger.signOutAsync(tenant, oid) }, { suspendingExchanger.signOut(tenant, oid) },
            ),
            Forms(
                "isCacheReachable", { exchanger.isCacheReachable() },
                { exchanger.isCacheReachableAsync() }, { suspendingExchanger.isCacheReachable() },
            ),
            Forms(
                "verify bearer_token", { verifier.verify(bearer) }, { verifier.verifyAsync(bearer) }, { suspendingVerifier.verify(bearer) },
            ),
            Forms(
                "keysReachable", { verifier.keysReachable() }, { verifier.keysReachableAsync() }, { suspendingVerifier.keysReachable() },
            ),
            Forms("handle", { handler.handle(request) }, { handler.handleAsync(request) }, { suspendingHandler.handle(request) }),
        )
    }

    fun all(text: (String) -> String) = ofClients(text) + ofOthers(text)

    override fun close() = listOf(
        exchanger, suspendingExchanger, client, async, suspending, verifier, suspendingVerifier, handler, suspendingHandler,
    ).forEach { it.close() }
}
