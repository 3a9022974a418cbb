package dev.acsauth.spring;

import dev.acsauth.TokenExchangeHandler;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/** Adds the health indicator to an application with the Actuator of Spring Boot 4, which has its health types in another module. */
@AutoConfiguration(after = AcsAuthAutoConfiguration.class)
@ConditionalOnClass(HealthIndicator.class)
@ConditionalOnBean(TokenExchangeHandler.class)
@Conditional(OnHealthEnabled.class)
public class AcsAuthHealthContributorAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean(name = "acsAuthHealthIndicator")
    AcsAuthHealthContributor acsAuthHealthIndicator(TokenExchangeHandler handler, AcsAuthProperties properties) {
        return new AcsAuthHealthContributor(handler, properties.health().timeout());
    }
}
