package dev.acsauth.azure;

import com.azure.core.http.HttpHeaders;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.policy.AddHeadersFromContextPolicy;
import com.azure.core.http.rest.Response;
import com.azure.core.util.Context;
import dev.acsauth.AcsAuthException;
import dev.acsauth.CallOptions;
import dev.acsauth.CallResponse;
import dev.acsauth.Header;
import java.util.List;
import java.util.function.Supplier;

/** One call of an operation: its options, and the response once it has ended. */
final class Call {
    private final List<Header> headers;
    private final Supplier<HttpRequest> request;
    private volatile CallResponse response;

    /** {@code context} may have headers for {@link AddHeadersFromContextPolicy}; {@code request} is called only if it is needed. */
    Call(Context context, Supplier<HttpRequest> request) {
        Object given = context == null
                ? null
                : context.getData(AddHeadersFromContextPolicy.AZURE_REQUEST_HTTP_HEADERS_KEY).orElse(null);
        this.headers = given instanceof HttpHeaders added ? Conversions.headers(added) : List.of();
        this.request = request;
    }

    CallOptions options() {
        return new CallOptions(null, null, headers, null, null, null, answer -> response = answer);
    }

    <T> Response<T> answered(T value) {
        return new AnsweredResponse<>(response, request, value);
    }

    RuntimeException failed(AcsAuthException failure) {
        return Failures.translated(failure, response, request);
    }
}
