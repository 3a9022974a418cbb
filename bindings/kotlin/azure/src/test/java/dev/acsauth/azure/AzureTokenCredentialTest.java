package dev.acsauth.azure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.azure.core.credential.TokenRequestContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.acsauth.AccessToken;
import dev.acsauth.AccessTokenInfo;
import dev.acsauth.CommunicationIdentityClient;
import dev.acsauth.CommunicationIdentityClientBuilder;
import dev.acsauth.CredentialDeniedException;
import dev.acsauth.TokenRequestOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class AzureTokenCredentialTest {
    private static final OffsetDateTime EXPIRES = OffsetDateTime.of(2030, 1, 2, 3, 4, 5, 0, ZoneOffset.ofHours(2));
    private static final String CLAIMS = "{\"access_token\":{\"nbf\":{\"essential\":true,\"value\":\"1700000000\"}}}";

    /** The requests for tokens that the credential received. */
    private final List<TokenRequestContext> asked = new CopyOnWriteArrayList<>();
    /** The bearer tokens that the service received. */
    private final List<String> received = new CopyOnWriteArrayList<>();
    private HttpServer server;

    @AfterEach
    void stop() {
        if (server != null) {
            server.stop(0);
        }
    }

    private com.azure.core.credential.TokenCredential answering(
            Function<TokenRequestContext, com.azure.core.credential.AccessToken> tokens) {
        return context -> {
            asked.add(context);
            return Mono.just(tokens.apply(context));
        };
    }

    private static com.azure.core.credential.AccessToken token(String text, Instant expires, Instant refresh) {
        return new com.azure.core.credential.AccessToken(
                text, expires.atOffset(ZoneOffset.UTC), refresh == null ? null : refresh.atOffset(ZoneOffset.UTC));
    }

    /** Returns a client of a service that challenges this token, and creates an identity for any other. */
    private CommunicationIdentityClient client(com.azure.core.credential.TokenCredential credential, String challenged)
            throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> answer(exchange, challenged));
        server.start();
        return new CommunicationIdentityClientBuilder()
                .endpoint("http://127.0.0.1:" + server.getAddress().getPort())
                .credential(AzureTokenCredential.of(credential)).timeout(Duration.ofSeconds(60)).buildClient();
    }

    private void answer(HttpExchange exchange, String challenged) throws IOException {
        exchange.getRequestBody().readAllBytes();
        String bearer = exchange.getRequestHeaders().getFirst("Authorization").substring("Bearer ".length());
        received.add(bearer);
        boolean isRejected = bearer.equals(challenged);
        if (isRejected) {
            String claims = Base64.getEncoder().encodeToString(CLAIMS.getBytes(StandardCharsets.UTF_8));
            exchange.getResponseHeaders().add(
                    "WWW-Authenticate", "Bearer realm=\"\", error=\"insufficient_claims\", claims=\"" + claims + "\"");
        }
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        byte[] body = "{\"identity\":{\"id\":\"8:acs:1_2\"}}".getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(isRejected ? 401 : 201, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Test
    void theTokenAndItsScopesGoThrough() throws Exception {
        Instant refresh = EXPIRES.minusHours(1).toInstant();
        AzureTokenCredential credential =
                AzureTokenCredential.of(answering(context -> token("token", EXPIRES.toInstant(), refresh)));
        AccessToken token = credential.getToken(List.of("scope/.default"));
        assertEquals(new AccessToken("token", EXPIRES.toInstant()), token);
        AccessTokenInfo info = credential.getTokenInfo(List.of("scope/.default"), new TokenRequestOptions(CLAIMS));
        assertEquals(new AccessTokenInfo("token", EXPIRES.toInstant(), refresh), info);
        assertEquals(List.of(List.of("scope/.default"), List.of("scope/.default")),
                asked.stream().map(TokenRequestContext::getScopes).toList());
        assertTrue(asked.stream().allMatch(TokenRequestContext::isCaeEnabled));
        assertNull(asked.get(0).getClaims());
        assertEquals(CLAIMS, asked.get(1).getClaims());
    }

    @Test
    void aTokenThatDoesNotSayWhenIsRenewedAsUsual() throws Exception {
        AccessTokenInfo info = AzureTokenCredential.of(answering(context -> token("token", EXPIRES.toInstant(), null)))
                .getTokenInfo(List.of("scope"), new TokenRequestOptions());
        assertNull(info.getRefreshOn());
    }

    @Test
    void aClaimsChallengeReachesTheCredential() throws Exception {
        Instant expires = Instant.now().plus(1, ChronoUnit.HOURS);
        try (CommunicationIdentityClient client = client(
                answering(context -> token(context.getClaims() == null ? "first" : "second", expires, null)), "first")) {
            assertEquals("8:acs:1_2", client.createUser().getId());
        }
        assertEquals(List.of("first", "second"), received);
        assertEquals(java.util.Arrays.asList(null, CLAIMS), asked.stream().map(TokenRequestContext::getClaims).toList());
    }

    /** Without getRefreshAt, a token that is valid for 8 s would be renewed after 4 s. */
    @Test
    void renewalBeginsWhenTheTokenSays() throws Exception {
        Instant first = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Instant refresh = first.plusSeconds(7);
        List<Instant> times = new CopyOnWriteArrayList<>();
        try (CommunicationIdentityClient client = client(answering(context -> {
            times.add(Instant.now());
            return times.size() == 1
                    ? token("first", first.plusSeconds(8), refresh)
                    : token("second", Instant.now().plus(1, ChronoUnit.HOURS), null);
        }), null)) {
            Instant end = Instant.now().plusSeconds(60);
            while (!received.contains("second") && Instant.now().isBefore(end)) {
                client.createUser();
                Thread.sleep(20);
            }
        }
        assertEquals(2, times.size());
        assertFalse(times.get(1).isBefore(refresh), times + " and not before " + refresh);
    }

    @Test
    void whatItThrowsIsTheCause() {
        IllegalArgumentException thrown = new IllegalArgumentException("secret");
        com.azure.core.credential.TokenCredential credential = (TokenRequestContext context) -> Mono.error(thrown);
        try (CommunicationIdentityClient client = new CommunicationIdentityClientBuilder()
                .endpoint("http://localhost:9").credential(AzureTokenCredential.of(credential)).buildClient()) {
            CredentialDeniedException failure = assertThrows(CredentialDeniedException.class, client::createUser);
            assertSame(thrown, failure.getCause());
        }
    }

    @Test
    void noTokenIsADeniedCredential() {
        try (CommunicationIdentityClient client = new CommunicationIdentityClientBuilder()
                .endpoint("http://localhost:9").credential(AzureTokenCredential.of(context -> Mono.empty())).buildClient()) {
            CredentialDeniedException failure = assertThrows(CredentialDeniedException.class, client::createUser);
            assertEquals("The credential returned no token.", failure.getCause().getMessage());
        }
    }
}
