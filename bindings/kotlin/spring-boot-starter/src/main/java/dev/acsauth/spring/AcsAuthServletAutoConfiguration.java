package dev.acsauth.spring;

import dev.acsauth.TokenExchangeHandler;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;

/** Serves the handler in a servlet container. */
@AutoConfiguration(after = AcsAuthAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnBean(TokenExchangeHandler.class)
public class AcsAuthServletAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean(name = "acsAuthServlet")
    ServletRegistrationBean<TokenExchangeServlet> acsAuthServlet(TokenExchangeHandler handler, AcsAuthProperties properties) {
        ServletRegistrationBean<TokenExchangeServlet> registration = new ServletRegistrationBean<>(
                new TokenExchangeServlet(handler), properties.handler().paths().toArray(String[]::new));
        registration.setName("acsAuth");
        return registration;
    }
}
