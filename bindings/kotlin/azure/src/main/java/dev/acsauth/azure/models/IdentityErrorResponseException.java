package dev.acsauth.azure.models;

import com.azure.core.exception.HttpResponseException;
import com.azure.core.http.HttpResponse;

/**
 * The service returned an error. {@link #getCause()} is the {@link dev.acsauth.AcsAuthException}, which distinguishes a rejected
 * access key from a rejected user token. No text contains a key or a token.
 */
public final class IdentityErrorResponseException extends HttpResponseException {
    private static final long serialVersionUID = 1L;

    /** Creates the exception for a response. */
    public IdentityErrorResponseException(String message, HttpResponse response, IdentityError value) {
        super(message, response, value);
    }

    @Override
    public IdentityError getValue() {
        return (IdentityError) super.getValue();
    }
}
