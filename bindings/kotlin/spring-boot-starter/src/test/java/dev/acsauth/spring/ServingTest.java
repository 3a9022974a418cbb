package dev.acsauth.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.http.HttpMethod;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.WebFilter;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What serves the handler in each kind of application. GuideTest calls the servlet. */
class ServingTest {
    private static final AutoConfigurations ALL = AutoConfigurations.of(
            AcsAuthAutoConfiguration.class, AcsAuthServletAutoConfiguration.class, AcsAuthReactiveAutoConfiguration.class);

    private static MockServerWebExchange answered(WebFilter filter, MockServerHttpRequest request, AtomicBoolean passedOn) {
        MockServerWebExchange exchange = MockServerWebExchange.from(request);
        filter.filter(exchange, further -> {
            passedOn.set(true);
            return Mono.empty();
        }).block(Duration.ofSeconds(60));
        return exchange;
    }

    @Test
    void aFilterServesReactiveApplications() throws Exception {
        new ReactiveWebApplicationContextRunner().withConfiguration(ALL).withPropertyValues(Emulator.resource())
                .withPropertyValues(Emulator.handler(Emulator.text("https_url")))
                .withPropertyValues("acs-auth.cors-origins=https://calls.contoso.example")
                .run(context -> {
                    WebFilter filter = context.getBean(TokenExchangeWebFilter.class);
                    AtomicBoolean passedOn = new AtomicBoolean();
                    MockServerWebExchange exchanged = answered(filter, MockServerHttpRequest.post("/api/token/teams?a=%2F")
                            .header("authorization", "Bearer " + Emulator.mint("api"))
                            .header("teams-user-aad-token", Emulator.mint("teams")).build(), passedOn);
                    assertThat(exchanged.getResponse().getStatusCode().value()).isEqualTo(201);
                    assertThat(exchanged.getResponse().getBodyAsString().block(Duration.ofSeconds(60))).contains("\"token\"");
                    MockServerWebExchange preflight = answered(filter,
                            MockServerHttpRequest.method(HttpMethod.OPTIONS, "/api/token/teams")
                                    .header("origin", "https://calls.contoso.example")
                                    .header("access-control-request-method", "GET").build(), passedOn);
                    assertThat(preflight.getResponse().getStatusCode().value()).isEqualTo(204);
                    // A body that is announced but never arrives delays nothing.
                    MockServerWebExchange tooLong = answered(filter, MockServerHttpRequest.post("/api/token/teams")
                            .contentLength(20_000).body(Flux.never()), passedOn);
                    assertThat(tooLong.getResponse().getStatusCode().value()).isEqualTo(413);
                    assertThat(passedOn).isFalse();
                    answered(filter, MockServerHttpRequest.get("/api/other").build(), passedOn);
                    assertThat(passedOn).isTrue();
                });
    }

    @Test
    void aServletServesServletApplicationsAndOthersHaveNeither() throws Exception {
        String[] handler = Emulator.handler(Emulator.text("https_url"));
        new WebApplicationContextRunner().withConfiguration(ALL).withPropertyValues(Emulator.resource()).withPropertyValues(handler)
                .withPropertyValues("acs-auth.handler.paths=/tokens/*")
                .run(context -> {
                    assertThat(context).doesNotHaveBean(TokenExchangeWebFilter.class);
                    assertThat(context.getBean(ServletRegistrationBean.class).getUrlMappings()).isEqualTo(Set.of("/tokens/*"));
                });
        new ApplicationContextRunner().withConfiguration(ALL).withPropertyValues(Emulator.resource()).withPropertyValues(handler)
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(TokenExchangeWebFilter.class)
                        .doesNotHaveBean(ServletRegistrationBean.class));
    }
}
