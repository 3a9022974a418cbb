package dev.acsauth;

/** What went wrong, for a program to act on. The numbers never change. */
public enum ErrorKind {
    /** An argument or option is invalid; nothing was sent, and the target names it. */
    INVALID_ARGUMENT(1),
    /** The connection string, endpoint or access key is invalid; the target names the part. */
    INVALID_CONNECTION_STRING(2),
    /** The library's token check rejected the Entra token; nothing was sent, and the code names the check. */
    ENTRA_TOKEN_INVALID(3),
    /** The service rejected the user's Entra token (401 InvalidAccessToken). */
    ENTRA_TOKEN_REJECTED(4),
    /** The service rejected the request as invalid (400); the target names the field. */
    VALIDATION_FAILED(5),
    /** The service rejected your credential (access key, signature or bearer token), or your token credential returned no token. */
    CREDENTIAL_DENIED(6),
    /** The identity or the assignment doesn't exist (404). */
    NOT_FOUND(7),
    /** The service (429) or the limit of an exchanger throttled the call. */
    THROTTLED(8),
    /** The service returned another error. */
    SERVICE_ERROR(9),
    /** No response was received: DNS, the connection, TLS or the proxy failed. */
    TRANSPORT_ERROR(10),
    /** The deadline passed before a response was received. */
    TIMEOUT(11),
    /** The call was cancelled. */
    CANCELLED(12),
    /** The response isn't one that this service sends: a redirect, a body that is too large, or a malformed one. */
    UNEXPECTED_RESPONSE(13),
    /** A back end's caller sent no valid bearer token. */
    UNAUTHORIZED(14),
    /** A back end's caller isn't allowed to do this. */
    FORBIDDEN(15),
    /** A bug in the library, or the system can't provide threads or descriptors. */
    INTERNAL(99);

    private final int value;
    private final String text;

    ErrorKind(int value) {
        this.value = value;
        StringBuilder words = new StringBuilder();
        for (String word : name().split("_")) {
            words.append(word.charAt(0)).append(word.substring(1).toLowerCase(java.util.Locale.ROOT));
        }
        this.text = words.toString();
    }

    /** Returns the stable number, which is the same in every language. */
    public int value() {
        return value;
    }

    /** Returns the name that all languages share, such as "EntraTokenRejected". */
    @Override
    public String toString() {
        return text;
    }
}
