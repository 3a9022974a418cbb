package dev.acsauth;

/** How to treat a Teams token that the token check rejects. */
public enum TokenCheck {
    /** It is not checked. */
    OFF,
    /** The service decides; when it rejects the token, a warning is logged and the error says what was found. */
    WARN,
    /** It is rejected and not sent. */
    ENFORCE
}
