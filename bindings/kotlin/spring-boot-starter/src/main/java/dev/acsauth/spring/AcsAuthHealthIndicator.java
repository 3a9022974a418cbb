package dev.acsauth.spring;

import dev.acsauth.TokenExchangeHandler;
import java.time.Duration;
import org.springframework.boot.actuate.health.AbstractHealthIndicator;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.Status;

/**
 * Reports whether a handler can verify callers: UP if it can; DOWN if Entra's keys are unavailable, or if the handler doesn't respond
 * in time. The details show the state of the keys and of Redis, which doesn't affect the status. For Spring Boot 3.
 */
public final class AcsAuthHealthIndicator extends AbstractHealthIndicator {
    private final HealthCheck check;

    /** Creates an indicator that waits this long for the handler's response. */
    public AcsAuthHealthIndicator(TokenExchangeHandler handler, Duration timeout) {
        super(HealthCheck.FAILED);
        this.check = new HealthCheck(handler, timeout);
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) throws Exception {
        HealthCheck.Result found = check.ask();
        builder.status(found.isUp() ? Status.UP : Status.DOWN).withDetails(found.details());
    }
}
