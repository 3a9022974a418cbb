package dev.acsauth.azure;

import com.azure.communication.common.CommunicationTokenCredential;
import com.azure.communication.common.CommunicationTokenRefreshOptions;
import dev.acsauth.AccessToken;
import dev.acsauth.AcsAuth;
import dev.acsauth.CommunicationTokenCredentialBuilder;
import dev.acsauth.Expectations;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * Adapts a user's credential of acs-auth for official packages, such as azure-communication-chat, that take one of
 * azure-communication-common. It also builds a credential of acs-auth from the official options.
 */
public final class AzureCommunicationTokenCredential {
    /** The assumed lifetime of a token without a readable expiry. */
    private static final Duration UNREADABLE_LIFETIME = Duration.ofMinutes(10);

    /** acs-auth gives up a renewal after the same time. */
    private static final Duration RENEWAL = Duration.ofSeconds(60);

    private AzureCommunicationTokenCredential() {
    }

    /**
     * Returns an official credential with acs-auth's as its refresher: acs-auth renews the token, also proactively, and retries a
     * failed renewal. The official class caches a token until it expires, and reads the expiry from it, so tokens must be JWTs.
     * Closing the official credential leaves acs-auth's open. Once acs-auth's is closed, the official one gets no further token.
     */
    public static CommunicationTokenCredential of(dev.acsauth.CommunicationTokenCredential credential) {
        Objects.requireNonNull(credential, "credential");
        return new CommunicationTokenCredential(new CommunicationTokenRefreshOptions(
                () -> Mono.fromFuture(credential::getTokenAsync).map(AccessToken::getToken), false));
    }

    /**
     * Returns a builder with the refresher, the initial token and {@code refreshProactively} of these options. The expiry of tokens
     * is read from them without verifying them; 10 minutes from now if a token has none.
     */
    public static CommunicationTokenCredentialBuilder builder(CommunicationTokenRefreshOptions options) {
        Supplier<String> waiting = options.getTokenRefresherSync();
        Supplier<Mono<String>> refresher = options.getTokenRefresher();
        CommunicationTokenCredentialBuilder builder = new CommunicationTokenCredentialBuilder()
                .refresher(() -> read(waiting != null ? waiting.get() : refresher.get().block(RENEWAL)))
                .refreshProactively(options.isRefreshProactively());
        return options.getInitialToken() == null ? builder : builder.token(options.getInitialToken());
    }

    private static AccessToken read(String token) {
        Long expiresAt = AcsAuth.inspect(token, Expectations.teamsUser()).getClaims().getExpiresAt();
        return new AccessToken(token, expiresAt == null ? Instant.now().plus(UNREADABLE_LIFETIME) : Instant.ofEpochSecond(expiresAt));
    }
}
