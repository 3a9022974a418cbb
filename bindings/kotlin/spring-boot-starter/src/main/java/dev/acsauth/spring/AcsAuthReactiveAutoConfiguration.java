package dev.acsauth.spring;

import dev.acsauth.TokenExchangeHandler;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;

/** Serves the handler in a reactive application. */
@AutoConfiguration(after = AcsAuthAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnBean(TokenExchangeHandler.class)
public class AcsAuthReactiveAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean
    TokenExchangeWebFilter acsAuthWebFilter(TokenExchangeHandler handler, AcsAuthProperties properties) {
        return new TokenExchangeWebFilter(handler, properties.handler().paths());
    }
}
