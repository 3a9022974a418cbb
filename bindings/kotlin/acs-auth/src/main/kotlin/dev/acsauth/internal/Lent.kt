package dev.acsauth.internal

import dev.acsauth.AcsAuthException
import dev.acsauth.ErrorKind
import dev.acsauth.Observer
import dev.acsauth.TokenCredential
import dev.acsauth.internal.ffi.AccessToken as NativeAccessToken
import dev.acsauth.internal.ffi.Event as NativeEvent
import dev.acsauth.internal.ffi.Observer as NativeObserver
import dev.acsauth.internal.ffi.TokenCredential as NativeTokenCredential
import org.slf4j.LoggerFactory

/** A credential of the host, as the library calls it. What it throws is kept, and never told by its text. */
internal class LentCredential(private val credential: TokenCredential) : NativeTokenCredential {
    @Volatile private var thrown: Throwable? = null

    override fun getToken(scopes: List<String>): NativeAccessToken {
        try {
            return toNative(credential.getToken(scopes))
        } catch (failure: Throwable) {
            thrown = failure
            if (failure is AcsAuthException) throw toNative(failure)
            val reason = "The token credential threw ${failure.javaClass.name}."
            throw toNative(AcsAuthException.of(ErrorKind.CREDENTIAL_DENIED, reason))
        }
    }

    fun explain(failure: AcsAuthException) {
        val cause = thrown ?: return
        val isOurs = if (cause is AcsAuthException) cause.reason == failure.reason else "threw ${cause.javaClass.name}." in failure.reason
        if (isOurs && failure.cause == null && failure !== cause) {
            failure.initCause(cause)
        }
    }
}

/** An observer of the host, as the library calls it. */
internal class LentObserver(private val observer: Observer) : NativeObserver {
    override fun onEvent(event: NativeEvent) {
        try {
            observer.onEvent(toPublic(event))
        } catch (failure: Throwable) {
            log.warn("An observer threw {}.", failure.javaClass.name)
        }
    }

    private companion object {
        val log = LoggerFactory.getLogger("dev.acsauth")
    }
}
