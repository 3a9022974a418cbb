package dev.acsauth

import dev.acsauth.internal.ClientObject
import dev.acsauth.internal.CredentialAdapter
import dev.acsauth.internal.ExchangerObject
import dev.acsauth.internal.UserCredentialObject
import dev.acsauth.internal.copied
import dev.acsauth.internal.ffi.CommunicationTokenCredential as NativeUserCredential
import dev.acsauth.internal.ffi.CommunicationTokenCredentialOptions
import dev.acsauth.internal.future
import dev.acsauth.internal.milliseconds
import dev.acsauth.internal.native
import dev.acsauth.internal.seconds
import dev.acsauth.internal.waited
import java.time.Duration
import java.time.Instant
import java.util.concurrent.Callable
import java.util.concurrent.CompletableFuture

/**
 * The ACS token of one user, which renews itself: on demand, and proactively if configured.
 *
 * A valid token is returned at once. With less than 10 minutes left it is renewed in the background; with less than 2
 * minutes left, [getToken] waits for the renewal up to half the timeout (at most 15 s), and returns the former token if that
 * fails. Callers share one renewal. A failed renewal is retried after 0.5 s, then after twice as long each time: up to 30 s
 * while a token is valid, and up to 5 s while there is none.
 *
 * Any threads may use it at once. Renewals end when it is closed or garbage collected.
 */
class CommunicationTokenCredential internal constructor(private val made: UserCredentialObject) : AutoCloseable {
    /**
     * Creates a credential with a single token, which is never renewed: it is returned unchanged, even when it has expired.
     * Its expiry is read from the token without verifying it; if the token has none, it is 10 minutes from now.
     *
     * @throws InvalidArgumentException if the token is empty, or a JWT that cannot be parsed
     */
    constructor(token: String) : this(CommunicationTokenCredentialBuilder().token(token).made())

    /**
     * Returns the user's token: the current one while it is valid, otherwise the next one. Blocks the calling thread.
     *
     * @throws CancelledException once it is closed
     * @throws TimeoutException if no token is available within the timeout
     */
    fun getToken(): AccessToken = made.getToken().waited()

    /** Like [getToken], but returns a future. Cancelling it doesn't cancel the renewal for other waiting callers. */
    fun getTokenAsync(): CompletableFuture<AccessToken> = future { made.getToken() }

    /** Starts renewing, as the first [getToken] does. It does nothing unless the credential renews proactively. */
    fun start() = made.start()

    /** Ends renewals and drops the token. Waiting calls, and later ones, fail with [CancelledException]. */
    override fun close() = made.close()

    override fun toString() = "CommunicationTokenCredential"
}

/**
 * Builds credentials of a user. Their tokens come from one of these: a refresher; an Entra credential with a client, or
 * with an exchanger and the Teams user's ids; or a single token, which is never renewed.
 */
class CommunicationTokenCredentialBuilder {
    private var token: String? = null
    private var tokenExpiresOn: Instant? = null
    private var refresher: CredentialAdapter? = null
    private var entraCredential: CredentialAdapter? = null
    private var client: ClientObject? = null
    private var scopes: List<String>? = null
    private var exchanger: ExchangerObject? = null
    private var clientId: String? = null
    private var userObjectId: String? = null
    private var refreshProactively: Boolean? = null
    private var refreshTimeBeforeExpiry: Duration? = null
    private var timeout: Duration? = null

    /** Sets an initial token, or the only one. Its expiry is read from the token without verifying it; if the token has none, it
     * is 10 minutes from now. A JWT that cannot be parsed makes [build] throw. */
    fun token(token: String) = apply { this.token = token }

    /** Sets when the token expires, overriding the token's own expiry. */
    fun tokenExpiresOn(tokenExpiresOn: Instant) = apply { this.tokenExpiresOn = tokenExpiresOn }

    /** Sets an initial token, or the only one, with its expiry. */
    fun token(token: AccessToken) = token(token.token).tokenExpiresOn(token.expiresOn)

    /**
     * Sets the function that returns the user's next ACS token, such as one that your back end issues. It is called on a
     * thread that it may block. An exception that it throws becomes the cause of the call's exception. A renewal that takes
     * longer than the timeout (at least 1 s, at most 30 s) no longer keeps another one from starting; after 60 s it is given up.
     */
    fun refresher(refresher: Callable<AccessToken>) = apply {
        this.refresher = CredentialAdapter({ refresher.call() }, "refresher")
    }

    /** Sets the credential that returns the user's Entra tokens, which are exchanged. Needs a client or an exchanger. */
    fun entraCredential(entraCredential: TokenCredential) = apply {
        this.entraCredential = CredentialAdapter(entraCredential, "Entra credential")
    }

    /** Sets the client that exchanges the Entra tokens of a Teams extension user or an Entra user, depending on the scopes. It may be
     * closed before the credential. */
    fun client(client: CommunicationIdentityClient) = client(client.made)

    /** Sets the client that exchanges the Entra tokens of a Teams extension user or an Entra user, depending on the scopes. It may be
     * closed before the credential. */
    fun client(client: CommunicationIdentityAsyncClient) = client(client.made)

    internal fun client(client: ClientObject) = apply { this.client = client }

    /**
     * Sets the scopes of the Entra tokens for the client. All must begin with "https://auth.msft.communication.azure.com/"
     * (Teams extension users; in the US government's cloud, ".us" instead of ".com") or all with
     * "https://communication.azure.com/clients/" (Entra users; needs the client's option preview). Default:
     * "https://communication.azure.com/clients/.default".
     */
    fun scopes(scopes: List<String>) = apply { this.scopes = scopes }

    /** Sets the exchanger for the Entra tokens of a Teams user, whose ids are then needed. It may be closed before the credential. */
    fun exchanger(exchanger: TeamsTokenExchanger) = exchanger(exchanger.made)

    internal fun exchanger(exchanger: ExchangerObject) = apply { this.exchanger = exchanger }

    /** Sets the client id of the application that the Teams user's Entra tokens are issued to. */
    fun clientId(clientId: String) = apply { this.clientId = clientId }

    /** Sets the Teams user's object id. */
    fun userObjectId(userObjectId: String) = apply { this.userObjectId = userObjectId }

    /** Renews the token proactively, even if nobody asks for it, from the first [CommunicationTokenCredential.getToken] or
     * [CommunicationTokenCredential.start] on. Default: no. */
    fun refreshProactively(refreshProactively: Boolean) = apply { this.refreshProactively = refreshProactively }

    /** Sets how long before its expiry the token is renewed, rounded down to seconds. Default 10 minutes. */
    fun refreshTimeBeforeExpiry(refreshTimeBeforeExpiry: Duration) = apply { this.refreshTimeBeforeExpiry = refreshTimeBeforeExpiry }

    /** Sets how long a call waits for a token. Default 30 s. */
    fun timeout(timeout: Duration) = apply { this.timeout = timeout }

    internal fun made(): UserCredentialObject {
        val options = CommunicationTokenCredentialOptions(
            token = token,
            tokenExpiresOn = tokenExpiresOn?.epochSecond,
            scopes = scopes,
            clientId = clientId,
            userObjectId = userObjectId,
            refreshProactively = refreshProactively,
            refreshTimeBeforeExpiryS = seconds("refresh_time_before_expiry", refreshTimeBeforeExpiry),
            timeoutMs = milliseconds("timeout", timeout),
        )
        val credential = native {
            client?.copied().use { client ->
                exchanger?.copied().use { exchanger -> NativeUserCredential(options, refresher, entraCredential, client, exchanger) }
            }
        }
        return UserCredentialObject(credential, refresher ?: entraCredential)
    }

    /**
     * Builds the credential. It doesn't request a token yet.
     *
     * @throws InvalidArgumentException if it has no source of tokens, or if options contradict each other; the target names
     * the option
     */
    fun build() = CommunicationTokenCredential(made())

    override fun toString() = "CommunicationTokenCredentialBuilder"
}
