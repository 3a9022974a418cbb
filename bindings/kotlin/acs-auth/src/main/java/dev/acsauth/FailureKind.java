package dev.acsauth;

/** Why a {@link Transport} received no usable response. It decides whether the request is retried. */
public enum FailureKind {
    /** The service has not processed the request, for example because there was no connection. It is retried, even a create. */
    NOT_SENT,
    /** The connection broke after the request may have been sent. It is retried unless it creates something. */
    LOST,
    /** The attempt timed out after the request may have been sent. It is retried unless it creates something. */
    TIMED_OUT,
    /** The server asked for fewer requests at the protocol level. The request is retried later unless it creates something. */
    OVERLOADED,
    /** A retry would fail in the same way, as for an untrusted certificate. The request isn't retried. */
    REFUSED,
    /** The response is too large, or isn't HTTP. The request isn't retried. */
    UNEXPECTED
}
