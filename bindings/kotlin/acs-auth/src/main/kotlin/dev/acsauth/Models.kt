package dev.acsauth

import java.time.Instant
import java.util.Objects

/** An access token. It prints without the token. */
class AccessToken(
    /** The token itself. Its format is not promised by the service. Do not log it. */
    val token: String,
    /** When it stops working, rounded down to seconds. */
    val expiresOn: Instant,
) {
    override fun equals(other: Any?) = other is AccessToken && other.token == token && other.expiresOn == expiresOn

    override fun hashCode() = Objects.hash(token, expiresOn)

    override fun toString() = "AccessToken(expiresOn=$expiresOn)"
}

/** A token of a [TokenCredential]. It prints without the token. */
class AccessTokenInfo @JvmOverloads constructor(
    /** The token itself. Do not log it. */
    val token: String,
    /** When it stops working. */
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
    /** The claims of a challenge of the service, as JSON: to be passed on to Entra, and not to be answered from a cache. */
    val claims: String? = null,
)

/** An identity with an access token for it. It prints without the token. */
class CommunicationUserToken(
    /** The identity. */
    val user: CommunicationUserIdentifier,
    /** Its token. */
    val token: AccessToken,
) {
    override fun equals(other: Any?) = other is CommunicationUserToken && other.user == user && other.token == token

    override fun hashCode() = Objects.hash(user, token)

    override fun toString() = "CommunicationUserToken(user=$user, token=$token)"
}

/** What a token allows. Scopes that the library does not know go through as they are. */
class CommunicationTokenScope private constructor(private val text: String) {
    override fun equals(other: Any?) = other is CommunicationTokenScope && other.text == text

    override fun hashCode() = text.hashCode()

    override fun toString() = text

    companion object {
        /** "chat": chat, fully. */
        @JvmField val CHAT = CommunicationTokenScope("chat")

        /** "chat.join": joins chat threads, and may create none. */
        @JvmField val CHAT_JOIN = CommunicationTokenScope("chat.join")

        /** "chat.join.limited": joins chat threads, and may not add others. */
        @JvmField val CHAT_JOIN_LIMITED = CommunicationTokenScope("chat.join.limited")

        /** "voip": calls. */
        @JvmField val VOIP = CommunicationTokenScope("voip")

        /** "voip.join": joins calls, and may start none. */
        @JvmField val VOIP_JOIN = CommunicationTokenScope("voip.join")

        /** The scope with this text. */
        @JvmStatic
        fun fromString(text: String) = CommunicationTokenScope(text)

        /** The scopes that the service documents. */
        @JvmStatic
        fun values(): List<CommunicationTokenScope> = listOf(CHAT, CHAT_JOIN, CHAT_JOIN_LIMITED, VOIP, VOIP_JOIN)
    }
}

/** What the exchange for a Teams user takes, as the official client takes it. It prints without the token. */
class GetTokenForTeamsUserOptions(
    /** The user's Entra token, for the ACS resource with both Teams permissions. */
    val teamsUserAadToken: String,
    /** The application that it was issued to. */
    val clientId: String,
    /** The user's object id. */
    val userObjectId: String,
) {
    override fun toString() = "GetTokenForTeamsUserOptions(clientId=$clientId, userObjectId=$userObjectId)"
}
