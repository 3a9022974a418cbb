package dev.acsauth.azure;

import com.azure.communication.common.CommunicationUserIdentifier;
import com.azure.core.credential.AccessToken;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpHeaders;
import dev.acsauth.Header;
import dev.acsauth.azure.models.CommunicationTokenScope;
import dev.acsauth.azure.models.CommunicationUserDetail;
import dev.acsauth.azure.models.CommunicationUserIdentifierAndToken;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Converts values between acs-auth and the Azure SDK. */
final class Conversions {
    private Conversions() {
    }

    static dev.acsauth.CommunicationUserIdentifier user(CommunicationUserIdentifier user) {
        return new dev.acsauth.CommunicationUserIdentifier(Objects.requireNonNull(user, "communicationUser").getId());
    }

    static CommunicationUserIdentifier user(dev.acsauth.CommunicationUserIdentifier user) {
        return new CommunicationUserIdentifier(user.getId());
    }

    static AccessToken token(dev.acsauth.AccessToken token) {
        return new AccessToken(token.getToken(), token.getExpiresOn().atOffset(ZoneOffset.UTC));
    }

    static CommunicationUserIdentifierAndToken userAndToken(dev.acsauth.CommunicationUserToken made) {
        return new CommunicationUserIdentifierAndToken(user(made.getUser()), token(made.getToken()));
    }

    static CommunicationUserDetail detail(dev.acsauth.CommunicationUserDetail known) {
        Instant issued = known.getLastTokenIssuedAt();
        return new CommunicationUserDetail(
                user(known.getUser()), known.getCustomId(), issued == null ? null : issued.atOffset(ZoneOffset.UTC));
    }

    static List<dev.acsauth.CommunicationTokenScope> scopes(Iterable<CommunicationTokenScope> scopes) {
        List<dev.acsauth.CommunicationTokenScope> texts = new ArrayList<>();
        for (CommunicationTokenScope scope : Objects.requireNonNull(scopes, "scopes")) {
            texts.add(dev.acsauth.CommunicationTokenScope.fromString(scope.toString()));
        }
        return texts;
    }

    static HttpHeaders headers(List<Header> headers) {
        HttpHeaders made = new HttpHeaders();
        headers.forEach(header -> made.add(HttpHeaderName.fromString(header.getName()), header.getValue()));
        return made;
    }

    static List<Header> headers(HttpHeaders headers) {
        List<Header> made = new ArrayList<>();
        headers.forEach(header -> header.getValuesList().forEach(value -> made.add(new Header(header.getName(), value))));
        return made;
    }
}
