package dev.acsauth;

/** The kinds of identifiers. Compare raw ids rather than rely on {@link #UNKNOWN}, which may get a name in a later version. */
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
    /** An identifier of another kind. */
    UNKNOWN
}
