package dev.acsauth.azure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.azure.core.credential.AzureKeyCredential;
import dev.acsauth.azure.models.IdentityErrorResponseException;
import org.junit.jupiter.api.Test;

class LiveKeyTest {
    private static final String WRONG = "c2VjcmV0";

    /** Builds clients during whose building the key is updated. */
    private static CommunicationIdentityClientBuilder builder(AzureKeyCredential key, String updated) {
        return new CommunicationIdentityClientBuilder().endpoint(Emulator.text("http_url")).credential(key)
                .customize(ours -> key.update(updated));
    }

    @Test
    void aKeyThatIsUpdatedWhileTheClientIsBuiltIsUsed() {
        AzureKeyCredential key = new AzureKeyCredential(WRONG);
        try (CommunicationIdentityClient client = builder(key, Emulator.accessKey()).buildClient()) {
            assertTrue(client.createUser().getId().startsWith("8:acs:"));
        }
        key.update(WRONG);
        try (CommunicationIdentityAsyncClient client = builder(key, Emulator.accessKey()).buildAsyncClient()) {
            assertTrue(client.createUser().block().getId().startsWith("8:acs:"));
        }
    }

    /** The key of the time before the update would be accepted. */
    @Test
    void aKeyThatWasReplacedWhileTheClientIsBuiltIsNotUsed() {
        AzureKeyCredential key = new AzureKeyCredential(Emulator.accessKey());
        try (CommunicationIdentityClient client = builder(key, WRONG).buildClient()) {
            assertEquals(401, assertThrows(IdentityErrorResponseException.class, client::createUser).getResponse().getStatusCode());
        }
    }
}
