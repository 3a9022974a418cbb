package dev.acsauth.azure.models;

import com.azure.communication.common.CommunicationUserIdentifier;
import java.time.OffsetDateTime;

/** What the service knows of an identity. Preview. */
public final class CommunicationUserDetail {
    private final CommunicationUserIdentifier user;
    private final String customId;
    private final OffsetDateTime lastTokenIssuedAt;

    /** {@code customId} and {@code lastTokenIssuedAt} may be null. */
    public CommunicationUserDetail(CommunicationUserIdentifier user, String customId, OffsetDateTime lastTokenIssuedAt) {
        this.user = user;
        this.customId = customId;
        this.lastTokenIssuedAt = lastTokenIssuedAt;
    }

    /** The identity. */
    public CommunicationUserIdentifier getUser() {
        return user;
    }

    /** The name that the back end gave it; null if it has none. */
    public String getCustomId() {
        return customId;
    }

    /** When its latest token was issued, in whole seconds; null if none was. */
    public OffsetDateTime getLastTokenIssuedAt() {
        return lastTokenIssuedAt;
    }
}
