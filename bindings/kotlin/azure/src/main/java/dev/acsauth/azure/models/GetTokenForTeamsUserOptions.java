package dev.acsauth.azure.models;

/** The arguments of the Teams user exchange. It prints without the token. */
public final class GetTokenForTeamsUserOptions {
    private final String teamsUserAadToken;
    private final String clientId;
    private final String userObjectId;

    /**
     * Creates the arguments of an exchange.
     *
     * @param teamsUserAadToken the user's Entra token, for the ACS resource with both Teams permissions
     * @param clientId the client id of the application that the token was issued to
     * @param userObjectId the user's object id
     */
    public GetTokenForTeamsUserOptions(String teamsUserAadToken, String clientId, String userObjectId) {
        this.teamsUserAadToken = teamsUserAadToken;
        this.clientId = clientId;
        this.userObjectId = userObjectId;
    }

    /** The user's Entra token. Don't log it. */
    public String getTeamsUserAadToken() {
        return teamsUserAadToken;
    }

    /** The client id of the application that the token was issued to. */
    public String getClientId() {
        return clientId;
    }

    /** The user's object id. */
    public String getUserObjectId() {
        return userObjectId;
    }

    @Override
    public String toString() {
        return "GetTokenForTeamsUserOptions(clientId=" + clientId + ", userObjectId=" + userObjectId + ")";
    }
}
