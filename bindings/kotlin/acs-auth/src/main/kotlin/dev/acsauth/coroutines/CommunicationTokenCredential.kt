package dev.acsauth.coroutines

import dev.acsauth.AccessToken
import dev.acsauth.CancelledException
import dev.acsauth.CommunicationTokenCredentialBuilder
import dev.acsauth.TimeoutException
import dev.acsauth.TokenCredential
import dev.acsauth.internal.UserCredentialObject
import dev.acsauth.internal.awaited
import java.time.Duration
import java.time.Instant
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout

/**
 * The ACS token of one user, which renews itself: on demand, and proactively if configured.
 *
 * A valid token is returned at once. With less than 10 minutes left it is renewed in the background; with less than 2
 * minutes left, [getToken] waits for the renewal up to half the timeout (at most 15 s), and returns the former token if that
 * fails. Callers share one renewal. A failed renewal is retried after 0.5 s, then after twice as long each time: up to 30 s
 * while a token is valid, and up to 5 s while there is none.
 *
 * Any coroutines may use it at once. Renewals end when it is closed or garbage collected.
 */
class CommunicationTokenCredential internal constructor(private val made: UserCredentialObject) : AutoCloseable {
    /**
     * Creates a credential. It doesn't request a token yet. Its tokens come from one of these: a refresher; an Entra
     * credential with a client, or with an exchanger and the Teams user's ids; or a single token, which is never renewed.
     */
    constructor(
        /** An initial token, or the only one. */
        token: String? = null,
        /** When the token expires. Default: read from the token without verifying it; 10 minutes from now if the token has no expiry. */
        tokenExpiresOn: Instant? = null,
        /** Returns the user's next ACS token, such as one that your back end issues. An exception that it throws becomes the cause of
         * the call's exception. A renewal that takes longer than the timeout (at least 1 s, at most 30 s) no longer keeps another
         * one from starting; after 60 s it is cancelled. */
        refresher: (suspend () -> AccessToken)? = null,
        /** Returns the user's Entra tokens, which are exchanged. Needs a client or an exchanger. */
        entraCredential: TokenCredential? = null,
        /** Exchanges the Entra tokens of a Teams extension user or an Entra user, depending on the scopes. It may be closed before the
         * credential. */
        client: CommunicationIdentityClient? = null,
        /** The scopes of Entra tokens for the client. See [CommunicationTokenCredentialBuilder.scopes]. */
        scopes: List<String>? = null,
        /** Exchanges the Entra tokens of a Teams user, whose ids are then needed. It may be closed before the credential. */
        exchanger: TeamsTokenExchanger? = null,
        /** The client id of the application that the Teams user's Entra tokens are issued to. */
        clientId: String? = null,
        /** The Teams user's object id. */
        userObjectId: String? = null,
        /** Renews the token proactively, even if nobody asks for it, from the first [getToken] or [start] on. Default: no. */
        refreshProactively: Boolean? = null,
        /** How long before its expiry the token is renewed, rounded down to seconds. Default 10 minutes. */
        refreshTimeBeforeExpiry: Duration? = null,
        /** How long a call waits for a token. Default 30 s. */
        timeout: Duration? = null,
    ) : this(
        CommunicationTokenCredentialBuilder().apply {
            token?.let(::token)
            tokenExpiresOn?.let(::tokenExpiresOn)
            refresher?.let { asked -> refresher { runBlocking { withTimeout(RENEWAL_MS) { asked() } } } }
            entraCredential?.let(::entraCredential)
            client?.let { client(it.made) }
            scopes?.let(::scopes)
            exchanger?.let { exchanger(it.made) }
            clientId?.let(::clientId)
            userObjectId?.let(::userObjectId)
            refreshProactively?.let(::refreshProactively)
            refreshTimeBeforeExpiry?.let(::refreshTimeBeforeExpiry)
            timeout?.let(::timeout)
        }.made(),
    )

    /**
     * Returns the user's token: the current one while it is valid, otherwise the next one.
     *
     * @throws CancelledException once it is closed
     * @throws TimeoutException if no token is available within the timeout
     */
    suspend fun getToken(): AccessToken = made.getToken().awaited()

    /** Starts renewing, as the first [getToken] does. It does nothing unless the credential renews proactively. */
    fun start() = made.start()

    /** Ends renewals and drops the token. Waiting calls, and later ones, fail with [CancelledException]. */
    override fun close() = made.close()

    override fun toString() = "CommunicationTokenCredential"

    private companion object {
        /** The native library gives up a renewal after the same time. */
        const val RENEWAL_MS = 60_000L
    }
}
