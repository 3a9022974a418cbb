package dev.acsauth.azure;

import com.azure.communication.common.CommunicationUserIdentifier;
import com.azure.core.annotation.ReturnType;
import com.azure.core.annotation.ServiceClient;
import com.azure.core.annotation.ServiceMethod;
import com.azure.core.credential.AccessToken;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.rest.Response;
import com.azure.core.util.FluxUtil;
import dev.acsauth.AcsAuthException;
import dev.acsauth.CallOptions;
import dev.acsauth.Endpoint;
import dev.acsauth.TeamsExtensionAssignment;
import dev.acsauth.TeamsExtensionPrincipalType;
import dev.acsauth.azure.models.CommunicationTokenScope;
import dev.acsauth.azure.models.CommunicationUserDetail;
import dev.acsauth.azure.models.CommunicationUserIdentifierAndToken;
import dev.acsauth.azure.models.GetTokenForTeamsUserOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * A client of the ACS Identity service with the operations and types of the official one. Each subscription makes a call, and
 * cancelling it cancels the call. Every call ends by its deadline, 10 s unless {@code customize(builder -> builder.timeout(…))}
 * sets another.
 *
 * <p>A call fails with {@link dev.acsauth.azure.models.IdentityErrorResponseException} if the service returned an error, with
 * {@link IllegalArgumentException} if an argument is invalid, and with {@link java.io.UncheckedIOException} if there was no usable
 * response. Operations marked as preview need {@code customize(builder -> builder.preview(…))}.
 */
@ServiceClient(builder = CommunicationIdentityClientBuilder.class, isAsync = true)
public final class CommunicationIdentityAsyncClient implements AutoCloseable {
    private final dev.acsauth.CommunicationIdentityAsyncClient client;
    private final LiveKey key;
    /** A copy: a response's {@code getRequest} needs it even after the client is closed. */
    private final Endpoint endpoint;

    CommunicationIdentityAsyncClient(dev.acsauth.CommunicationIdentityAsyncClient client, LiveKey key) {
        this.client = client;
        this.key = key;
        this.endpoint = client.getEndpoint();
    }

    /** Creates an identity. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Mono<CommunicationUserIdentifier> createUser() {
        return createUserWithResponse().map(Response::getValue);
    }

    /** Creates an identity; the result also has the response. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Mono<Response<CommunicationUserIdentifier>> createUserWithResponse() {
        return call(
                () -> Requests.createUser(endpoint),
                options -> client.createUser(options),
                Conversions::user);
    }

    /** Creates an identity and issues a first token for it, valid for {@code tokenExpiresIn}: 1 to 24 hours; null means 24 hours. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Mono<CommunicationUserIdentifierAndToken> createUserAndToken(
            Iterable<CommunicationTokenScope> scopes, Duration tokenExpiresIn) {
        return createUserAndTokenWithResponse(scopes, tokenExpiresIn).map(Response::getValue);
    }

    /** Creates an identity and issues a first token for it; the result also has the response. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Mono<Response<CommunicationUserIdentifierAndToken>> createUserAndTokenWithResponse(
            Iterable<CommunicationTokenScope> scopes, Duration tokenExpiresIn) {
        return call(
                () -> Requests.createUser(endpoint),
                options -> client.createUserAndToken(Conversions.scopes(scopes), tokenExpiresIn, options),
                Conversions::userAndToken);
    }

    /** Creates an identity and issues a first token for it, valid for 24 hours. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Mono<CommunicationUserIdentifierAndToken> createUserAndToken(Iterable<CommunicationTokenScope> scopes) {
        return createUserAndTokenWithResponse(scopes, null).map(Response::getValue);
    }

    /** Creates an identity and issues a first token for it; the result also has the response. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Mono<Response<CommunicationUserIdentifierAndToken>> createUserAndTokenWithResponse(
            Iterable<CommunicationTokenScope> scopes) {
        return createUserAndTokenWithResponse(scopes, null);
    }

    /** Deletes an identity and revokes its tokens. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Mono<Void> deleteUser(CommunicationUserIdentifier communicationUser) {
        return deleteUserWithResponse(communicationUser).then();
    }

    /** Deletes an identity and revokes its tokens; the result also has the response. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Mono<Response<Void>> deleteUserWithResponse(CommunicationUserIdentifier communicationUser) {
        return call(
                () -> Requests.deleteUser(endpoint, Conversions.user(communicationUser)),
                options -> client.deleteUser(Conversions.user(communicationUser), options),
                nothing -> null);
    }

    /** Revokes all tokens of an identity. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Mono<Void> revokeTokens(CommunicationUserIdentifier communicationUser) {
        return revokeTokensWithResponse(communicationUser).then();
    }

    /** Revokes all tokens of an identity; the result also has the response. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Mono<Response<Void>> revokeTokensWithResponse(CommunicationUserIdentifier communicationUser) {
        return call(
                () -> Requests.revokeTokens(endpoint, Conversions.user(communicationUser)),
                options -> client.revokeTokens(Conversions.user(communicationUser), options),
                nothing -> null);
    }

    /** Issues a token for an identity, valid for {@code tokenExpiresIn}: 1 to 24 hours; null means 24 hours. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Mono<AccessToken> getToken(
            CommunicationUserIdentifier communicationUser, Iterable<CommunicationTokenScope> scopes, Duration tokenExpiresIn) {
        return getTokenWithResponse(communicationUser, scopes, tokenExpiresIn).map(Response::getValue);
    }

    /** Issues a token for an identity; the result also has the response. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Mono<Response<AccessToken>> getTokenWithResponse(
            CommunicationUserIdentifier communicationUser, Iterable<CommunicationTokenScope> scopes, Duration tokenExpiresIn) {
        return call(
                () -> Requests.getToken(endpoint, Conversions.user(communicationUser)),
                options -> client.getToken(
                        Conversions.user(communicationUser), Conversions.scopes(scopes), tokenExpiresIn, options),
                Conversions::token);
    }

    /** Issues a token for an identity, valid for 24 hours. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Mono<AccessToken> getToken(
            CommunicationUserIdentifier communicationUser, Iterable<CommunicationTokenScope> scopes) {
        return getTokenWithResponse(communicationUser, scopes, null).map(Response::getValue);
    }

    /** Issues a token for an identity; the result also has the response. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Mono<Response<AccessToken>> getTokenWithResponse(
            CommunicationUserIdentifier communicationUser, Iterable<CommunicationTokenScope> scopes) {
        return getTokenWithResponse(communicationUser, scopes, null);
    }

    /** Exchanges a Microsoft 365 user's Entra token for an ACS token of that Teams user. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Mono<AccessToken> getTokenForTeamsUser(GetTokenForTeamsUserOptions options) {
        return getTokenForTeamsUserWithResponse(options).map(Response::getValue);
    }

    /** Exchanges a Microsoft 365 user's Entra token for an ACS token of that Teams user; the result also has the response. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Mono<Response<AccessToken>> getTokenForTeamsUserWithResponse(GetTokenForTeamsUserOptions options) {
        return call(
                () -> Requests.getTokenForTeamsUser(endpoint),
                call -> client.getTokenForTeamsUser(
                        options.getTeamsUserAadToken(), options.getClientId(), options.getUserObjectId(), call),
                Conversions::token);
    }

    /**
     * Exchanges an Entra user's token with the permission TeamsExtension.ManageCalls for the ACS identity and token of Teams Phone
     * extensibility.
     */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Mono<CommunicationUserIdentifierAndToken> getTokenForTeamsExtensionUser(String entraToken) {
        return getTokenForTeamsExtensionUserWithResponse(entraToken).map(Response::getValue);
    }

    /** Like {@link #getTokenForTeamsExtensionUser}; the result also has the response. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Mono<Response<CommunicationUserIdentifierAndToken>> getTokenForTeamsExtensionUserWithResponse(String entraToken) {
        return call(
                () -> Requests.getTokenForTeamsExtensionUser(endpoint),
                options -> client.getTokenForTeamsExtensionUser(entraToken, options),
                Conversions::userAndToken);
    }

    /**
     * Assigns a principal to this resource's Teams Phone extensibility, or replaces its assignment.
     * The client ids are those of the applications that a user may sign in to; pass none for a resource account.
     */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Mono<TeamsExtensionAssignment> putTeamsExtensionAssignment(
            String tenantId, String objectId, TeamsExtensionPrincipalType principalType, Iterable<String> clientIds) {
        return putTeamsExtensionAssignmentWithResponse(tenantId, objectId, principalType, clientIds).map(Response::getValue);
    }

    /** Like {@link #putTeamsExtensionAssignment}; the result also has the response. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Mono<Response<TeamsExtensionAssignment>> putTeamsExtensionAssignmentWithResponse(
            String tenantId, String objectId, TeamsExtensionPrincipalType principalType, Iterable<String> clientIds) {
        return call(
                () -> Requests.putTeamsExtensionAssignment(endpoint, tenantId, objectId),
                options -> client.putTeamsExtensionAssignment(tenantId, objectId, principalType, clientIds, options),
                result -> result);
    }

    /** Reads a principal's assignment. If it has none, the call fails with the status 404. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Mono<TeamsExtensionAssignment> getTeamsExtensionAssignment(String tenantId, String objectId) {
        return getTeamsExtensionAssignmentWithResponse(tenantId, objectId).map(Response::getValue);
    }

    /** Like {@link #getTeamsExtensionAssignment}; the result also has the response. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Mono<Response<TeamsExtensionAssignment>> getTeamsExtensionAssignmentWithResponse(
            String tenantId, String objectId) {
        return call(
                () -> Requests.getTeamsExtensionAssignment(endpoint, tenantId, objectId),
                options -> client.getTeamsExtensionAssignment(tenantId, objectId, options),
                result -> result);
    }

    /** Deletes a principal's assignment, which revokes the tokens issued because of it. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Mono<Void> deleteTeamsExtensionAssignment(String tenantId, String objectId) {
        return deleteTeamsExtensionAssignmentWithResponse(tenantId, objectId).then();
    }

    /** Like {@link #deleteTeamsExtensionAssignment}; the result also has the response. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Mono<Response<Void>> deleteTeamsExtensionAssignmentWithResponse(String tenantId, String objectId) {
        return call(
                () -> Requests.deleteTeamsExtensionAssignment(endpoint, tenantId, objectId),
                options -> client.deleteTeamsExtensionAssignment(tenantId, objectId, options),
                nothing -> null);
    }

    /** Exchanges the token of an Entra user, who needs no Teams licence. Preview. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Mono<CommunicationUserIdentifierAndToken> getTokenForEntraUser(String entraToken) {
        return getTokenForEntraUserWithResponse(entraToken).map(Response::getValue);
    }

    /** Like {@link #getTokenForEntraUser}; the result also has the response. Preview. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Mono<Response<CommunicationUserIdentifierAndToken>> getTokenForEntraUserWithResponse(String entraToken) {
        return call(
                () -> Requests.getTokenForEntraUser(endpoint),
                options -> client.getTokenForEntraUser(entraToken, options),
                Conversions::userAndToken);
    }

    /** Creates an identity with a custom id, your own name for it, or returns the one that already has it. Preview. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Mono<CommunicationUserIdentifier> createUserWithCustomId(String customId) {
        return createUserWithCustomIdWithResponse(customId).map(Response::getValue);
    }

    /** Like {@link #createUserWithCustomId}; the result also has the response. Preview. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Mono<Response<CommunicationUserIdentifier>> createUserWithCustomIdWithResponse(String customId) {
        return call(
                () -> Requests.createUser(endpoint),
                options -> client.createUserWithCustomId(customId, options),
                Conversions::user);
    }

    /** Creates an identity with a custom id, or finds the one that already has it, and issues a token for it. Preview. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Mono<CommunicationUserIdentifierAndToken> createUserAndTokenWithCustomId(
            String customId, Iterable<CommunicationTokenScope> scopes, Duration tokenExpiresIn) {
        return createUserAndTokenWithCustomIdWithResponse(customId, scopes, tokenExpiresIn).map(Response::getValue);
    }

    /** Like {@link #createUserAndTokenWithCustomId}; the result also has the response. Preview. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Mono<Response<CommunicationUserIdentifierAndToken>> createUserAndTokenWithCustomIdWithResponse(
            String customId, Iterable<CommunicationTokenScope> scopes, Duration tokenExpiresIn) {
        return call(
                () -> Requests.createUser(endpoint),
                options -> client.createUserAndTokenWithCustomId(customId, Conversions.scopes(scopes), tokenExpiresIn, options),
                Conversions::userAndToken);
    }

    /** Returns the service's details of an identity. Preview. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Mono<CommunicationUserDetail> getUserDetail(CommunicationUserIdentifier communicationUser) {
        return getUserDetailWithResponse(communicationUser).map(Response::getValue);
    }

    /** Like {@link #getUserDetail}; the result also has the response. Preview. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Mono<Response<CommunicationUserDetail>> getUserDetailWithResponse(CommunicationUserIdentifier communicationUser) {
        return call(
                () -> Requests.getUserDetail(endpoint, Conversions.user(communicationUser)),
                options -> client.getUserDetail(Conversions.user(communicationUser), options),
                Conversions::detail);
    }

    private <R, T> Mono<Response<T>> call(
            Supplier<HttpRequest> request, Function<CallOptions, CompletableFuture<R>> operation, Function<R, T> conversion) {
        return FluxUtil.withContext(context -> {
            Call call = new Call(context, request);
            return Mono.fromFuture(() -> {
                        key.refresh(client::updateAccessKey);
                        return operation.apply(call.options());
                    })
                    .map(result -> call.answered(conversion.apply(result)))
                    // An operation without a result.
                    .switchIfEmpty(Mono.fromSupplier(() -> call.answered(null)))
                    .onErrorMap(AcsAuthException.class, call::failed);
        });
    }

    /** Frees its resources, which otherwise happens on garbage collection. Later calls fail with {@link IllegalStateException}. */
    @Override
    public void close() {
        client.close();
    }
}
