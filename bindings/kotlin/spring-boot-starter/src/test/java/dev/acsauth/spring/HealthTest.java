package dev.acsauth.spring;

import org.junit.jupiter.api.Tag;
import org.springframework.boot.actuate.health.Health;

@Tag("boot3")
class HealthTest extends HealthRules {
    HealthTest() {
        super(AcsAuthHealthIndicator.class, AcsAuthHealthAutoConfiguration.class, "org.springframework.boot.actuate");
    }

    @Override
    Found health(Object indicator) {
        Health health = ((AcsAuthHealthIndicator) indicator).health();
        return new Found(health.getStatus().getCode(), health.getDetails());
    }
}
