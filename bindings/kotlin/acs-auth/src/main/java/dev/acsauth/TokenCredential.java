package dev.acsauth;

import java.util.List;

/** A credential of the host in place of the access key. */
@FunctionalInterface
public interface TokenCredential {
    /**
     * A bearer token for these scopes. It is called on a thread that may wait, before the first request and again when the
     * token runs out; what it throws becomes the cause of the call's exception.
     */
    AccessToken getToken(List<String> scopes) throws Exception;

    /**
     * As {@link #getToken}, for a credential that heeds the options and knows when to renew its token. This is what is called;
     * unless it is overridden, it calls {@link #getToken}.
     */
    default AccessTokenInfo getTokenInfo(List<String> scopes, TokenRequestOptions options) throws Exception {
        AccessToken token = getToken(scopes);
        return new AccessTokenInfo(token.getToken(), token.getExpiresOn());
    }
}
