package dev.acsauth.spring;

import org.junit.jupiter.api.Tag;
import org.springframework.boot.health.contributor.Health;

@Tag("boot4")
class HealthContributorTest extends HealthRules {
    HealthContributorTest() {
        super(AcsAuthHealthContributor.class, AcsAuthHealthContributorAutoConfiguration.class, "org.springframework.boot.health");
    }

    @Override
    Found health(Object indicator) {
        Health health = ((AcsAuthHealthContributor) indicator).health();
        return new Found(health.getStatus().getCode(), health.getDetails());
    }
}
