package dev.acsauth;

/** When a request that failed may be sent again. */
public enum Retryable {
    /** Whatever became of it. */
    ALWAYS,
    /** Only where the service cannot have processed it. */
    IF_NOT_PROCESSED
}
