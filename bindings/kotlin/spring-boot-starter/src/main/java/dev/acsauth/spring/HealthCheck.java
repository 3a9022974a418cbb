package dev.acsauth.spring;

import dev.acsauth.Request;
import dev.acsauth.Response;
import dev.acsauth.TokenExchangeHandler;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.boot.json.JsonParserFactory;

/** Requests a handler's health, for the indicators of Boot 3 and 4, whose types differ. */
final class HealthCheck {
    /** The log message of an indicator if the check itself fails. */
    static final String FAILED = "The health of acs-auth could not be requested.";

    private final TokenExchangeHandler handler;
    private final Duration timeout;

    HealthCheck(TokenExchangeHandler handler, Duration timeout) {
        this.handler = handler;
        this.timeout = timeout;
    }

    record Result(boolean isUp, Map<String, Object> details) {
    }

    Result ask() throws Exception {
        CompletableFuture<Response> asked = handler.handleAsync(new Request("GET", "/healthz"));
        try {
            Response response = asked.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            String body = new String(response.getBody(), StandardCharsets.UTF_8);
            return new Result(response.getStatus() == 200, JsonParserFactory.getJsonParser().parseMap(body));
        } catch (TimeoutException late) {
            asked.cancel(true);
            return new Result(false, Map.of("reason", "There was no response within " + timeout.toMillis() + " ms."));
        }
    }
}
