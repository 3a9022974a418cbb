package dev.acsauth.azure.models;

import com.azure.core.exception.HttpResponseException;
import com.azure.core.http.HttpResponse;

/**
 * The service answered with an error. {@link #getCause()} is the {@link dev.acsauth.AcsAuthException}, which tells a rejected
 * access key from a rejected user token. No text of it holds a key or a token.
 */
public final class IdentityErrorResponseException extends HttpResponseException {
    private static final long serialVersionUID = 1L;

    /** The exception of a response. */
    public IdentityErrorResponseException(String message, HttpResponse response, IdentityError value) {
        super(message, response, value);
    }

    @Override
    public IdentityError getValue() {
        return (IdentityError) super.getValue();
    }
}
