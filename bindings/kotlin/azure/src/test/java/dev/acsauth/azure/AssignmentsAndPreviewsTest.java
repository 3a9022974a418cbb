package dev.acsauth.azure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.azure.communication.common.CommunicationIdentifier;
import com.azure.communication.common.CommunicationUserIdentifier;
import com.azure.communication.common.PhoneNumberIdentifier;
import com.azure.core.util.Context;
import dev.acsauth.ApiVersion;
import dev.acsauth.PreviewApiVersion;
import dev.acsauth.TeamsExtensionAssignment;
import dev.acsauth.TeamsExtensionPrincipalType;
import dev.acsauth.TeamsExtensionUserIdentifier;
import dev.acsauth.azure.models.CommunicationTokenScope;
import dev.acsauth.azure.models.CommunicationUserDetail;
import dev.acsauth.azure.models.IdentityErrorResponseException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the official package doesn't have: the newest API versions and operations, and the conversion of identifiers. */
class AssignmentsAndPreviewsTest {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final List<CommunicationTokenScope> CHAT = List.of(CommunicationTokenScope.CHAT);
    private static final String TENANT = Emulator.text("tenant_id");

    @BeforeEach
    void reset() {
        Emulator.control("POST", "/reset", null);
    }

    private static CommunicationIdentityClientBuilder builder() {
        return new CommunicationIdentityClientBuilder().connectionString(Emulator.connectionString())
                .customize(builder -> builder.preview(PreviewApiVersion.V2025_03_02_PREVIEW));
    }

    @Test
    void everyVersionHasItsName() {
        List<String> names = Arrays.stream(CommunicationIdentityServiceVersion.values()).map(Enum::name).toList();
        for (ApiVersion version : ApiVersion.values()) {
            assertTrue(names.contains(version.name()), version.name());
            assertEquals(version.toString(), CommunicationIdentityServiceVersion.valueOf(version.name()).getVersion());
        }
    }

    @Test
    void assignmentsAndTheirExchange() {
        CommunicationIdentityClient client = builder().buildClient();
        String user = Emulator.userObjectId();
        TeamsExtensionAssignment put =
                client.putTeamsExtensionAssignment(TENANT, user, TeamsExtensionPrincipalType.USER, List.of(Emulator.clientId()));
        assertEquals(put, client.getTeamsExtensionAssignment(TENANT, user));
        String raw = client.getTokenForTeamsExtensionUser(Emulator.token("teams_extension")).getUser().getId();
        TeamsExtensionUserIdentifier identity = assertInstanceOf(
                TeamsExtensionUserIdentifier.class, Identifiers.of(new CommunicationUserIdentifier(raw)));
        assertEquals(user, identity.getUserId());
        assertEquals(204, client.deleteTeamsExtensionAssignmentWithResponse(TENANT, user, Context.NONE).getStatusCode());
        client.deleteTeamsExtensionAssignment(TENANT, user);
        IdentityErrorResponseException gone =
                assertThrows(IdentityErrorResponseException.class, () -> client.getTeamsExtensionAssignment(TENANT, user));
        assertEquals(404, gone.getResponse().getStatusCode());
        assertTrue(gone.getResponse().getRequest().getUrl().getPath().endsWith("/assignments/" + user));

        CommunicationIdentityAsyncClient later = builder().buildAsyncClient();
        assertEquals(put, later.putTeamsExtensionAssignment(TENANT, user, TeamsExtensionPrincipalType.USER, put.getClientIds()).block(BOUND));
        assertEquals(put, later.getTeamsExtensionAssignment(TENANT, user).block(BOUND));
        assertEquals(raw, later.getTokenForTeamsExtensionUser(Emulator.token("teams_extension")).block(BOUND).getUser().getId());
        assertNull(later.deleteTeamsExtensionAssignment(TENANT, user).block(BOUND));
    }

    @Test
    void previewsAreThere() {
        CommunicationIdentityClient client = builder().buildClient();
        CommunicationUserIdentifier user = client.createUserWithCustomId("customer-42");
        assertEquals(user, client.createUserAndTokenWithCustomId("customer-42", CHAT, Duration.ofHours(1)).getUser());
        CommunicationUserDetail detail = client.getUserDetail(user);
        assertEquals(List.of(user, "customer-42"), List.of(detail.getUser(), detail.getCustomId()));
        assertTrue(detail.getLastTokenIssuedAt() != null);
        assertTrue(client.getTokenForEntraUser(Emulator.token("entra_user")).getUser().getId().startsWith("8:acs:"));

        CommunicationIdentityAsyncClient later = builder().buildAsyncClient();
        assertEquals(user, later.createUserWithCustomId("customer-42").block(BOUND));
        assertEquals(user, later.createUserAndTokenWithCustomId("customer-42", CHAT, null).block(BOUND).getUser());
        assertNull(later.getUserDetail(client.createUser()).block(BOUND).getCustomId());
        assertEquals(200, later.getTokenForEntraUserWithResponse(Emulator.token("entra_user")).block(BOUND).getStatusCode());
    }

    @Test
    void previewsMustBeTurnedOn() {
        CommunicationIdentityClient client =
                new CommunicationIdentityClientBuilder().connectionString(Emulator.connectionString()).buildClient();
        for (Supplier<?> operation : List.<Supplier<?>>of(
                () -> client.createUserWithCustomId("a"), () -> client.getUserDetail(new CommunicationUserIdentifier("8:acs:a_b")),
                () -> client.getTokenForEntraUser("a"), () -> client.createUserAndTokenWithCustomId("a", CHAT, null))) {
            String message = assertThrows(IllegalArgumentException.class, operation::get).getMessage();
            assertTrue(message.contains("preview"), message);
        }
    }

    @Test
    void identifiersAreConverted() {
        for (String raw : List.of("8:acs:a_b", "4:+14255550123", "8:orgid:a", "8:gcch:a", "8:teamsvisitor:a", "48:a")) {
            CommunicationIdentifier official = CommunicationIdentifier.fromRawId(raw);
            assertEquals(raw, Identifiers.of(official).getRawId());
            assertEquals(official, Identifiers.toAzure(Identifiers.of(official)));
            assertEquals(official.getClass().getSimpleName(), Identifiers.of(official).getClass().getSimpleName());
        }
        assertEquals(new PhoneNumberIdentifier("+1"), Identifiers.toAzure(new dev.acsauth.PhoneNumberIdentifier("+1", null)));
    }
}
