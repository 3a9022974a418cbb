package dev.acsauth.azure;

import com.azure.core.credential.TokenRequestContext;
import dev.acsauth.AccessToken;
import dev.acsauth.AccessTokenInfo;
import dev.acsauth.TokenCredential;
import dev.acsauth.TokenRequestOptions;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;

/**
 * Authenticates with a credential of azure-core, such as those of azure-identity, instead of an access key. Its tokens are renewed
 * at {@code getRefreshAt}, and claims challenges are passed on to it (continuous access evaluation).
 */
public final class AzureTokenCredential implements TokenCredential {
    private final com.azure.core.credential.TokenCredential credential;

    private AzureTokenCredential(com.azure.core.credential.TokenCredential credential) {
        this.credential = Objects.requireNonNull(credential, "credential");
    }

    /** Returns a credential for acs-auth's clients that gets its tokens from this one. */
    public static AzureTokenCredential of(com.azure.core.credential.TokenCredential credential) {
        return new AzureTokenCredential(credential);
    }

    @Override
    public AccessToken getToken(List<String> scopes) {
        AccessTokenInfo token = getTokenInfo(scopes, new TokenRequestOptions());
        return new AccessToken(token.getToken(), token.getExpiresOn());
    }

    @Override
    public AccessTokenInfo getTokenInfo(List<String> scopes, TokenRequestOptions options) {
        // Enabled for every token, as by azure-core's own policy: a token without it may be challenged and cannot be replaced.
        TokenRequestContext context = new TokenRequestContext().setScopes(scopes).setCaeEnabled(true);
        if (options.getClaims() != null) {
            context.setClaims(options.getClaims());
        }
        com.azure.core.credential.AccessToken token = credential.getTokenSync(context);
        if (token == null) {
            throw new IllegalStateException("The credential returned no token.");
        }
        OffsetDateTime refreshAt = token.getRefreshAt();
        return new AccessTokenInfo(
                token.getToken(), token.getExpiresAt().toInstant(), refreshAt == null ? null : refreshAt.toInstant());
    }
}
