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

/** Failures as the official client throws them, each with the {@link AcsAuthException} as its cause. */
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

    /** {@code response} is null if none came; {@code request} is asked for only if it is needed. */
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
                // What the program's own credential threw, as the official client lets it through.
                return failure.getCause() instanceof RuntimeException thrown
                        ? thrown
                        : new ClientAuthenticationException(message, null, failure);
            case CANCELLED:
                return caused(new CancellationException(message), failure);
            // Of the service's answers, all have a status; of a handler's, none is given here.
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
