package dev.acsauth

import java.time.Instant
import java.util.Objects

/** An access token. It prints without the token. */
class AccessToken(
    /** The token itself. The service doesn't guarantee its format. Don't log it. */
    val token: String,
    /** When it expires, rounded down to seconds. */
    val expiresOn: Instant,
) {
    override fun equals(other: Any?) = other is AccessToken && other.token == token && other.expiresOn == expiresOn

    override fun hashCode() = Objects.hash(token, expiresOn)

    override fun toString() = "AccessToken(expiresOn=$expiresOn)"
}

/** A token that a [TokenCredential] returns. It prints without the token. */
class AccessTokenInfo @JvmOverloads constructor(
    /** The token itself. Don't log it. */
    val token: String,
    /** When it expires. */
    val expiresOn: Instant,
    /** When to renew it. Default: 5 minutes before it expires, or after half its lifetime if that is shorter. */
    val refreshOn: Instant? = null,
) {
    override fun equals(other: Any?) = other is AccessTokenInfo && other.token == token && other.expiresOn == expiresOn &&
        other.refreshOn == refreshOn

    override fun hashCode() = Objects.hash(token, expiresOn, refreshOn)

    override fun toString() = "AccessTokenInfo(expiresOn=$expiresOn, refreshOn=$refreshOn)"
}

/** What a token of a [TokenCredential] must satisfy besides its scopes. */
class TokenRequestOptions @JvmOverloads constructor(
    /** The claims of a challenge from the service, as JSON. Pass them on to Entra, and don't return a cached token. */
    val claims: String? = null,
)

/** An identity with an access token for it. It prints without the token. */
class CommunicationUserToken(
    /** The identity. */
    val user: CommunicationUserIdentifier,
    /** The identity's token. */
    val token: AccessToken,
) {
    override fun equals(other: Any?) = other is CommunicationUserToken && other.user == user && other.token == token

    override fun hashCode() = Objects.hash(user, token)

    override fun toString() = "CommunicationUserToken(user=$user, token=$token)"
}

/** The service's details of an identity. */
class CommunicationUserDetail(
    /** The identity. */
    val user: CommunicationUserIdentifier,
    /** The custom id that the back end assigned; null if there is none. */
    val customId: String?,
    /** When its latest token was issued, rounded down to seconds; null if none was. */
    val lastTokenIssuedAt: Instant?,
) {
    override fun equals(other: Any?) = other is CommunicationUserDetail && other.user == user &&
        other.customId == customId && other.lastTokenIssuedAt == lastTokenIssuedAt

    override fun hashCode() = Objects.hash(user, customId, lastTokenIssuedAt)

    override fun toString() =
        "CommunicationUserDetail(user=$user, customId=$customId, lastTokenIssuedAt=$lastTokenIssuedAt)"
}

/** A principal that may use the resource's Teams Phone extensibility, and the applications it may sign in to. */
class TeamsExtensionAssignment(
    /** The principal's tenant. */
    val tenantId: String,
    /** The principal's object id. */
    val objectId: String,
    /** The type of the principal. */
    val principalType: TeamsExtensionPrincipalType,
    /** The client ids of the applications that a user may sign in to. Empty for resource accounts. */
    val clientIds: List<String>,
) {
    override fun equals(other: Any?) = other is TeamsExtensionAssignment && other.tenantId == tenantId &&
        other.objectId == objectId && other.principalType == principalType && other.clientIds == clientIds

    override fun hashCode() = Objects.hash(tenantId, objectId, principalType, clientIds)

    override fun toString() = "TeamsExtensionAssignment(tenantId=$tenantId, objectId=$objectId, " +
        "principalType=$principalType, clientIds=$clientIds)"
}

/** The type of a Teams Phone extensibility principal. Types that the library doesn't know are passed through unchanged. */
class TeamsExtensionPrincipalType private constructor(private val text: String) {
    override fun equals(other: Any?) = other is TeamsExtensionPrincipalType && other.text == text

    override fun hashCode() = text.hashCode()

    override fun toString() = text

    companion object {
        /** "user": a person. */
        @JvmField val USER = TeamsExtensionPrincipalType("user")

        /** "resourceAccount": a Teams resource account, such as an auto attendant. */
        @JvmField val RESOURCE_ACCOUNT = TeamsExtensionPrincipalType("resourceAccount")

        /** Returns the type with this text. */
        @JvmStatic
        fun fromString(text: String) = TeamsExtensionPrincipalType(text)
    }
}

/** The scope of a token. Scopes that the library doesn't know are passed through unchanged. */
class CommunicationTokenScope private constructor(private val text: String) {
    override fun equals(other: Any?) = other is CommunicationTokenScope && other.text == text

    override fun hashCode() = text.hashCode()

    override fun toString() = text

    companion object {
        /** "chat": full access to chat. */
        @JvmField val CHAT = CommunicationTokenScope("chat")

        /** "chat.join": chat, without creating or deleting threads. */
        @JvmField val CHAT_JOIN = CommunicationTokenScope("chat.join")

        /** "chat.join.limited": like "chat.join", without adding or removing participants. */
        @JvmField val CHAT_JOIN_LIMITED = CommunicationTokenScope("chat.join.limited")

        /** "voip": full access to calling. */
        @JvmField val VOIP = CommunicationTokenScope("voip")

        /** "voip.join": joining calls, without starting any. */
        @JvmField val VOIP_JOIN = CommunicationTokenScope("voip.join")

        /** Returns the scope with this text. */
        @JvmStatic
        fun fromString(text: String) = CommunicationTokenScope(text)

        /** Returns the scopes that the service documents. */
        @JvmStatic
        fun values(): List<CommunicationTokenScope> = listOf(CHAT, CHAT_JOIN, CHAT_JOIN_LIMITED, VOIP, VOIP_JOIN)
    }
}

/** The arguments of the Teams user exchange, as in the official client. It prints without the token. */
class GetTokenForTeamsUserOptions(
    /** The user's Entra token, for the ACS resource with both Teams permissions. */
    val teamsUserAadToken: String,
    /** The client id of the application that the token was issued to. */
    val clientId: String,
    /** The user's object id. */
    val userObjectId: String,
) {
    override fun toString() = "GetTokenForTeamsUserOptions(clientId=$clientId, userObjectId=$userObjectId)"
}
