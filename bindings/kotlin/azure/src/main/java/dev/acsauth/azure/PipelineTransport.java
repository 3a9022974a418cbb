package dev.acsauth.azure;

import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpPipeline;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import dev.acsauth.FailureKind;
import dev.acsauth.Transport;
import dev.acsauth.TransportFailure;
import dev.acsauth.TransportRequest;
import dev.acsauth.TransportResponse;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;

/** Sends a client's attempts through a pipeline of azure-core, each within its timeout. */
final class PipelineTransport implements Transport {
    /** How deeply causes are searched; they may form a cycle. */
    private static final int DEEPEST = 10;

    private final HttpPipeline pipeline;

    PipelineTransport(HttpPipeline pipeline) {
        this.pipeline = pipeline;
    }

    @Override
    public TransportResponse send(TransportRequest request) throws TransportFailure {
        HttpRequest sent = new HttpRequest(HttpMethod.valueOf(request.getMethod()), request.getUrl());
        sent.setHeaders(Conversions.headers(request.getHeaders()));
        if (request.getBody().length > 0) {
            sent.setBody(request.getBody());
        }
        TransportResponse response;
        try {
            response = Mono.defer(() -> pipeline.send(sent)).flatMap(PipelineTransport::read).timeout(request.getTimeout()).block();
        } catch (RuntimeException thrown) {
            Throwable failure = Exceptions.unwrap(thrown);
            throw new TransportFailure(kind(failure), "The HTTP client threw " + failure.getClass().getName() + ".", failure);
        }
        if (response == null) {
            throw new TransportFailure(FailureKind.UNEXPECTED, "The HTTP client returned no response.");
        }
        return response;
    }

    private static Mono<TransportResponse> read(HttpResponse response) {
        return response.getBodyAsByteArray().defaultIfEmpty(new byte[0])
                .map(body -> new TransportResponse(response.getStatusCode(), Conversions.headers(response.getHeaders()), body))
                .doFinally(end -> response.close());
    }

    /** A request counts as not sent only if it was certainly not written: a create is retried then. */
    private static FailureKind kind(Throwable failure) {
        if (failure instanceof SSLPeerUnverifiedException) {
            return FailureKind.REFUSED;
        }
        if (failure instanceof SSLHandshakeException) {
            return isUntrusted(failure) ? FailureKind.REFUSED : FailureKind.NOT_SENT;
        }
        if (isNotConnected(failure)) {
            return FailureKind.NOT_SENT;
        }
        boolean isTimeout = failure instanceof TimeoutException
                || failure instanceof SocketTimeoutException
                || failure instanceof HttpTimeoutException;
        return isTimeout ? FailureKind.TIMED_OUT : FailureKind.LOST;
    }

    private static boolean isNotConnected(Throwable failure) {
        return failure instanceof ConnectException
                || failure instanceof HttpConnectTimeoutException
                || failure instanceof NoRouteToHostException
                || failure instanceof UnknownHostException
                || failure instanceof UnresolvedAddressException
                || (failure instanceof SocketTimeoutException && isConnecting(failure));
    }

    /** The JDK has one class for a socket's connect timeout and its read timeout. */
    private static boolean isConnecting(Throwable failure) {
        return Stream.of(failure.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals("java.net.Socket") && frame.getMethodName().equals("connect"));
    }

    /** Whether the handshake failed because of a certificate, which a retry doesn't change. */
    private static boolean isUntrusted(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).limit(DEEPEST)
                .anyMatch(cause -> cause instanceof CertificateException || cause instanceof CertPathValidatorException);
    }
}
