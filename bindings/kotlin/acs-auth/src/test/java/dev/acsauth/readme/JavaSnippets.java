package dev.acsauth.readme;

import dev.acsauth.AccessToken;
import dev.acsauth.AcsAuthException;
import dev.acsauth.CallResult;
import dev.acsauth.CommunicationIdentityAsyncClient;
import dev.acsauth.CommunicationIdentityClient;
import dev.acsauth.CommunicationIdentityClientBuilder;
import dev.acsauth.CommunicationTokenCredential;
import dev.acsauth.CommunicationTokenCredentialBuilder;
import dev.acsauth.CommunicationTokenScope;
import dev.acsauth.CommunicationUserIdentifier;
import dev.acsauth.GetTokenForTeamsUserOptions;
import dev.acsauth.ThrottledException;
import dev.acsauth.Transport;
import dev.acsauth.TransportResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The snippets of README.md. ReadmeTest compares them with the page and runs them. */
public final class JavaSnippets {
    private JavaSnippets() {}

    public static AccessToken exchange(String connectionString, String teamsToken, String clientId, String userObjectId) {
        try (CommunicationIdentityClient client =
                new CommunicationIdentityClientBuilder().connectionString(connectionString).buildClient()) {
            return client.getTokenForTeamsUser(new GetTokenForTeamsUserOptions(teamsToken, clientId, userObjectId));
        }
    }

    public static CompletableFuture<String> identities(CommunicationIdentityAsyncClient client) {
        return client.createUser()
                .thenCompose(user -> client.getToken(user, List.of(CommunicationTokenScope.VOIP), Duration.ofHours(1)))
                .thenApply(token -> "valid until " + token.getExpiresOn());
    }

    public static AccessToken userCredential(CommunicationIdentityClient client, CommunicationUserIdentifier user) {
        try (CommunicationTokenCredential credential = new CommunicationTokenCredentialBuilder()
                .refresher(() -> client.getToken(user, List.of(CommunicationTokenScope.CHAT)))
                .refreshProactively(true)
                .build()) {
            return credential.getToken();
        }
    }

    public static CallResult<CommunicationUserIdentifier> faked() {
        Transport fake = request -> new TransportResponse(
                201, List.of(), "{\"identity\":{\"id\":\"8:acs:1_2\"}}".getBytes(StandardCharsets.UTF_8));
        try (CommunicationIdentityClient client = new CommunicationIdentityClientBuilder()
                .connectionString("endpoint=https://contoso.example;accesskey=c2VjcmV0").transport(fake).buildClient()) {
            return client.createUserWithResponse();
        }
    }

    public static String failures(CommunicationIdentityClient client, CommunicationUserIdentifier user) {
        try {
            client.revokeTokens(user);
            return "done";
        } catch (ThrottledException failure) {
            return "wait " + failure.getRetryAfter();
        } catch (AcsAuthException failure) {
            return failure.getKind() + ": " + failure.getReason();
        }
    }
}
