package dev.acsauth;

/** How to treat a Teams token that the token check rejects. */
public enum TokenCheck {
    /** The token is not checked. */
    OFF,
    /** The token is sent. If the service rejects it, a warning is logged and the error's reason includes what the check found. */
    WARN,
    /** The token is rejected and not sent. */
    ENFORCE
}
