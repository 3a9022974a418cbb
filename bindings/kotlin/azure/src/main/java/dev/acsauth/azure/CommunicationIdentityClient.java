package dev.acsauth.azure;

import com.azure.communication.common.CommunicationUserIdentifier;
import com.azure.core.annotation.ReturnType;
import com.azure.core.annotation.ServiceClient;
import com.azure.core.annotation.ServiceMethod;
import com.azure.core.credential.AccessToken;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.rest.Response;
import com.azure.core.util.Context;
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
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A client of the ACS Identity service with the operations and types of the official one, blocking the calling thread. Every call
 * ends by its deadline, 10 s unless {@code customize(builder -> builder.timeout(…))} sets another. Any threads may use it at once.
 *
 * <p>A call throws {@link dev.acsauth.azure.models.IdentityErrorResponseException} if the service returned an error,
 * {@link IllegalArgumentException} if an argument is invalid, and {@link java.io.UncheckedIOException} if there was no usable
 * response. Operations marked as preview need {@code customize(builder -> builder.preview(…))}.
 */
@ServiceClient(builder = CommunicationIdentityClientBuilder.class)
public final class CommunicationIdentityClient implements AutoCloseable {
    private final dev.acsauth.CommunicationIdentityClient client;
    private final LiveKey key;
    /** A copy: a response's {@code getRequest} needs it even after the client is closed. */
    private final Endpoint endpoint;

    CommunicationIdentityClient(dev.acsauth.CommunicationIdentityClient client, LiveKey key) {
        this.client = client;
        this.key = key;
        this.endpoint = client.getEndpoint();
    }

    /** Creates an identity. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public CommunicationUserIdentifier createUser() {
        return createUserWithResponse(Context.NONE).getValue();
    }

    /** Creates an identity; the result also has the response. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Response<CommunicationUserIdentifier> createUserWithResponse(Context context) {
        return call(
                context,
                () -> Requests.createUser(endpoint),
                options -> Conversions.user(client.createUser(options)));
    }

    /** Creates an identity and issues a first token for it, valid for {@code tokenExpiresIn}: 1 to 24 hours; null means 24 hours. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public CommunicationUserIdentifierAndToken createUserAndToken(
            Iterable<CommunicationTokenScope> scopes, Duration tokenExpiresIn) {
        return createUserAndTokenWithResponse(scopes, tokenExpiresIn, Context.NONE).getValue();
    }

    /** Creates an identity and issues a first token for it; the result also has the response. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Response<CommunicationUserIdentifierAndToken> createUserAndTokenWithResponse(
            Iterable<CommunicationTokenScope> scopes, Duration tokenExpiresIn, Context context) {
        return call(
                context,
                () -> Requests.createUser(endpoint),
                options -> Conversions.userAndToken(
                        client.createUserAndToken(Conversions.scopes(scopes), tokenExpiresIn, options)));
    }

    /** Creates an identity and issues a first token for it, valid for 24 hours. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public CommunicationUserIdentifierAndToken createUserAndToken(Iterable<CommunicationTokenScope> scopes) {
        return createUserAndTokenWithResponse(scopes, null, Context.NONE).getValue();
    }

    /** Creates an identity and issues a first token for it; the result also has the response. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Response<CommunicationUserIdentifierAndToken> createUserAndTokenWithResponse(
            Iterable<CommunicationTokenScope> scopes, Context context) {
        return createUserAndTokenWithResponse(scopes, null, context);
    }

    /** Deletes an identity and revokes its tokens. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public void deleteUser(CommunicationUserIdentifier communicationUser) {
        deleteUserWithResponse(communicationUser, Context.NONE);
    }

    /** Deletes an identity and revokes its tokens; the result also has the response. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Response<Void> deleteUserWithResponse(CommunicationUserIdentifier communicationUser, Context context) {
        return call(
                context,
                () -> Requests.deleteUser(endpoint, Conversions.user(communicationUser)),
                options -> {
                    client.deleteUser(Conversions.user(communicationUser), options);
                    return null;
                });
    }

    /** Revokes all tokens of an identity. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public void revokeTokens(CommunicationUserIdentifier communicationUser) {
        revokeTokensWithResponse(communicationUser, Context.NONE);
    }

    /** Revokes all tokens of an identity; the result also has the response. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Response<Void> revokeTokensWithResponse(CommunicationUserIdentifier communicationUser, Context context) {
        return call(
                context,
                () -> Requests.revokeTokens(endpoint, Conversions.user(communicationUser)),
                options -> {
                    client.revokeTokens(Conversions.user(communicationUser), options);
                    return null;
                });
    }

    /** Issues a token for an identity, valid for {@code tokenExpiresIn}: 1 to 24 hours; null means 24 hours. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public AccessToken getToken(
            CommunicationUserIdentifier communicationUser, Iterable<CommunicationTokenScope> scopes, Duration tokenExpiresIn) {
        return getTokenWithResponse(communicationUser, scopes, tokenExpiresIn, Context.NONE).getValue();
    }

    /** Issues a token for an identity; the result also has the response. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Response<AccessToken> getTokenWithResponse(
            CommunicationUserIdentifier communicationUser, Iterable<CommunicationTokenScope> scopes, Duration tokenExpiresIn, Context context) {
        return call(
                context,
                () -> Requests.getToken(endpoint, Conversions.user(communicationUser)),
                options -> Conversions.token(client.getToken(
                        Conversions.user(communicationUser), Conversions.scopes(scopes), tokenExpiresIn, options)));
    }

    /** Issues a token for an identity, valid for 24 hours. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public AccessToken getToken(CommunicationUserIdentifier communicationUser, Iterable<CommunicationTokenScope> scopes) {
        return getTokenWithResponse(communicationUser, scopes, null, Context.NONE).getValue();
    }

    /** Issues a token for an identity; the result also has the response. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Response<AccessToken> getTokenWithResponse(
            CommunicationUserIdentifier communicationUser, Iterable<CommunicationTokenScope> scopes, Context context) {
        return getTokenWithResponse(communicationUser, scopes, null, context);
    }

    /** Exchanges a Microsoft 365 user's Entra token for an ACS token of that Teams user. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public AccessToken getTokenForTeamsUser(GetTokenForTeamsUserOptions options) {
        return getTokenForTeamsUserWithResponse(options, Context.NONE).getValue();
    }

    /** Exchanges a Microsoft 365 user's Entra token for an ACS token of that Teams user; the result also has the response. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Response<AccessToken> getTokenForTeamsUserWithResponse(GetTokenForTeamsUserOptions options, Context context) {
        return call(
                context,
                () -> Requests.getTokenForTeamsUser(endpoint),
                call -> Conversions.token(client.getTokenForTeamsUser(
                        options.getTeamsUserAadToken(), options.getClientId(), options.getUserObjectId(), call)));
    }

    /**
     * Exchanges an Entra user's token with the permission TeamsExtension.ManageCalls for the ACS identity and token of Teams Phone
     * extensibility.
     */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public CommunicationUserIdentifierAndToken getTokenForTeamsExtensionUser(String entraToken) {
        return getTokenForTeamsExtensionUserWithResponse(entraToken, Context.NONE).getValue();
    }

    /** Like {@link #getTokenForTeamsExtensionUser}; the result also has the response. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Response<CommunicationUserIdentifierAndToken> getTokenForTeamsExtensionUserWithResponse(
            String entraToken, Context context) {
        return call(
                context,
                () -> Requests.getTokenForTeamsExtensionUser(endpoint),
                options -> Conversions.userAndToken(client.getTokenForTeamsExtensionUser(entraToken, options)));
    }

    /**
     * Assigns a principal to this resource's Teams Phone extensibility, or replaces its assignment.
     * The client ids are those of the applications that a user may sign in to; pass none for a resource account.
     */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public TeamsExtensionAssignment putTeamsExtensionAssignment(
            String tenantId, String objectId, TeamsExtensionPrincipalType principalType, Iterable<String> clientIds) {
        return putTeamsExtensionAssignmentWithResponse(tenantId, objectId, principalType, clientIds, Context.NONE).getValue();
    }

    /** Like {@link #putTeamsExtensionAssignment}; the result also has the response. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Response<TeamsExtensionAssignment> putTeamsExtensionAssignmentWithResponse(
            String tenantId, String objectId, TeamsExtensionPrincipalType principalType, Iterable<String> clientIds, Context context) {
        return call(
                context,
                () -> Requests.putTeamsExtensionAssignment(endpoint, tenantId, objectId),
                options -> client.putTeamsExtensionAssignment(tenantId, objectId, principalType, clientIds, options));
    }

    /** Reads a principal's assignment. If it has none, the call fails with the status 404. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public TeamsExtensionAssignment getTeamsExtensionAssignment(String tenantId, String objectId) {
        return getTeamsExtensionAssignmentWithResponse(tenantId, objectId, Context.NONE).getValue();
    }

    /** Like {@link #getTeamsExtensionAssignment}; the result also has the response. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Response<TeamsExtensionAssignment> getTeamsExtensionAssignmentWithResponse(
            String tenantId, String objectId, Context context) {
        return call(
                context,
                () -> Requests.getTeamsExtensionAssignment(endpoint, tenantId, objectId),
                options -> client.getTeamsExtensionAssignment(tenantId, objectId, options));
    }

    /** Deletes a principal's assignment, which revokes the tokens issued because of it. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public void deleteTeamsExtensionAssignment(String tenantId, String objectId) {
        deleteTeamsExtensionAssignmentWithResponse(tenantId, objectId, Context.NONE);
    }

    /** Like {@link #deleteTeamsExtensionAssignment}; the result also has the response. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Response<Void> deleteTeamsExtensionAssignmentWithResponse(String tenantId, String objectId, Context context) {
        return call(
                context,
                () -> Requests.deleteTeamsExtensionAssignment(endpoint, tenantId, objectId),
                options -> {
                    client.deleteTeamsExtensionAssignment(tenantId, objectId, options);
                    return null;
                });
    }

    /** Exchanges the token of an Entra user, who needs no Teams licence. Preview. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public CommunicationUserIdentifierAndToken getTokenForEntraUser(String entraToken) {
        return getTokenForEntraUserWithResponse(entraToken, Context.NONE).getValue();
    }

    /** Like {@link #getTokenForEntraUser}; the result also has the response. Preview. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Response<CommunicationUserIdentifierAndToken> getTokenForEntraUserWithResponse(
            String entraToken, Context context) {
        return call(
                context,
                () -> Requests.getTokenForEntraUser(endpoint),
                options -> Conversions.userAndToken(client.getTokenForEntraUser(entraToken, options)));
    }

    /** Creates an identity with a custom id, your own name for it, or returns the one that already has it. Preview. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public CommunicationUserIdentifier createUserWithCustomId(String customId) {
        return createUserWithCustomIdWithResponse(customId, Context.NONE).getValue();
    }

    /** Like {@link #createUserWithCustomId}; the result also has the response. Preview. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Response<CommunicationUserIdentifier> createUserWithCustomIdWithResponse(String customId, Context context) {
        return call(
                context,
                () -> Requests.createUser(endpoint),
                options -> Conversions.user(client.createUserWithCustomId(customId, options)));
    }

    /** Creates an identity with a custom id, or finds the one that already has it, and issues a token for it. Preview. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public CommunicationUserIdentifierAndToken createUserAndTokenWithCustomId(
            String customId, Iterable<CommunicationTokenScope> scopes, Duration tokenExpiresIn) {
        return createUserAndTokenWithCustomIdWithResponse(customId, scopes, tokenExpiresIn, Context.NONE).getValue();
    }

    /** Like {@link #createUserAndTokenWithCustomId}; the result also has the response. Preview. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Response<CommunicationUserIdentifierAndToken> createUserAndTokenWithCustomIdWithResponse(
            String customId, Iterable<CommunicationTokenScope> scopes, Duration tokenExpiresIn, Context context) {
        return call(
                context,
                () -> Requests.createUser(endpoint),
                options -> Conversions.userAndToken(client.createUserAndTokenWithCustomId(customId, Conversions.scopes(scopes), tokenExpiresIn, options)));
    }

    /** Returns the service's details of an identity. Preview. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public CommunicationUserDetail getUserDetail(CommunicationUserIdentifier communicationUser) {
        return getUserDetailWithResponse(communicationUser, Context.NONE).getValue();
    }

    /** Like {@link #getUserDetail}; the result also has the response. Preview. */
    @ServiceMethod(returns = ReturnType.SINGLE)
    public Response<CommunicationUserDetail> getUserDetailWithResponse(
            CommunicationUserIdentifier communicationUser, Context context) {
        return call(
                context,
                () -> Requests.getUserDetail(endpoint, Conversions.user(communicationUser)),
                options -> Conversions.detail(client.getUserDetail(Conversions.user(communicationUser), options)));
    }

    private <T> Response<T> call(Context context, Supplier<HttpRequest> request, Function<CallOptions, T> operation) {
        Call call = new Call(context, request);
        try {
            key.refresh(client::updateAccessKey);
            return call.answered(operation.apply(call.options()));
        } catch (AcsAuthException failure) {
            throw call.failed(failure);
        }
    }

    /** Frees its resources, which otherwise happens on garbage collection. Later calls throw {@link IllegalStateException}. */
    @Override
    public void close() {
        client.close();
    }
}
