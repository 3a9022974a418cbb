package dev.acsauth.azure.models;

import com.azure.communication.common.CommunicationUserIdentifier;
import com.azure.core.credential.AccessToken;

/** A new ACS identity and its first access token. */
public final class CommunicationUserIdentifierAndToken {
    private final CommunicationUserIdentifier user;
    private final AccessToken userToken;

    /** Creates a result from an identity and its token. */
    public CommunicationUserIdentifierAndToken(CommunicationUserIdentifier user, AccessToken userToken) {
        this.user = user;
        this.userToken = userToken;
    }

    /** The identity. */
    public CommunicationUserIdentifier getUser() {
        return user;
    }

    /** The identity's token. Don't log it. */
    public AccessToken getUserToken() {
        return userToken;
    }
}
