package dev.acsauth.spring;

import dev.acsauth.TokenExchangeHandler;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/** Adds the health indicator to an application with the Actuator of Spring Boot 3. */
@AutoConfiguration(after = AcsAuthAutoConfiguration.class)
@ConditionalOnClass(HealthIndicator.class)
@ConditionalOnBean(TokenExchangeHandler.class)
@Conditional(OnHealthEnabled.class)
public class AcsAuthHealthAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean(name = "acsAuthHealthIndicator")
    AcsAuthHealthIndicator acsAuthHealthIndicator(TokenExchangeHandler handler, AcsAuthProperties properties) {
        return new AcsAuthHealthIndicator(handler, properties.health().timeout());
    }
}
