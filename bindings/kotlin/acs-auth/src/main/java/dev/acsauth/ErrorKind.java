package dev.acsauth;

/** What went wrong, as a program needs to know it. The numbers never change. */
public enum ErrorKind {
    /** An argument of the call cannot be used; nothing was sent, and the target names the argument. */
    INVALID_ARGUMENT(1),
    /** The connection string or endpoint cannot be used; the target names the part. */
    INVALID_CONNECTION_STRING(2),
    /** The library's own token check rejected the Entra token; nothing was sent and the code names the check. */
    ENTRA_TOKEN_INVALID(3),
    /** The service rejected the user's Entra token (401 InvalidAccessToken). */
    ENTRA_TOKEN_REJECTED(4),
    /** The service rejected the request as invalid (400); the target names the field. */
    VALIDATION_FAILED(5),
    /** The service rejected the caller's own credential: the access key, its signature, or the bearer token. */
    CREDENTIAL_DENIED(6),
    /** The service does not know the identity (404). */
    NOT_FOUND(7),
    /** The service throttled the call (429), or the limit of an exchanger did. */
    THROTTLED(8),
    /** The service answered with another error. */
    SERVICE_ERROR(9),
    /** No answer came: the name, the connection, TLS or the proxy failed. */
    TRANSPORT_ERROR(10),
    /** The deadline passed before an answer came. */
    TIMEOUT(11),
    /** The call was cancelled. */
    CANCELLED(12),
    /** An answer came that is not one of this service: a redirect, an oversize or a malformed body. */
    UNEXPECTED_RESPONSE(13),
    /** The caller of a back end sent no valid bearer token. */
    UNAUTHORIZED(14),
    /** The caller of a back end may not do this. */
    FORBIDDEN(15),
    /** A bug of the library, or a system that gives no threads or descriptors. */
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

    /** The stable number, the same in every language. */
    public int value() {
        return value;
    }

    /** The name that all languages share, such as "EntraTokenRejected". */
    @Override
    public String toString() {
        return text;
    }
}
