package dev.acsauth.azure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.azure.communication.chat.ChatClient;
import com.azure.communication.common.CommunicationTokenRefreshOptions;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpHeaders;
import dev.acsauth.AccessToken;
import dev.acsauth.CancelledException;
import dev.acsauth.CommunicationTokenCredential;
import dev.acsauth.CommunicationTokenCredentialBuilder;
import dev.acsauth.PreviewApiVersion;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;

/** A user's credential of acs-auth in the official chat client, and one that is built from the official options. */
class AzureCommunicationTokenCredentialTest {
    private static final Duration BOUND = Duration.ofSeconds(60);

    private final AtomicInteger made = new AtomicInteger();

    /** Returns an unsigned JWT with this expiry, and a number that makes it unique. */
    private String jwt(Instant expiresOn) {
        String claims = "{\"number\":" + made.incrementAndGet() + ",\"exp\":" + expiresOn.getEpochSecond() + "}";
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        return encoder.encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8)) + "."
                + encoder.encodeToString(claims.getBytes(StandardCharsets.UTF_8)) + ".c2ln";
    }

    private AccessToken token(long seconds) {
        Instant expiresOn = Instant.ofEpochSecond(Instant.now().getEpochSecond() + seconds);
        return new AccessToken(jwt(expiresOn), expiresOn);
    }

    /** Returns the official chat client with this credential. Its authorization headers are recorded; nothing is sent. */
    private static ChatClient chat(CommunicationTokenCredential credential, List<String> authorizations) {
        return ReadmeSnippets.chat("https://contoso.communication.azure.com", credential)
                .httpClient(request -> {
                    authorizations.add(request.getHeaders().getValue(HttpHeaderName.AUTHORIZATION));
                    return Mono.just(JdkHttpClient.answer(request, 204, new HttpHeaders(), new byte[0]));
                }).buildClient();
    }

    @Test
    void theChatClientUsesItAndItRenews() throws Exception {
        List<String> sent = new CopyOnWriteArrayList<>();
        List<String> given = new CopyOnWriteArrayList<>();
        // The first token is valid for seconds, the next for an hour.
        try (CommunicationTokenCredential ours = new CommunicationTokenCredentialBuilder().refresher(() -> {
            AccessToken next = token(given.isEmpty() ? 8 : 3_600);
            given.add("Bearer " + next.getToken());
            return next;
        }).build()) {
            ChatClient chat = chat(ours, sent);
            chat.deleteChatThread("19:one");
            assertEquals(given.get(0), sent.get(0));
            long until = System.nanoTime() + BOUND.toNanos();
            while (sent.get(sent.size() - 1).equals(given.get(0)) && System.nanoTime() < until) {
                Thread.sleep(100);
                chat.deleteChatThread("19:one");
            }
            assertNotEquals(given.get(0), sent.get(sent.size() - 1));
            assertEquals(given.get(given.size() - 1), sent.get(sent.size() - 1));
        }
    }

    @Test
    void theEmulatorsTokensWork() {
        List<String> sent = new CopyOnWriteArrayList<>();
        CommunicationIdentityClient client =
                new CommunicationIdentityClientBuilder().connectionString(Emulator.connectionString()).buildClient();
        var user = client.createUser();
        try (CommunicationTokenCredential ours = AzureCommunicationTokenCredential.builder(new CommunicationTokenRefreshOptions(
                () -> client.getToken(user, List.of(dev.acsauth.azure.models.CommunicationTokenScope.CHAT)).getToken())).build()) {
            chat(ours, sent).deleteChatThread("19:one");
            assertEquals("Bearer " + ours.getToken().getToken(), sent.get(0));
            // The expiry is the token's own.
            assertTrue(Duration.between(Instant.now(), ours.getToken().getExpiresOn()).toHours() >= 20);
        }
    }

    @Test
    void closingOursEndsTheirs() throws Exception {
        CommunicationTokenCredential ours = new CommunicationTokenCredentialBuilder().refresher(() -> token(3_600)).build();
        var official = AzureCommunicationTokenCredential.of(ours);
        official.close();
        assertFalse(ours.getToken().getToken().isEmpty());
        ours.close();
        Throwable failure = assertThrows(RuntimeException.class, () -> AzureCommunicationTokenCredential.of(ours).getToken().block(BOUND));
        assertInstanceOf(CancelledException.class, Exceptions.unwrap(failure));
    }

    @Test
    void theOfficialOptionsFeedIt() {
        String first = jwt(Instant.now().plusSeconds(3_600));
        CommunicationTokenRefreshOptions asynchronous =
                new CommunicationTokenRefreshOptions(() -> Mono.just(jwt(Instant.now().plusSeconds(3_600))), true, first);
        try (CommunicationTokenCredential ours = AzureCommunicationTokenCredential.builder(asynchronous).build()) {
            assertEquals(first, ours.getToken().getToken());
        }
        CommunicationTokenRefreshOptions opaque = new CommunicationTokenRefreshOptions(() -> "opaque");
        try (CommunicationTokenCredential ours = AzureCommunicationTokenCredential.builder(opaque).build()) {
            assertEquals("opaque", ours.getToken().getToken());
            Duration left = Duration.between(Instant.now(), ours.getToken().getExpiresOn());
            assertTrue(left.toMinutes() <= 10 && left.toMinutes() >= 8, left.toString());
        }
        CommunicationTokenRefreshOptions silent = new CommunicationTokenRefreshOptions(Mono::never, false);
        try (CommunicationTokenCredential ours =
                AzureCommunicationTokenCredential.builder(silent).timeout(Duration.ofMillis(200)).build()) {
            assertThrows(dev.acsauth.TimeoutException.class, ours::getToken);
        }
        RuntimeException thrown = new IllegalStateException("no sign-in");
        CommunicationTokenRefreshOptions failing = new CommunicationTokenRefreshOptions(() -> {
            throw thrown;
        });
        try (CommunicationTokenCredential ours = AzureCommunicationTokenCredential.builder(failing).build()) {
            assertEquals(thrown, assertThrows(dev.acsauth.AcsAuthException.class, ours::getToken).getCause());
        }
    }

    /** Like EntraCommunicationTokenCredentialOptions of newer azure-communication-common: an Entra credential, an endpoint and scopes. */
    @Test
    void anEntraCredentialOfAzureFeedsIt() {
        List<List<String>> asked = new CopyOnWriteArrayList<>();
        com.azure.core.credential.TokenCredential credential = context -> {
            asked.add(context.getScopes());
            return Mono.just(new com.azure.core.credential.AccessToken(
                    Emulator.token("entra_user"), java.time.OffsetDateTime.now().plusHours(1)));
        };
        List<String> scopes = List.of("https://communication.azure.com/clients/VoIP");
        try (dev.acsauth.CommunicationIdentityClient client = new dev.acsauth.CommunicationIdentityClientBuilder()
                        .endpoint(Emulator.text("http_url")).accessKey(Emulator.accessKey())
                        .preview(PreviewApiVersion.V2025_03_02_PREVIEW).buildClient();
                CommunicationTokenCredential ours = new CommunicationTokenCredentialBuilder()
                        .entraCredential(AzureTokenCredential.of(credential)).client(client).scopes(scopes).build()) {
            var official = AzureCommunicationTokenCredential.of(ours);
            assertEquals(ours.getToken().getToken(), official.getToken().block(BOUND).getToken());
            assertEquals(List.of(scopes), asked);
        }
    }
}
