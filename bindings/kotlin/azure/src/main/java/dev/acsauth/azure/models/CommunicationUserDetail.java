package dev.acsauth.azure.models;

import com.azure.communication.common.CommunicationUserIdentifier;
import java.time.OffsetDateTime;

/** The service's details of an identity. Preview. */
public final class CommunicationUserDetail {
    private final CommunicationUserIdentifier user;
    private final String customId;
    private final OffsetDateTime lastTokenIssuedAt;

    /** Creates the details of an identity. {@code customId} and {@code lastTokenIssuedAt} may be null. */
    public CommunicationUserDetail(CommunicationUserIdentifier user, String customId, OffsetDateTime lastTokenIssuedAt) {
        this.user = user;
        this.customId = customId;
        this.lastTokenIssuedAt = lastTokenIssuedAt;
    }

    /** The identity. */
    public CommunicationUserIdentifier getUser() {
        return user;
    }

    /** The custom id that the back end assigned; null if there is none. */
    public String getCustomId() {
        return customId;
    }

    /** When its latest token was issued, rounded down to seconds; null if none was. */
    public OffsetDateTime getLastTokenIssuedAt() {
        return lastTokenIssuedAt;
    }
}
