package dev.acsauth.azure;

import com.azure.communication.common.CommunicationIdentifier;
import java.util.Objects;

/** Identifiers of azure-communication-common as those of acs-auth, and back, by their raw ids. Each side parses by its own rules. */
public final class Identifiers {
    private Identifiers() {
    }

    /** Returns acs-auth's identifier. A Teams extension user is recognized as one, even if the official package treats it as a communication
     * user. */
    public static dev.acsauth.CommunicationIdentifier of(CommunicationIdentifier identifier) {
        return dev.acsauth.CommunicationIdentifier.fromRawId(Objects.requireNonNull(identifier, "identifier").getRawId());
    }

    /**
     * Returns the identifier of the official package on the class path.
     *
     * @throws IllegalArgumentException if that cannot parse the raw id
     */
    public static CommunicationIdentifier toAzure(dev.acsauth.CommunicationIdentifier identifier) {
        return CommunicationIdentifier.fromRawId(Objects.requireNonNull(identifier, "identifier").getRawId());
    }
}
