package dev.acsauth.azure;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpHeaders;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import dev.acsauth.CallResponse;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The response of a call that failed: its status and headers. Its body is not kept, and is empty here. */
final class FailedResponse extends HttpResponse {
    private final int status;
    private final HttpHeaders headers;

    /** {@code response} is null if only the status is known. */
    FailedResponse(HttpRequest request, int status, CallResponse response) {
        super(request);
        this.status = status;
        this.headers = response == null ? new HttpHeaders() : Conversions.headers(response.getHeaders());
    }

    @Override
    public int getStatusCode() {
        return status;
    }

    @Override
    @Deprecated
    public String getHeaderValue(String name) {
        return headers.getValue(HttpHeaderName.fromString(name));
    }

    @Override
    public HttpHeaders getHeaders() {
        return headers;
    }

    @Override
    public Flux<ByteBuffer> getBody() {
        return Flux.empty();
    }

    @Override
    public Mono<byte[]> getBodyAsByteArray() {
        return Mono.empty();
    }

    @Override
    public Mono<String> getBodyAsString() {
        return Mono.empty();
    }

    @Override
    public Mono<String> getBodyAsString(Charset charset) {
        return Mono.empty();
    }
}
