package dev.acsauth.azure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpPipelineBuilder;
import com.azure.core.http.HttpResponse;
import dev.acsauth.AcsAuthException;
import dev.acsauth.FailureKind;
import dev.acsauth.RetryPolicy;
import dev.acsauth.TransportFailure;
import dev.acsauth.TransportRequest;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLProtocolException;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** A request counts as not sent only if it was certainly not written. */
class PipelineTransportTest {
    private static final Duration LATE = Duration.ofSeconds(60);
    private static final String MAY_BE_CREATED = "may have been created";

    private static Throwable caused(Throwable thrown, Throwable cause) {
        return thrown.initCause(cause);
    }

    private static FailureKind kind(Mono<HttpResponse> sending) {
        PipelineTransport transport = new PipelineTransport(new HttpPipelineBuilder().httpClient(request -> sending).build());
        TransportRequest request =
                new TransportRequest("POST", "https://contoso.example/identities", List.of(), new byte[0], LATE, 65_536);
        return assertThrows(TransportFailure.class, () -> transport.send(request)).getKind();
    }

    @Test
    void aFailureThatMayComeAfterTheRequestDoesNotCountAsNotSent() {
        Map<FailureKind, List<Throwable>> kinds = Map.of(
                FailureKind.NOT_SENT, List.of(
                        new ConnectException("refused"),
                        new HttpConnectTimeoutException("late"),
                        new NoRouteToHostException("none"),
                        new UnknownHostException("unknown"),
                        new UnresolvedAddressException(),
                        new SSLHandshakeException("no cipher suite in common"),
                        caused(new SSLHandshakeException("closed"), new EOFException())),
                FailureKind.REFUSED, List.of(
                        caused(new SSLHandshakeException("untrusted"), new CertificateException()),
                        caused(new SSLHandshakeException("untrusted"), new IOException(new CertPathValidatorException())),
                        new SSLPeerUnverifiedException("another host")),
                FailureKind.TIMED_OUT, List.of(
                        new TimeoutException(),
                        new HttpTimeoutException("late"),
                        new SocketTimeoutException("late")),
                FailureKind.LOST, List.of(
                        new SSLException("reset"),
                        new SSLProtocolException("a record that is none"),
                        new SocketException("reset"),
                        new EOFException(),
                        new IllegalStateException()));
        kinds.forEach((kind, failures) ->
                failures.forEach(failure -> assertEquals(kind, kind(Mono.error(failure)), failure::toString)));
    }

    @Test
    void anUntrustedCertificateIsRefused() {
        HttpRequest request = HttpRequest.newBuilder(URI.create(Emulator.text("https_url"))).build();
        assertEquals(FailureKind.REFUSED, kind(Mono.fromFuture(() ->
                java.net.http.HttpClient.newHttpClient().sendAsync(request, BodyHandlers.discarding()).thenApply(answer -> (HttpResponse) null))));
    }

    /** The JDK throws the same class for a read that times out. */
    @Test
    void aConnectTimeoutOfASocketIsNotSent() throws IOException {
        List<Socket> opened = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertEquals(FailureKind.NOT_SENT, kind(Mono.fromCallable(() -> {
                // Nothing accepts them: the system stops answering when its queue is full.
                while (opened.size() < 100) {
                    Socket socket = new Socket();
                    opened.add(socket);
                    socket.connect(full.getLocalSocketAddress(), 1_000);
                }
                return null;
            })));
        } finally {
            for (Socket socket : opened) {
                socket.close();
            }
        }
    }

    /** Creates a user with a client that fails, and returns the error. */
    private static String created(Throwable failure, int attempts) {
        AtomicInteger sent = new AtomicInteger();
        HttpClient http = request -> {
            sent.incrementAndGet();
            return Mono.error(failure);
        };
        CommunicationIdentityClientBuilder builder = new CommunicationIdentityClientBuilder()
                .connectionString("endpoint=https://contoso.example;accesskey=c2VjcmV0").httpClient(http)
                .customize(ours -> ours.timeout(LATE).retryPolicy(new RetryPolicy(3, Duration.ofMillis(1))));
        try (CommunicationIdentityClient client = builder.buildClient()) {
            UncheckedIOException thrown = assertThrows(UncheckedIOException.class, client::createUser);
            assertEquals(attempts, sent.get(), thrown::toString);
            return assertInstanceOf(AcsAuthException.class, thrown.getCause().getCause()).getMessage();
        }
    }

    @Test
    void aCreateIsRetriedOnlyIfItWasNotSent() {
        assertFalse(created(new HttpConnectTimeoutException("late"), 3).contains(MAY_BE_CREATED));
        assertFalse(created(new SSLHandshakeException("closed"), 3).contains(MAY_BE_CREATED));
        assertFalse(created(new SSLPeerUnverifiedException("another host"), 1).contains(MAY_BE_CREATED));
        assertTrue(created(new SSLException("reset"), 1).contains(MAY_BE_CREATED));
        assertTrue(created(new SocketTimeoutException("late"), 1).contains(MAY_BE_CREATED));
    }
}
