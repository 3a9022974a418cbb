package dev.acsauth;

/**
 * The kind of an identifier. Don't rely on {@link #UNKNOWN}, since a later version may have a name for such a kind: compare raw ids
 * instead.
 */
public enum CommunicationIdentifierKind {
    /** A user of ACS. */
    COMMUNICATION_USER,
    /** A phone number. */
    PHONE_NUMBER,
    /** A user of Microsoft Teams, or an anonymous visitor. */
    MICROSOFT_TEAMS_USER,
    /** An application of Microsoft Teams, such as a bot. */
    MICROSOFT_TEAMS_APP,
    /** A Teams user who calls through an ACS resource (Teams Phone extensibility). */
    TEAMS_EXTENSION_USER,
    /** A kind that this version of the library doesn't know. */
    UNKNOWN
}
