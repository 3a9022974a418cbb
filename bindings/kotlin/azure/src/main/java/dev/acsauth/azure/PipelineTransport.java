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
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;

/** Sends a client's attempts through a pipeline of azure-core, each within its timeout. */
final class PipelineTransport implements Transport {
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

    private static FailureKind kind(Throwable failure) {
        if (failure instanceof ConnectException || failure instanceof UnknownHostException || failure instanceof NoRouteToHostException) {
            return FailureKind.NOT_SENT;
        }
        if (failure instanceof TimeoutException || failure instanceof SocketTimeoutException) {
            return FailureKind.TIMED_OUT;
        }
        return failure instanceof SSLException ? FailureKind.REFUSED : FailureKind.LOST;
    }
}
