package stranger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.azure.communication.identity.CommunicationIdentityClient;
import com.azure.communication.identity.CommunicationIdentityClientBuilder;
import com.azure.communication.identity.models.CommunicationTokenScope;
import com.azure.communication.identity.models.CommunicationUserIdentifierAndToken;
import com.azure.communication.identity.models.GetTokenForTeamsUserOptions;
import com.azure.core.exception.HttpResponseException;
import dev.acsauth.emulator.AcsEmulator;
import dev.acsauth.emulator.AcsEmulatorExtension;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests of a user's program, which uses the official client. */
// ANCHOR: test
@ExtendWith(AcsEmulatorExtension.class)
class GreeterTest {
    private static final List<CommunicationTokenScope> CHAT = List.of(CommunicationTokenScope.CHAT);

    private final AcsEmulator emulator;
    private final CommunicationIdentityClient client;

    GreeterTest(AcsEmulator emulator) {
        this.emulator = emulator;
        client = new CommunicationIdentityClientBuilder().connectionString(emulator.trust().connectionString()).buildClient();
    }

    @Test
    void aUserIsAdmitted() {
        CommunicationUserIdentifierAndToken admitted = client.createUserAndToken(CHAT);
        assertTrue(admitted.getUser().getId().startsWith("8:acs:"));
        var requests = emulator.requests("acs");
        assertEquals(1, requests.size());
        requests.get(0).getAsJsonArray("checks").forEach(check -> assertTrue(check.getAsJsonObject().get("ok").getAsBoolean(), check.toString()));
    }

    @Test
    void aTeamsUserIsAdmitted() {
        var options = new GetTokenForTeamsUserOptions(emulator.teamsToken(), emulator.clientId(), emulator.userObjectId());
        assertEquals(3, client.getTokenForTeamsUser(options).getToken().split("\\.").length);
    }

    @Test
    void anExpiredTokenIsRejected() {
        String expired = emulator.mint(Map.of("kind", "teams", "user", emulator.username(), "client_id", emulator.clientId(), "attack", "expired"));
        var options = new GetTokenForTeamsUserOptions(expired, emulator.clientId(), emulator.userObjectId());
        assertEquals(401, assertThrows(HttpResponseException.class, () -> client.getTokenForTeamsUser(options)).getResponse().getStatusCode());
    }

    @Test
    void aFaultFailsTheNextRequest() {
        emulator.spoil("{\"operation\": \"create_user_and_token\", \"status\": 400}");
        assertEquals(400, assertThrows(HttpResponseException.class, () -> client.createUserAndToken(CHAT)).getResponse().getStatusCode());
    }

    // ANCHOR_END: test
    // Twice, so that one of them runs after a request, in whatever order tests run.
    @RepeatedTest(2)
    void eachTestMeetsTheEmulatorAsItStarted() {
        assertTrue(emulator.requests("acs").isEmpty());
        client.createUserAndToken(CHAT);
        assertTrue(emulator.requests("acs").get(0).getAsJsonArray("checks").size() > 0);
    }
}
