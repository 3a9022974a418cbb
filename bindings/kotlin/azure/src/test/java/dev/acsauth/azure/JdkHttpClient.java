package dev.acsauth.azure;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpHeaders;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The JDK's HTTP client for azure-core. It records requests, and sends https URLs in clear text: the official client requires https. */
class JdkHttpClient implements HttpClient {
    private static final Set<String> OF_THE_JDK = Set.of("host", "content-length");

    private final String host;
    private final java.net.http.HttpClient http = java.net.http.HttpClient.newHttpClient();
    final List<HttpRequest> sent = new CopyOnWriteArrayList<>();

    JdkHttpClient() {
        this(null);
    }

    /** Sends this Host header: the official client signs it without the port. */
    JdkHttpClient(String host) {
        this.host = host;
    }

    @Override
    public Mono<HttpResponse> send(HttpRequest request) {
        return Mono.defer(() -> {
            sent.add(request);
            byte[] body = request.getBodyAsBinaryData() == null ? new byte[0] : request.getBodyAsBinaryData().toBytes();
            java.net.http.HttpRequest.Builder made = java.net.http.HttpRequest.newBuilder(URI.create(request.getUrl().toString().replaceFirst("^https", "http")))
                    .method(request.getHttpMethod().name(), BodyPublishers.ofByteArray(body));
            if (host != null) {
                made.header("host", host);
            }
            request.getHeaders().stream().filter(header -> !OF_THE_JDK.contains(header.getName().toLowerCase(java.util.Locale.ROOT)))
                    .forEach(header -> header.getValuesList().forEach(value -> made.header(header.getName(), value)));
            return Mono.fromFuture(http.sendAsync(made.build(), BodyHandlers.ofByteArray())).map(answer -> {
                HttpHeaders headers = new HttpHeaders();
                answer.headers().map().forEach((name, values) -> values.forEach(value -> headers.add(HttpHeaderName.fromString(name), value)));
                return answer(request, answer.statusCode(), headers, answer.body());
            });
        });
    }

    static HttpResponse answer(HttpRequest request, int status, HttpHeaders headers, byte[] body) {
        return new HttpResponse(request) {
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
                return Flux.just(ByteBuffer.wrap(body));
            }

            @Override
            public Mono<byte[]> getBodyAsByteArray() {
                return Mono.just(body);
            }

            @Override
            public Mono<String> getBodyAsString() {
                return getBodyAsString(StandardCharsets.UTF_8);
            }

            @Override
            public Mono<String> getBodyAsString(Charset charset) {
                return Mono.just(new String(body, charset));
            }
        };
    }
}
