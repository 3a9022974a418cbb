package dev.acsauth.azure;

import com.azure.communication.common.CommunicationIdentifier;
import java.util.Objects;

/** Converts identifiers between acs-auth and azure-communication-common by their raw ids, which each library parses by its own rules. */
public final class Identifiers {
    private Identifiers() {
    }

    /** Returns acs-auth's identifier. A Teams extension user is recognized as one, even if the official package treats it as a
     * communication user. */
    public static dev.acsauth.CommunicationIdentifier of(CommunicationIdentifier identifier) {
        return dev.acsauth.CommunicationIdentifier.fromRawId(Objects.requireNonNull(identifier, "identifier").getRawId());
    }

    /**
     * Returns the official package's identifier.
     *
     * @throws IllegalArgumentException if the version of azure-communication-common on the class path cannot parse the raw id
     */
    public static CommunicationIdentifier toAzure(dev.acsauth.CommunicationIdentifier identifier) {
        return CommunicationIdentifier.fromRawId(Objects.requireNonNull(identifier, "identifier").getRawId());
    }
}
