package dev.acsauth.internal

import dev.acsauth.AccessToken
import dev.acsauth.CallOptions
import dev.acsauth.CommunicationTokenScope
import dev.acsauth.CommunicationUserIdentifier
import dev.acsauth.CommunicationUserToken
import dev.acsauth.Request
import dev.acsauth.Response
import dev.acsauth.VerifiedToken
import dev.acsauth.internal.ffi.CommunicationIdentityClient as NativeClient
import dev.acsauth.internal.ffi.TeamsTokenExchanger as NativeExchanger
import dev.acsauth.internal.ffi.TokenExchangeHandler as NativeHandler
import dev.acsauth.internal.ffi.TokenVerifier as NativeVerifier
import dev.acsauth.internal.ffi.UniffiWithHandle
import java.time.Duration

/**
 * An object of the library: the generated one, which was made with its options and answers what does not wait, and its handle in
 * the C ABI, by which go all operations.
 */
internal abstract class LibraryObject(
    private val made: AutoCloseable,
    private val handle: Handle,
    private val credential: LentCredential?,
) : AutoCloseable {
    /** [waiting] calls the function of C that waits, [submitting] the one that does not. */
    protected fun <T> operation(
        outcome: Outcome<T>,
        memory: NativeMemory? = null,
        waiting: Waiting,
        submitting: Submitting,
    ) = Operation(handle, credential, memory, outcome, waiting, submitting)

    override fun close() {
        handle.close()
        made.close()
    }
}

/** A client, and the credential that was lent to it. */
internal class ClientObject(val generated: NativeClient, val credential: LentCredential?) : LibraryObject(
    generated,
    native { generated.callWithHandle { NativeClient(UniffiWithHandle, it) }.let { Handle(it, it.cHandle()) } },
    credential,
) {
    fun createUser(options: CallOptions?): Operation<CommunicationUserIdentifier> {
        val memory = NativeMemory()
        val given = memory.callOptions(options)
        return operation(
            UserResult, memory,
            { client, user, error -> Abi.acs_client_create_user(client, given, user, error) },
            { client, delivery, call, error -> Abi.acs_client_create_user_submit(client, given, delivery, call, error) },
        )
    }

    fun createUserAndToken(
        scopes: Iterable<CommunicationTokenScope>,
        tokenExpiresIn: Duration?,
        options: CallOptions?,
    ): Operation<CommunicationUserToken> {
        val memory = NativeMemory()
        val names = memory.scopes(scopes)
        val count = names.size.toLong()
        val expiresIn = number(seconds("token_expires_in", tokenExpiresIn))
        val given = memory.callOptions(options)
        return operation(
            UserTokenResult, memory,
            { client, both, error ->
                Abi.acs_client_create_user_and_token(client, names, count, expiresIn, given, both, error)
            },
            { client, delivery, call, error ->
                Abi.acs_client_create_user_and_token_submit(client, names, count, expiresIn, given, delivery, call, error)
            },
        )
    }

    fun deleteUser(user: CommunicationUserIdentifier, options: CallOptions?): Operation<Void?> {
        val memory = NativeMemory()
        val id = text("user", user.id)
        val given = memory.callOptions(options)
        return operation(
            NoResult, memory,
            { client, _, error -> Abi.acs_client_delete_user(client, id, given, error) },
            { client, delivery, call, error -> Abi.acs_client_delete_user_submit(client, id, given, delivery, call, error) },
        )
    }

    fun getToken(
        user: CommunicationUserIdentifier,
        scopes: Iterable<CommunicationTokenScope>,
        tokenExpiresIn: Duration?,
        options: CallOptions?,
    ): Operation<AccessToken> {
        val memory = NativeMemory()
        val id = text("user", user.id)
        val names = memory.scopes(scopes)
        val count = names.size.toLong()
        val expiresIn = number(seconds("token_expires_in", tokenExpiresIn))
        val given = memory.callOptions(options)
        return operation(
            TokenResult, memory,
            { client, token, error -> Abi.acs_client_get_token(client, id, names, count, expiresIn, given, token, error) },
            { client, delivery, call, error ->
                Abi.acs_client_get_token_submit(client, id, names, count, expiresIn, given, delivery, call, error)
            },
        )
    }

    fun getTokenForTeamsExtensionUser(aadToken: String, options: CallOptions?): Operation<CommunicationUserToken> {
        val memory = NativeMemory()
        val token = text("aad_token", aadToken)
        val given = memory.callOptions(options)
        return operation(
            UserTokenResult, memory,
            { client, both, error ->
                Abi.acs_client_get_token_for_teams_extension_user(client, token, given, both, error)
            },
            { client, delivery, call, error ->
                Abi.acs_client_get_token_for_teams_extension_user_submit(client, token, given, delivery, call, error)
            },
        )
    }

    fun getTokenForTeamsUser(
        aadToken: String,
        clientId: String,
        userObjectId: String,
        options: CallOptions?,
    ): Operation<AccessToken> {
        val memory = NativeMemory()
        val token = text("aad_token", aadToken)
        val app = text("client_id", clientId)
        val user = text("user_object_id", userObjectId)
        val given = memory.callOptions(options)
        return operation(
            TokenResult, memory,
            { client, result, error ->
                Abi.acs_client_get_token_for_teams_user(client, token, app, user, given, result, error)
            },
            { client, delivery, call, error ->
                Abi.acs_client_get_token_for_teams_user_submit(client, token, app, user, given, delivery, call, error)
            },
        )
    }

    fun revokeTokens(user: CommunicationUserIdentifier, options: CallOptions?): Operation<Void?> {
        val memory = NativeMemory()
        val id = text("user", user.id)
        val given = memory.callOptions(options)
        return operation(
            NoResult, memory,
            { client, _, error -> Abi.acs_client_revoke_tokens(client, id, given, error) },
            { client, delivery, call, error -> Abi.acs_client_revoke_tokens_submit(client, id, given, delivery, call, error) },
        )
    }
}

/** An exchanger. [credential] is its client's. */
internal class ExchangerObject(val generated: NativeExchanger, credential: LentCredential?) : LibraryObject(
    generated,
    native { generated.callWithHandle { NativeExchanger(UniffiWithHandle, it) }.let { Handle(it, it.cHandle()) } },
    credential,
) {
    fun exchange(aadToken: String, clientId: String, userObjectId: String, timeout: Duration?): Operation<AccessToken> {
        val token = text("aad_token", aadToken)
        val app = text("client_id", clientId)
        val user = text("user_object_id", userObjectId)
        val timeoutMs = number(milliseconds("timeout", timeout))
        return operation(
            TokenResult, null,
            { exchanger, result, error ->
                Abi.acs_exchanger_exchange(exchanger, token, app, user, timeoutMs, result, error)
            },
            { exchanger, delivery, call, error ->
                Abi.acs_exchanger_exchange_submit(exchanger, token, app, user, timeoutMs, delivery, call, error)
            },
        )
    }

    fun signOut(tenantId: String, userObjectId: String): Operation<Void?> {
        val tenant = text("tenant_id", tenantId)
        val user = text("user_object_id", userObjectId)
        return operation(
            NoResult, null,
            { exchanger, _, error -> Abi.acs_exchanger_sign_out(exchanger, tenant, user, error) },
            { exchanger, delivery, call, error ->
                Abi.acs_exchanger_sign_out_submit(exchanger, tenant, user, delivery, call, error)
            },
        )
    }

    fun isCacheReachable(): Operation<Boolean?> = operation(
        AnswerResult, null,
        { exchanger, result, error -> answer(result) { Abi.acs_exchanger_is_cache_reachable(exchanger, it, error) } },
        Abi::acs_exchanger_is_cache_reachable_submit,
    )
}

/** A verifier. */
internal class VerifierObject(generated: NativeVerifier) : LibraryObject(
    generated,
    native { generated.callWithHandle { NativeVerifier(UniffiWithHandle, it) }.let { Handle(it, it.cHandle()) } },
    null,
) {
    fun verify(bearerToken: String): Operation<VerifiedToken> {
        val token = text("bearer_token", bearerToken)
        return operation(
            VerifiedTokenResult, null,
            { verifier, verified, error -> Abi.acs_verifier_verify(verifier, token, verified, error) },
            { verifier, delivery, call, error -> Abi.acs_verifier_verify_submit(verifier, token, delivery, call, error) },
        )
    }

    fun keysReachable(): Operation<Boolean> = operation(
        YesOrNoResult, null,
        { verifier, result, error -> answer(result) { Abi.acs_verifier_keys_reachable(verifier, it, error) } },
        Abi::acs_verifier_keys_reachable_submit,
    )
}

/** A handler. */
internal class HandlerObject(val generated: NativeHandler) : LibraryObject(
    generated,
    native { generated.callWithHandle { NativeHandler(UniffiWithHandle, it) }.let { Handle(it, it.cHandle()) } },
    null,
) {
    fun handle(request: Request): Operation<Response> {
        val memory = NativeMemory()
        val given = memory.request(request)
        return operation(
            ResponseResult, memory,
            { handler, response, error -> Abi.acs_handler_handle(handler, given, response, error) },
            { handler, delivery, call, error -> Abi.acs_handler_handle_submit(handler, given, delivery, call, error) },
        )
    }
}

/** Makes a number of 32 bits the result. */
private inline fun answer(result: LongArray, ask: (IntArray) -> Int): Int {
    val answer = IntArray(1)
    return ask(answer).also { result[0] = answer[0].toLong() }
}
