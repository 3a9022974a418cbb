package dev.acsauth

import dev.acsauth.internal.ffi.CommunicationIdentifier as Native
import dev.acsauth.internal.ffi.MicrosoftTeamsAppIdentifier as NativeTeamsApp
import dev.acsauth.internal.ffi.MicrosoftTeamsUserIdentifier as NativeTeamsUser
import dev.acsauth.internal.ffi.PhoneNumberIdentifier as NativePhoneNumber
import dev.acsauth.internal.ffi.TeamsExtensionUserIdentifier as NativeTeamsExtensionUser
import dev.acsauth.internal.ffi.identifierFromRawId
import dev.acsauth.internal.ffi.microsoftTeamsAppIdentifier
import dev.acsauth.internal.ffi.microsoftTeamsUserIdentifier
import dev.acsauth.internal.ffi.phoneNumberIdentifier
import dev.acsauth.internal.ffi.teamsExtensionUserIdentifier
import dev.acsauth.internal.native
import dev.acsauth.internal.toNative
import dev.acsauth.internal.toPublic

/** A participant in chats and calls. Identifiers are equal if their raw ids are equal, whatever their kinds. */
sealed class CommunicationIdentifier(
    /** The raw id, which represents the participant in requests. Store it, and parse it again with [fromRawId]. */
    val rawId: String,
    /** The kind of the participant. */
    val kind: CommunicationIdentifierKind,
) {
    override fun equals(other: Any?) = other is CommunicationIdentifier && other.rawId == rawId

    override fun hashCode() = rawId.hashCode()

    override fun toString() = "${javaClass.simpleName}(rawId=$rawId)"

    companion object {
        /** Parses a raw id. Any text is accepted: one of unknown form becomes an [UnknownIdentifier]. */
        @JvmStatic
        fun fromRawId(rawId: String): CommunicationIdentifier = when (val made = native { identifierFromRawId(rawId) }) {
            is Native.CommunicationUser -> toPublic(made.user)
            is Native.PhoneNumber -> PhoneNumberIdentifier(made.phone)
            is Native.MicrosoftTeamsUser -> MicrosoftTeamsUserIdentifier(made.user)
            is Native.MicrosoftTeamsApp -> MicrosoftTeamsAppIdentifier(made.app)
            is Native.TeamsExtensionUser -> TeamsExtensionUserIdentifier(made.user)
            is Native.Unknown -> UnknownIdentifier(made.unknown.rawId)
        }
    }
}

/** A user of ACS. */
class CommunicationUserIdentifier(
    /** The user's raw id, such as "8:acs:…". */
    val id: String,
) : CommunicationIdentifier(id, CommunicationIdentifierKind.COMMUNICATION_USER) {
    override fun toString() = "CommunicationUserIdentifier(id=$id)"
}

/** A phone number. */
class PhoneNumberIdentifier internal constructor(made: NativePhoneNumber) :
    CommunicationIdentifier(made.rawId, CommunicationIdentifierKind.PHONE_NUMBER) {
    /**
     * Creates an identifier from a number in E.164 form, such as "+14255550123". It is not checked, and no plus is added.
     *
     * [rawId] is used instead of "4:" and the number.
     */
    @JvmOverloads
    constructor(phoneNumber: String, rawId: String? = null) : this(native { phoneNumberIdentifier(phoneNumber, rawId) })

    /** The number, with the asserted id if there is one. */
    val phoneNumber: String = made.phoneNumber

    /** Distinguishes calls through the same number: the text after the raw id's last underscore. Null if there is none. */
    val assertedId: String? = made.assertedId

    /** Whether the caller hides the number: the raw id is "4:anonymous". */
    val isAnonymous: Boolean = made.isAnonymous
}

/** A user of Microsoft Teams, or an anonymous visitor to a meeting. */
class MicrosoftTeamsUserIdentifier internal constructor(made: NativeTeamsUser) :
    CommunicationIdentifier(made.rawId, CommunicationIdentifierKind.MICROSOFT_TEAMS_USER) {
    /**
     * Creates an identifier from a user's object id in Entra, or from the id that Teams assigned to a visitor. Nothing is
     * checked.
     *
     * [rawId] is used instead of the one built from the other arguments.
     */
    @JvmOverloads
    constructor(
        userId: String,
        isAnonymous: Boolean = false,
        cloudEnvironment: CommunicationCloudEnvironment = CommunicationCloudEnvironment.PUBLIC,
        rawId: String? = null,
    ) : this(native { microsoftTeamsUserIdentifier(userId, isAnonymous, toNative(cloudEnvironment), rawId) })

    /** The user's object id, or the visitor's id. */
    val userId: String = made.userId

    /** Whether this is a visitor who did not sign in. */
    val isAnonymous: Boolean = made.isAnonymous

    /** The user's cloud. A visitor's raw id names none: it is parsed as the public cloud. */
    val cloudEnvironment: CommunicationCloudEnvironment = toPublic(made.cloud)
}

/** An application of Microsoft Teams, such as a bot. */
class MicrosoftTeamsAppIdentifier internal constructor(made: NativeTeamsApp) :
    CommunicationIdentifier(made.rawId, CommunicationIdentifierKind.MICROSOFT_TEAMS_APP) {
    /**
     * Creates an identifier from the application's id. Nothing is checked.
     *
     * [rawId] is used instead of the one built from the other arguments.
     */
    @JvmOverloads
    constructor(
        appId: String,
        cloudEnvironment: CommunicationCloudEnvironment = CommunicationCloudEnvironment.PUBLIC,
        rawId: String? = null,
    ) : this(native { microsoftTeamsAppIdentifier(appId, toNative(cloudEnvironment), rawId) })

    /** The application's id. */
    val appId: String = made.appId

    /** The application's cloud. */
    val cloudEnvironment: CommunicationCloudEnvironment = toPublic(made.cloud)
}

/** A Teams user who calls through an ACS resource (Teams Phone extensibility). */
class TeamsExtensionUserIdentifier internal constructor(made: NativeTeamsExtensionUser) :
    CommunicationIdentifier(made.rawId, CommunicationIdentifierKind.TEAMS_EXTENSION_USER) {
    /**
     * Creates an identifier from the user's object id in Entra, the tenant and the ACS resource's id. Nothing is checked.
     *
     * [rawId] is used instead of the one built from the other arguments.
     */
    @JvmOverloads
    constructor(
        userId: String,
        tenantId: String,
        resourceId: String,
        cloudEnvironment: CommunicationCloudEnvironment = CommunicationCloudEnvironment.PUBLIC,
        rawId: String? = null,
    ) : this(native { teamsExtensionUserIdentifier(userId, tenantId, resourceId, toNative(cloudEnvironment), rawId) })

    /** The user's object id. */
    val userId: String = made.userId

    /** The user's tenant. */
    val tenantId: String = made.tenantId

    /** The ACS resource's id. */
    val resourceId: String = made.resourceId

    /** The cloud of the user and the resource. */
    val cloudEnvironment: CommunicationCloudEnvironment = toPublic(made.cloud)
}

/** An identifier of a kind that the library doesn't know. */
class UnknownIdentifier(rawId: String) : CommunicationIdentifier(rawId, CommunicationIdentifierKind.UNKNOWN)
