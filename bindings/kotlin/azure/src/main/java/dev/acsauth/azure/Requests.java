package dev.acsauth.azure;

import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpRequest;
import dev.acsauth.AcsAuth;
import dev.acsauth.CommunicationTokenScope;
import dev.acsauth.CommunicationUserIdentifier;
import dev.acsauth.Endpoint;
import dev.acsauth.PreparedRequest;
import dev.acsauth.PreviewApiVersion;
import dev.acsauth.TeamsExtensionPrincipalType;
import java.util.List;

/** The requests that {@code Response.getRequest()} returns: the method and the URL, without query, headers and body. */
final class Requests {
    private static final String PREVIEW = PreviewApiVersion.V2025_03_02_PREVIEW.toString();

    private Requests() {
    }

    static HttpRequest createUser(Endpoint endpoint) {
        return shown(AcsAuth.prepareCreateUser(endpoint, AcsAuth.DEFAULT_API_VERSION));
    }

    static HttpRequest deleteUser(Endpoint endpoint, CommunicationUserIdentifier user) {
        return shown(AcsAuth.prepareDeleteUser(endpoint, user, AcsAuth.DEFAULT_API_VERSION));
    }

    static HttpRequest revokeTokens(Endpoint endpoint, CommunicationUserIdentifier user) {
        return shown(AcsAuth.prepareRevokeTokens(endpoint, user, AcsAuth.DEFAULT_API_VERSION));
    }

    static HttpRequest getToken(Endpoint endpoint, CommunicationUserIdentifier user) {
        return shown(AcsAuth.prepareIssueToken(endpoint, user, List.of(CommunicationTokenScope.CHAT), null, AcsAuth.DEFAULT_API_VERSION));
    }

    /** The arguments would be in the body, which isn't shown, so they can be empty. */
    static HttpRequest getTokenForTeamsUser(Endpoint endpoint) {
        return shown(AcsAuth.prepareExchangeTeamsUser(endpoint, "", "", "", AcsAuth.DEFAULT_API_VERSION));
    }

    static HttpRequest getTokenForTeamsExtensionUser(Endpoint endpoint) {
        return shown(AcsAuth.prepareExchangeTeamsExtension(endpoint, "", AcsAuth.TEAMS_EXTENSION_API_VERSION));
    }

    static HttpRequest getTokenForEntraUser(Endpoint endpoint) {
        return shown(AcsAuth.prepareExchangeEntraUser(endpoint, "", PREVIEW));
    }

    static HttpRequest putTeamsExtensionAssignment(Endpoint endpoint, String tenantId, String objectId) {
        return shown(AcsAuth.preparePutTeamsExtensionAssignment(
                endpoint, tenantId, objectId, TeamsExtensionPrincipalType.USER, List.of(), AcsAuth.TEAMS_EXTENSION_API_VERSION));
    }

    static HttpRequest getTeamsExtensionAssignment(Endpoint endpoint, String tenantId, String objectId) {
        return shown(AcsAuth.prepareGetTeamsExtensionAssignment(endpoint, tenantId, objectId, AcsAuth.TEAMS_EXTENSION_API_VERSION));
    }

    static HttpRequest deleteTeamsExtensionAssignment(Endpoint endpoint, String tenantId, String objectId) {
        return shown(AcsAuth.prepareDeleteTeamsExtensionAssignment(endpoint, tenantId, objectId, AcsAuth.TEAMS_EXTENSION_API_VERSION));
    }

    static HttpRequest getUserDetail(Endpoint endpoint, CommunicationUserIdentifier user) {
        return shown(AcsAuth.prepareGetUserDetail(endpoint, user, PREVIEW));
    }

    private static HttpRequest shown(PreparedRequest request) {
        return new HttpRequest(HttpMethod.valueOf(request.getMethod().name()), request.getUrl().replaceFirst("\\?.*", ""));
    }
}
