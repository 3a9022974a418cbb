package dev.acsauth.spring;

import dev.acsauth.TokenExchangeHandler;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** The health of the handler, in an application with Spring Boot's Actuator. */
@AutoConfiguration(after = AcsAuthAutoConfiguration.class)
@ConditionalOnClass(HealthIndicator.class)
@ConditionalOnBean(TokenExchangeHandler.class)
@Conditional(AcsAuthHealthAutoConfiguration.OnEnabled.class)
public class AcsAuthHealthAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean(name = "acsAuthHealthIndicator")
    AcsAuthHealthIndicator acsAuthHealthIndicator(TokenExchangeHandler handler, AcsAuthProperties properties) {
        return new AcsAuthHealthIndicator(handler, properties.health().timeout());
    }

    /** As Actuator's own condition, which is not there without it. */
    static class OnEnabled implements Condition {
        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            Environment environment = context.getEnvironment();
            boolean byDefault = environment.getProperty("management.health.defaults.enabled", Boolean.class, true);
            return environment.getProperty("management.health.acs-auth.enabled", Boolean.class, byDefault);
        }
    }
}
