package dev.acsauth.azure;

import com.azure.core.credential.TokenRequestContext;
import dev.acsauth.AccessToken;
import dev.acsauth.TokenCredential;
import java.util.List;
import java.util.Objects;

/** Lets a credential of azure-core, such as those of azure-identity, stand in for an access key. */
public final class AzureTokenCredential implements TokenCredential {
    private final com.azure.core.credential.TokenCredential credential;

    private AzureTokenCredential(com.azure.core.credential.TokenCredential credential) {
        this.credential = Objects.requireNonNull(credential, "credential");
    }

    /** The same credential for this library. */
    public static AzureTokenCredential of(com.azure.core.credential.TokenCredential credential) {
        return new AzureTokenCredential(credential);
    }

    @Override
    public AccessToken getToken(List<String> scopes) {
        com.azure.core.credential.AccessToken token =
                credential.getTokenSync(new TokenRequestContext().setScopes(scopes));
        return new AccessToken(token.getToken(), token.getExpiresAt().toInstant());
    }
}
