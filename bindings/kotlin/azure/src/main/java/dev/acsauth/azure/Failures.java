package dev.acsauth.azure;

import com.azure.core.exception.ClientAuthenticationException;
import com.azure.core.http.HttpRequest;
import dev.acsauth.AcsAuthException;
import dev.acsauth.CallResponse;
import dev.acsauth.azure.models.IdentityError;
import dev.acsauth.azure.models.IdentityErrorResponseException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/** Converts exceptions to those of the official client, with the {@link AcsAuthException} as the cause. */
final class Failures {
    private Failures() {
    }

    static UnsupportedOperationException unsupported(String sentence) {
        return new UnsupportedOperationException(sentence);
    }

    static <T> T translated(Supplier<T> operation) {
        try {
            return operation.get();
        } catch (AcsAuthException failure) {
            throw translated(failure, null, null);
        }
    }

    /** {@code response} is null if none was received; {@code request} is called only if it is needed. */
    static RuntimeException translated(AcsAuthException failure, CallResponse response, Supplier<HttpRequest> request) {
        if (failure.getStatus() != null) {
            return answered(failure, response, request.get());
        }
        String message = failure.getMessage();
        switch (failure.getKind()) {
            case INVALID_ARGUMENT:
            case INVALID_CONNECTION_STRING:
            case ENTRA_TOKEN_INVALID:
                return new IllegalArgumentException(message, failure);
            case TIMEOUT:
                return new UncheckedIOException(message, caused(new InterruptedIOException(message), failure));
            case TRANSPORT_ERROR:
            case UNEXPECTED_RESPONSE:
                return new UncheckedIOException(message, new IOException(message, failure));
            case CREDENTIAL_DENIED:
                // The official client passes on what a credential throws.
                return failure.getCause() instanceof RuntimeException thrown
                        ? thrown
                        : new ClientAuthenticationException(message, null, failure);
            case CANCELLED:
                return caused(new CancellationException(message), failure);
            // Errors of the service have a status and are converted above. UNAUTHORIZED and FORBIDDEN come only from verifiers.
            case ENTRA_TOKEN_REJECTED:
            case VALIDATION_FAILED:
            case NOT_FOUND:
            case THROTTLED:
            case SERVICE_ERROR:
            case UNAUTHORIZED:
            case FORBIDDEN:
            case INTERNAL:
                return new IllegalStateException(message, failure);
        }
        throw new AssertionError(failure.getKind());
    }

    private static RuntimeException answered(AcsAuthException failure, CallResponse response, HttpRequest request) {
        IdentityError error = failure.getCode() == null
                ? null
                : new IdentityError(failure.getReason(), failure.getCode(), failure.getTarget(), List.of());
        FailedResponse answer = new FailedResponse(request, failure.getStatus(), response);
        return caused(new IdentityErrorResponseException(failure.getMessage(), answer, error), failure);
    }

    private static <T extends Throwable> T caused(T thrown, Throwable cause) {
        thrown.initCause(cause);
        return thrown;
    }
}
