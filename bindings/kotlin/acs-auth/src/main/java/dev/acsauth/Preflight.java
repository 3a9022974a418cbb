package dev.acsauth;

/** What becomes of a Teams token that the service would refuse. */
public enum Preflight {
    /** It is not looked at. */
    OFF,
    /** The service decides; when it refuses the token, a warning is logged and the error says what was found. */
    WARN,
    /** It is refused and not sent. */
    ENFORCE
}
