package dev.acsauth.spring;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Adds meters of the exchanger and the handler, if the application has a meter registry. */
@AutoConfiguration(
        before = AcsAuthAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration"
        })
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean(MeterRegistry.class)
public class AcsAuthMetricsAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean
    MicrometerObserver acsAuthMicrometerObserver(MeterRegistry registry) {
        return new MicrometerObserver(registry);
    }
}
