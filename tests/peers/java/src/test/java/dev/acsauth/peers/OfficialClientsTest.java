package dev.acsauth.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.azure.communication.common.CommunicationUserIdentifier;
import com.azure.communication.identity.CommunicationIdentityClient;
import com.azure.communication.identity.CommunicationIdentityClientBuilder;
import com.azure.communication.identity.models.CommunicationTokenScope;
import com.azure.communication.identity.models.GetTokenForTeamsUserOptions;
import com.azure.core.credential.TokenRequestContext;
import com.azure.core.exception.HttpResponseException;
import com.azure.identity.ClientSecretCredential;
import com.azure.identity.ClientSecretCredentialBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.microsoft.aad.msal4j.ClientCredentialFactory;
import com.microsoft.aad.msal4j.ClientCredentialParameters;
import com.microsoft.aad.msal4j.ConfidentialClientApplication;
import dev.acsauth.AcsAuth;
import dev.acsauth.AcsAuthException;
import dev.acsauth.azure.AzureTokenCredential;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The unmodified official clients against the emulator, compared with ours. */
class OfficialClientsTest {
    private static final List<CommunicationTokenScope> SCOPES = List.of(CommunicationTokenScope.CHAT);

    @BeforeEach
    void reset() {
        Emulator.reset();
    }

    private static CommunicationIdentityClient official() {
        return new CommunicationIdentityClientBuilder().connectionString(Emulator.text("connection_string")).buildClient();
    }

    private static dev.acsauth.CommunicationIdentityClient ours() {
        return new dev.acsauth.CommunicationIdentityClientBuilder()
                .connectionString(Emulator.text("connection_string"))
                .rootCertificatesPem(read(Emulator.text("ca_file")))
                .buildClient();
    }

    private static byte[] read(String path) {
        try {
            return java.nio.file.Files.readAllBytes(java.nio.file.Path.of(path));
        } catch (java.io.IOException failure) {
            throw new AssertionError(failure);
        }
    }

    private static ClientSecretCredential daemon() {
        JsonObject daemon = Emulator.INFO.getAsJsonObject("daemon");
        return new ClientSecretCredentialBuilder()
                .authorityHost(Emulator.text("https_url"))
                .tenantId(Emulator.text("tenant_id"))
                .clientId(daemon.get("client_id").getAsString())
                .clientSecret(daemon.get("client_secret").getAsString())
                .disableInstanceDiscovery()
                .build();
    }

    /** Asserts that all of the emulator's checks of all requests succeeded. */
    private static void assertAllChecksHeld() {
        JsonArray requests = Emulator.requests();
        assertTrue(requests.size() > 0);
        for (JsonElement request : requests) {
            for (JsonElement check : request.getAsJsonObject().getAsJsonArray("checks")) {
                assertTrue(check.getAsJsonObject().get("ok").getAsBoolean(), check.toString());
            }
        }
    }

    @Test
    void everyOperationOfTheIdentityClient() {
        CommunicationIdentityClient client = official();
        CommunicationUserIdentifier user = client.createUser();
        assertTrue(user.getId().startsWith("8:acs:"));
        assertTrue(client.getToken(user, SCOPES).getExpiresAt().isAfter(OffsetDateTime.now()));
        assertNotNull(client.createUserAndToken(SCOPES, Duration.ofHours(1)).getUserToken().getToken());
        client.revokeTokens(user);
        client.deleteUser(user);
        assertAllChecksHeld();
    }

    @Test
    void theExchange() {
        GetTokenForTeamsUserOptions options = new GetTokenForTeamsUserOptions(
                Emulator.teamsToken(null), Emulator.client("spa"), Emulator.user().get("object_id").getAsString());
        assertTrue(official().getTokenForTeamsUser(options).getExpiresAt().isAfter(OffsetDateTime.now()));
        assertAllChecksHeld();
    }

    @Test
    void aRefusalIsTheSameForBoth() {
        String token = Emulator.teamsToken("expired");
        String user = Emulator.user().get("object_id").getAsString();
        HttpResponseException theirs = assertThrows(HttpResponseException.class, () -> official().getTokenForTeamsUser(
                new GetTokenForTeamsUserOptions(token, Emulator.client("spa"), user)));
        try (dev.acsauth.CommunicationIdentityClient client = ours()) {
            AcsAuthException our = assertThrows(AcsAuthException.class,
                    () -> client.getTokenForTeamsUser(token, Emulator.client("spa"), user));
            assertEquals(theirs.getResponse().getStatusCode(), our.getStatus());
        }
    }

    /** The service sees the same operation from both clients, and all checks succeed for both. */
    @Test
    void onTheWire() {
        official().createUser();
        try (dev.acsauth.CommunicationIdentityClient client = ours()) {
            client.createUser();
        }
        JsonArray requests = Emulator.requests();
        assertEquals(2, requests.size());
        Set<String> operations = new java.util.HashSet<>();
        for (JsonElement request : requests) {
            operations.add(request.getAsJsonObject().get("operation").getAsString());
            assertEquals(201, request.getAsJsonObject().get("status").getAsInt());
        }
        assertEquals(Set.of("create_user"), operations);
        assertAllChecksHeld();
    }

    @Test
    void azureIdentityForBoth() {
        CommunicationIdentityClient theirs = new CommunicationIdentityClientBuilder()
                .endpoint(Emulator.text("https_url")).credential(daemon()).buildClient();
        assertTrue(theirs.createUser().getId().startsWith("8:acs:"));
        try (dev.acsauth.CommunicationIdentityClient client = new dev.acsauth.CommunicationIdentityClientBuilder()
                .endpoint(Emulator.text("https_url"))
                .rootCertificatesPem(read(Emulator.text("ca_file")))
                .credential(AzureTokenCredential.of(daemon()))
                .buildClient()) {
            assertTrue(client.createUser().getId().startsWith("8:acs:"));
        }
        assertNotNull(daemon().getTokenSync(new TokenRequestContext().addScopes(AcsAuth.ACS_SCOPE)).getToken());
    }

    @Test
    void msal4j() throws Exception {
        JsonObject daemon = Emulator.INFO.getAsJsonObject("daemon");
        ConfidentialClientApplication application = ConfidentialClientApplication.builder(
                        daemon.get("client_id").getAsString(),
                        ClientCredentialFactory.createFromSecret(daemon.get("client_secret").getAsString()))
                .authority(Emulator.text("authority"))
                .validateAuthority(false)
                .instanceDiscovery(false)
                .build();
        String token = application.acquireToken(
                ClientCredentialParameters.builder(Set.of(AcsAuth.ACS_SCOPE)).build()).get().accessToken();
        try (dev.acsauth.CommunicationIdentityClient client = new dev.acsauth.CommunicationIdentityClientBuilder()
                .endpoint(Emulator.text("http_url"))
                .credential(scopes -> new dev.acsauth.AccessToken(token, java.time.Instant.now().plusSeconds(600)))
                .buildClient()) {
            assertTrue(client.createUser().getId().startsWith("8:acs:"));
        }
    }
}
