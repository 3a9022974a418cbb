package dev.acsauth.azure;

import com.azure.core.http.HttpHeaders;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.rest.Response;
import dev.acsauth.CallResponse;
import java.util.function.Supplier;

/** The response of a call that succeeded, with its value. */
final class AnsweredResponse<T> implements Response<T> {
    private final CallResponse response;
    private final Supplier<HttpRequest> request;
    private final T value;

    AnsweredResponse(CallResponse response, Supplier<HttpRequest> request, T value) {
        this.response = response;
        this.request = request;
        this.value = value;
    }

    @Override
    public int getStatusCode() {
        return response.getStatus();
    }

    @Override
    public HttpHeaders getHeaders() {
        return Conversions.headers(response.getHeaders());
    }

    @Override
    public HttpRequest getRequest() {
        return request.get();
    }

    @Override
    public T getValue() {
        return value;
    }
}
