package dev.acsauth;

import static dev.acsauth.support.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.acsauth.support.Emulator;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The API as a Java program uses it, without any Kotlin. */
class JavaApiTest {
    private final Emulator emulator = Emulator.INSTANCE;

    @BeforeEach
    void reset() {
        emulator.reset();
    }

    private CommunicationIdentityClientBuilder builder() {
        return new CommunicationIdentityClientBuilder().connectionString(emulator.getConnectionStringHttp());
    }

    @Test
    void everyOperationOfTheClient() {
        try (CommunicationIdentityClient client = builder().timeout(Duration.ofSeconds(60)).buildClient()) {
            CommunicationUserIdentifier user = client.createUser();
            List<CommunicationTokenScope> scopes = List.of(CommunicationTokenScope.CHAT, CommunicationTokenScope.VOIP);
            AccessToken token = client.getToken(user, scopes);
            assertTrue(token.getExpiresOn().isAfter(Instant.now()));
            assertTrue(client.getToken(user, scopes, Duration.ofHours(1)).getExpiresOn().isBefore(token.getExpiresOn()));
            assertTrue(client.createUserAndToken(scopes).getUser().getId().startsWith("8:acs:"));
            client.revokeTokens(user);
            client.deleteUser(user);
            NotFoundException gone = assertThrows(NotFoundException.class, () -> client.getToken(user, scopes));
            assertEquals(404, gone.getStatus());
            assertEquals(ErrorKind.NOT_FOUND, gone.getKind());
            assertEquals(emulator.getHttpUrl(), client.getEndpoint().getUrl().replaceAll("/$", ""));
            assertEquals(0, client.getClockSkewSeconds());
        }
    }

    @Test
    void everyOperationOfTheAsyncClient() {
        try (CommunicationIdentityAsyncClient client = builder().buildAsyncClient()) {
            CommunicationUserIdentifier user = client.createUser().join();
            client.revokeTokens(user).thenCompose(none -> client.deleteUser(user)).join();
            CompletionException failure = assertThrows(CompletionException.class,
                    () -> client.getToken(user, List.of(CommunicationTokenScope.CHAT)).join());
            assertInstanceOf(NotFoundException.class, failure.getCause());
        }
    }

    @Test
    void theExchangeAsTheOfficialClientHasIt() {
        try (CommunicationIdentityClient client = builder().buildClient()) {
            AccessToken token = client.getTokenForTeamsUser(new GetTokenForTeamsUserOptions(
                    emulator.teamsToken(), emulator.getSpaClientId(), emulator.getUserObjectId()));
            assertTrue(token.getExpiresOn().isAfter(Instant.now()));
        }
    }

    @Test
    void aCallWithOptions() {
        try (CommunicationIdentityClient client = builder().retryPolicy(new RetryPolicy(1)).buildClient()) {
            CommunicationUserIdentifier user = client.createUser();
            client.deleteUser(user);
            NotFoundException failure = assertThrows(NotFoundException.class, () -> client.getToken(
                    user, List.of(CommunicationTokenScope.CHAT), Duration.ofHours(1),
                    new CallOptions(Duration.ofSeconds(60), "my-request")));
            assertEquals("my-request", failure.getClientRequestId());
            assertNull(failure.getRetryAfter());
        }
    }

    @Test
    void anExchangerAndItsObserver() {
        List<Event> events = new java.util.concurrent.CopyOnWriteArrayList<>();
        try (CommunicationIdentityClient client = builder().buildClient();
                TeamsTokenExchanger exchanger = new TeamsTokenExchangerBuilder().observer(events::add).build(client)) {
            String token = emulator.teamsToken();
            AccessToken first = exchanger.exchange(token, emulator.getSpaClientId(), emulator.getUserObjectId());
            assertEquals(first,
                    exchanger.exchangeAsync(token, emulator.getSpaClientId(), emulator.getUserObjectId()).join());
            assertNull(exchanger.isCacheReachable());
        }
        // Queued events are delivered after the exchanger is closed, too.
        await(() -> events.size() == 2);
        assertInstanceOf(Event.Exchanged.class, events.get(0));
        assertEquals(Event.CacheHit.INSTANCE, events.get(1));
    }

    @Test
    void aVerifier() {
        try (TokenVerifier verifier = new TokenVerifierBuilder()
                .cloud(Cloud.custom(emulator.getHttpsUrl()))
                .rootCertificatesPem(emulator.getCa())
                .tenantIds(List.of(emulator.getTenantId()))
                .audiences(List.of(emulator.getApiClientId()))
                .allowedClientIds(List.of(emulator.getSpaClientId()))
                .requiredScope("access_as_user")
                .build()) {
            assertTrue(verifier.keysReachable());
            VerifiedToken caller = verifier.verify(emulator.apiToken());
            assertEquals(emulator.getUserObjectId(), caller.getObjectId());
            assertThrows(UnauthorizedException.class, () -> verifier.verify("no token"));
            assertEquals(caller.getTenantId(), verifier.verifyAsync(emulator.apiToken()).join().getTenantId());
        }
    }

    @Test
    void withoutAnyIo() {
        assertEquals("dev.acsauth.AcsAuth", AcsAuth.class.getName());
        Inspection found = AcsAuth.inspect("no token", Expectations.teamsUser());
        assertEquals(CheckName.SHAPE, found.getFirstFailure().getName());
        Endpoint endpoint = Endpoint.parse("https://a.communication.azure.com");
        PreparedRequest request = AcsAuth.prepareCreateUser(endpoint, AcsAuth.DEFAULT_API_VERSION);
        assertEquals(Method.POST, request.getMethod());
        assertEquals(32, AcsAuth.cacheKey(new byte[32], Cloud.publicCloud(), endpoint, null, "t", "c", "u").getEntry().length);
        assertEquals(Duration.ofSeconds(7), AcsAuth.retryAfter(List.of(new Header("Retry-After", "7"))));
        assertThrows(InvalidArgumentException.class, () -> AcsAuth.cacheKey(new byte[1], Cloud.china(), endpoint, null, "t", "c", "u"));
        assertTrue(HandlerSettings.names().size() > 20);
    }

    @Test
    void settingsByName() {
        String id = "11111111-1111-1111-1111-111111111111";
        HandlerSettings settings = HandlerSettings.of(Map.of("api_client_id", id, "tenant_ids", List.of(id), "limit.per_user", 5));
        TokenExchangeHandlerBuilder builder = new TokenExchangeHandlerBuilder().settings(settings)
                .set("connection_string", emulator.getConnectionStringHttp()).set("teams_client_ids", List.of(id))
                .set("timeout_ms", 5000).set("service_timeout_ms", Duration.ofSeconds(5)).set("http2", false);
        try (TokenExchangeHandler handler = builder.build()) {
            assertEquals(404, handler.handle(new Request("GET", "/nowhere", List.of())).getStatus());
        }
        builder.set("redis_lok", true);
        InvalidArgumentException unknown = assertThrows(InvalidArgumentException.class, builder::build);
        assertEquals("redis_lok", unknown.getTarget());
        assertTrue(unknown.getReason().contains("redis_lock"));
        for (Object bad : new Object[] {1.5, List.of(1), "\uD800", Duration.ofSeconds(-1)}) {
            Map<String, Object> values = Map.of("timeout_ms", bad);
            assertEquals("timeout_ms", assertThrows(InvalidArgumentException.class, () -> HandlerSettings.of(values)).getTarget());
        }
    }
}
