package com.example;

import dev.acsauth.HandlerSettings;
import dev.acsauth.TokenExchangeHandler;
import dev.acsauth.TokenExchangeHandlerBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration
public class AcsAuthConfiguration {
    // Spring closes it, since it is AutoCloseable.
    @Bean
    TokenExchangeHandler tokenExchangeHandler(@Value("${acs-auth.settings}") Path file) throws IOException {
        HandlerSettings settings = HandlerSettings.fromToml(Files.readString(file)).or(HandlerSettings.fromEnv());
        return new TokenExchangeHandlerBuilder().settings(settings).build();
    }
}
