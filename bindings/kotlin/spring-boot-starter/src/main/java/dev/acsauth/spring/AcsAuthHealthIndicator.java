package dev.acsauth.spring;

import dev.acsauth.TokenExchangeHandler;
import java.time.Duration;
import org.springframework.boot.actuate.health.AbstractHealthIndicator;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.Status;

/**
 * Reports whether a handler can do its work: UP if it can, though Redis may be degraded, which the details then show; DOWN if
 * Entra's keys cannot be had, or if the answer takes too long. For Spring Boot 3.
 */
public final class AcsAuthHealthIndicator extends AbstractHealthIndicator {
    private final HealthCheck check;

    /** An indicator that waits this long for the handler's answer. */
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
