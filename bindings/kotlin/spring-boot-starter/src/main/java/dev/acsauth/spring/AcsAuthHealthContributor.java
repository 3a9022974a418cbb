package dev.acsauth.spring;

import dev.acsauth.TokenExchangeHandler;
import java.time.Duration;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/**
 * Reports whether a handler can verify callers: UP if it can; DOWN if Entra's keys are unavailable, or if the handler doesn't respond
 * in time. The details show the state of the keys and of Redis, which doesn't affect the status. For Spring Boot 4.
 */
public final class AcsAuthHealthContributor extends AbstractHealthIndicator {
    private final HealthCheck check;

    /** Creates an indicator that waits this long for the handler's response. */
    public AcsAuthHealthContributor(TokenExchangeHandler handler, Duration timeout) {
        super(HealthCheck.FAILED);
        this.check = new HealthCheck(handler, timeout);
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) throws Exception {
        HealthCheck.Result found = check.ask();
        builder.status(found.isUp() ? Status.UP : Status.DOWN).withDetails(found.details());
    }
}
