package com.example;

import dev.acsauth.CommunicationIdentityClientBuilder;
import dev.acsauth.RetryPolicy;
import dev.acsauth.spring.AcsAuthCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration
public class Retries {
    @Bean
    AcsAuthCustomizer<CommunicationIdentityClientBuilder> fiveAttempts() {
        return builder -> builder.retryPolicy(new RetryPolicy(5));
    }
}
