package dev.acsauth;

/** Whether a failed request may be sent again. */
public enum Retryable {
    /** It may always be retried: it is idempotent. */
    ALWAYS,
    /** It creates something, so retry it only if the service cannot have processed it. */
    IF_NOT_PROCESSED
}
