package dev.acsauth.azure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.azure.communication.common.CommunicationIdentifier;
import com.azure.communication.common.PhoneNumberIdentifier;
import dev.acsauth.ApiVersion;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the published official package does not have: the newest API versions, and identifiers of acs-auth. */
class NewestTest {
    @Test
    void everyVersionHasItsName() {
        List<String> names = Arrays.stream(CommunicationIdentityServiceVersion.values()).map(Enum::name).toList();
        for (ApiVersion version : ApiVersion.values()) {
            assertTrue(names.contains(version.name()), version.name());
            assertEquals(version.toString(), CommunicationIdentityServiceVersion.valueOf(version.name()).getVersion());
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
