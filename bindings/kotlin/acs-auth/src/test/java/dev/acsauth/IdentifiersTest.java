package dev.acsauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** Identifiers in Java. The conformance cases test how raw ids are parsed and built. */
class IdentifiersTest {
    @Test
    void aRawIdIsReadAndWritten() {
        CommunicationIdentifier read = CommunicationIdentifier.fromRawId("8:acs:r_t_u");
        TeamsExtensionUserIdentifier made = new TeamsExtensionUserIdentifier("u", "t", "r");
        assertEquals(made, read);
        assertEquals(made.hashCode(), read.hashCode());
        assertEquals("TeamsExtensionUserIdentifier(rawId=8:acs:r_t_u)", read.toString());
        assertEquals(CommunicationCloudEnvironment.PUBLIC, ((TeamsExtensionUserIdentifier) read).getCloudEnvironment());
        assertEquals("X1", new PhoneNumberIdentifier("+14255550123_X1").getAssertedId());
    }

    @Test
    void theyAreEqualByTheirRawIds() {
        CommunicationIdentifier unknown = new UnknownIdentifier("8:acs:a_b");
        assertEquals(new CommunicationUserIdentifier("8:acs:a_b"), unknown);
        assertEquals(Set.of(unknown), Set.of(CommunicationIdentifier.fromRawId("8:acs:a_b")));
        assertNotEquals(unknown, CommunicationIdentifier.fromRawId("8:ACS:a_b"));
        assertNotEquals(unknown, (Object) "8:acs:a_b");
        assertEquals(new PhoneNumberIdentifier("+1", "8:acs:a_b"), unknown);
    }

    @Test
    void whatIsNoTextIsRejected() {
        assertThrows(NullPointerException.class, () -> CommunicationIdentifier.fromRawId(null));
        assertThrows(InvalidArgumentException.class, () -> CommunicationIdentifier.fromRawId("4:\ud800"));
    }
}
