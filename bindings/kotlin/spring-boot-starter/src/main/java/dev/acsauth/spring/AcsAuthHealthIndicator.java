package dev.acsauth.spring;

import dev.acsauth.Request;
import dev.acsauth.Response;
import dev.acsauth.TokenExchangeHandler;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.boot.actuate.health.AbstractHealthIndicator;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.Status;
import org.springframework.boot.json.JsonParserFactory;

/**
 * Reports whether a handler can do its work: UP if it can, though Redis may be degraded, which the details then show; DOWN if
 * Entra's keys cannot be had, or if the answer takes too long.
 */
public final class AcsAuthHealthIndicator extends AbstractHealthIndicator {
    private final TokenExchangeHandler handler;
    private final Duration timeout;

    /** An indicator that waits this long for the handler's answer. */
    public AcsAuthHealthIndicator(TokenExchangeHandler handler, Duration timeout) {
        super("The health of acs-auth cannot be told.");
        this.handler = handler;
        this.timeout = timeout;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) throws Exception {
        CompletableFuture<Response> asked = handler.handleAsync(new Request("GET", "/healthz"));
        try {
            Response response = asked.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            JsonParserFactory.getJsonParser().parseMap(new String(response.getBody(), StandardCharsets.UTF_8))
                    .forEach(builder::withDetail);
            builder.status(response.getStatus() == 200 ? Status.UP
                    : Status.DOWN);
        } catch (TimeoutException late) {
            asked.cancel(true);
            builder.down().withDetail("reason", "There was no answer within " + timeout.toMillis() + " ms.");
        }
    }
}
