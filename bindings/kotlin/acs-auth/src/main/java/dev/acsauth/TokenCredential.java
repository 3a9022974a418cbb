package dev.acsauth;

import java.util.List;

/**
 * Your own source of bearer tokens, used instead of the access key, such as a managed identity.
 *
 * <p>A token is cached until it expires, and renewed before that in the background. While two calls to a credential hang, it isn't
 * called again: requests for a token fail as timeouts at once. At most 16 calls to credentials and transports run at once in a
 * process. If all of them hang, a further one fails as a timeout after 5 seconds.
 */
@FunctionalInterface
public interface TokenCredential {
    /**
     * Returns a bearer token for these scopes. It is called on a library thread that it may block, before the first request and
     * again when the token must be renewed. An exception that it throws becomes the cause of the call's exception.
     */
    AccessToken getToken(List<String> scopes) throws Exception;

    /**
     * Like {@link #getToken}, for a credential that uses the options or decides when its token is renewed. The library calls this
     * method; by default it calls {@link #getToken}.
     */
    default AccessTokenInfo getTokenInfo(List<String> scopes, TokenRequestOptions options) throws Exception {
        AccessToken token = getToken(scopes);
        return new AccessTokenInfo(token.getToken(), token.getExpiresOn());
    }
}
