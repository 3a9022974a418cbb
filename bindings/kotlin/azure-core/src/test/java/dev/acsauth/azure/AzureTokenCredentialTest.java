package dev.acsauth.azure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.azure.core.credential.TokenRequestContext;
import dev.acsauth.AccessToken;
import dev.acsauth.CommunicationIdentityClient;
import dev.acsauth.CommunicationIdentityClientBuilder;
import dev.acsauth.CredentialDeniedException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class AzureTokenCredentialTest {
    private static final OffsetDateTime EXPIRES = OffsetDateTime.of(2030, 1, 2, 3, 4, 5, 0, ZoneOffset.ofHours(2));

    @Test
    void theTokenAndItsScopesGoThrough() {
        List<List<String>> asked = new java.util.ArrayList<>();
        AccessToken token = AzureTokenCredential.of(context -> {
            asked.add(context.getScopes());
            return Mono.just(new com.azure.core.credential.AccessToken("token", EXPIRES));
        }).getToken(List.of("scope/.default"));
        assertEquals("token", token.getToken());
        assertEquals(EXPIRES.toInstant(), token.getExpiresOn());
        assertEquals(List.of(List.of("scope/.default")), asked);
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
}
