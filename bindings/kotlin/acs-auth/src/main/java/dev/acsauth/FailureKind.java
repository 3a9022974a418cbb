package dev.acsauth;

/** Why a request got no usable response, as a {@link Transport} knows it. */
public enum FailureKind {
    /** Nothing was sent: the request is tried again, a create too. */
    NOT_SENT,
    /** The connection broke after the request may have been sent: what cannot be repeated is not. */
    LOST,
    /** No response came in time after the request may have been sent. */
    TIMED_OUT,
    /** The server asked for fewer requests by its protocol. */
    OVERLOADED,
    /** Another try would fail in the same way, as for an untrusted certificate. */
    REFUSED,
    /** What came is no HTTP response. */
    UNEXPECTED
}
