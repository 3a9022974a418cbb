package dev.acsauth.azure;

import com.azure.communication.common.CommunicationIdentifier;
import java.util.Objects;

/** Identifiers of azure-communication-common as those of acs-auth, and back, by their raw ids. Each side parses by its own rules. */
public final class Identifiers {
    private Identifiers() {
    }

    /** The identifier as acs-auth has it. A Teams extension user is one, also where the official package takes it for a communication user. */
    public static dev.acsauth.CommunicationIdentifier of(CommunicationIdentifier identifier) {
        return dev.acsauth.CommunicationIdentifier.fromRawId(Objects.requireNonNull(identifier, "identifier").getRawId());
    }

    /**
     * The identifier as the official package on the class path has it.
     *
     * @throws IllegalArgumentException if that cannot parse the raw id
     */
    public static CommunicationIdentifier toAzure(dev.acsauth.CommunicationIdentifier identifier) {
        return CommunicationIdentifier.fromRawId(Objects.requireNonNull(identifier, "identifier").getRawId());
    }
}
