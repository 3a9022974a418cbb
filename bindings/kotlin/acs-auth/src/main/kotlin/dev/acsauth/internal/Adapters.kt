package dev.acsauth.internal

import dev.acsauth.AcsAuthException
import dev.acsauth.ErrorKind
import dev.acsauth.FailureKind
import dev.acsauth.Observer
import dev.acsauth.TokenCredential
import dev.acsauth.TokenRequestOptions
import dev.acsauth.Transport
import dev.acsauth.TransportFailure
import dev.acsauth.TransportResponse
import dev.acsauth.internal.ffi.AccessTokenInfo as NativeAccessTokenInfo
import dev.acsauth.internal.ffi.Event as NativeEvent
import dev.acsauth.internal.ffi.Observer as NativeObserver
import dev.acsauth.internal.ffi.TokenCredential as NativeTokenCredential
import dev.acsauth.internal.ffi.TokenRequestOptions as NativeTokenRequestOptions
import dev.acsauth.internal.ffi.Transport as NativeTransport
import dev.acsauth.internal.ffi.TransportAnswer as NativeTransportAnswer
import dev.acsauth.internal.ffi.TransportRequest as NativeTransportRequest
import dev.acsauth.lowered
import org.slf4j.LoggerFactory

/**
 * Lets the native library call the host's credential. What the credential throws becomes the cause of the call's exception;
 * reasons contain only its class, since its text may contain a secret. [name] is the credential's name in reasons.
 */
internal class CredentialAdapter(private val credential: TokenCredential, private val name: String = "token credential") : NativeTokenCredential {
    @Volatile private var thrown: Throwable? = null

    override fun getTokenInfo(scopes: List<String>, options: NativeTokenRequestOptions): NativeAccessTokenInfo {
        try {
            val token = credential.getTokenInfo(scopes, TokenRequestOptions(options.claims))
            return NativeAccessTokenInfo(token.token, token.expiresOn.epochSecond, token.refreshOn?.epochSecond)
        } catch (failure: Throwable) {
            thrown = failure
            if (failure is AcsAuthException) throw toNative(failure)
            val reason = "The $name threw ${failure.javaClass.name}."
            throw toNative(AcsAuthException.of(ErrorKind.CREDENTIAL_DENIED, reason))
        }
    }

    /** Returns the failure with what the credential threw as its cause, if that was the reason. */
    fun explained(failure: AcsAuthException): AcsAuthException {
        val cause = thrown ?: return failure
        val isWhy = if (cause is AcsAuthException) {
            cause.kind == failure.kind && cause.reason == failure.reason
        } else {
            failure.kind == ErrorKind.CREDENTIAL_DENIED && "threw ${cause.javaClass.name}." in failure.reason
        }
        return if (isWhy) AcsAuthException.of(failure.details, cause) else failure
    }
}

/** Lets the native library call the host's transport. Of what it throws, reasons contain only the class. */
internal class TransportAdapter(private val transport: Transport) : NativeTransport {
    override fun send(request: NativeTransportRequest): NativeTransportAnswer = try {
        answered(transport.send(toPublic(request)))
    } catch (failure: TransportFailure) {
        failed(failure.kind, wellFormed(failure.reason))
    } catch (failure: Throwable) {
        failed(FailureKind.LOST, "The transport threw ${failure.javaClass.name}.")
    }

    private fun answered(response: TransportResponse?): NativeTransportAnswer = when {
        response == null -> failed(FailureKind.UNEXPECTED, "The transport returned null.")
        response.status !in 0..0xffff -> failed(FailureKind.UNEXPECTED, "The transport returned the status ${response.status}.")
        else -> NativeTransportAnswer.Response(response.status.toUShort(), lowered(response.headers), response.body)
    }

    private fun failed(kind: FailureKind, reason: String) = NativeTransportAnswer.Failure(toNative(kind), reason)
}

/** Lets the native library call the host's observer. */
internal class ObserverAdapter(private val observer: Observer) : NativeObserver {
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
