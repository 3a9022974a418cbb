package dev.acsauth.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** The tests of the indicators of Spring Boot 3 and 4, which differ only in their types. */
abstract class HealthRules {
    record Found(String status, Map<String, Object> details) {
    }

    private final Class<?> indicator;
    private final String packageOfTypes;
    private final ApplicationContextRunner runner;

    HealthRules(Class<?> indicator, Class<?> configuration, String packageOfTypes) {
        this.indicator = indicator;
        this.packageOfTypes = packageOfTypes;
        this.runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(AcsAuthAutoConfiguration.class, configuration))
                .withPropertyValues(Emulator.resource());
    }

    abstract Found health(Object indicator);

    @Test
    void aHandlerThatCanLetCallersInIsUp() throws Exception {
        runner.withPropertyValues(Emulator.handler(Emulator.text("https_url"))).withPropertyValues("acs-auth.health.timeout=60s")
                .run(context -> {
                    Found health = health(context.getBean(indicator));
                    assertThat(health.status()).isEqualTo("UP");
                    assertThat(health.details()).containsEntry("keys", "reachable").containsEntry("redis", "not_configured");
                });
    }

    @Test
    void withoutKeysItIsDown() throws Exception {
        runner.withPropertyValues(Emulator.handler("http://127.0.0.1:1")).withPropertyValues("acs-auth.health.timeout=60s")
                .run(context -> {
                    Found health = health(context.getBean(indicator));
                    assertThat(health.status()).isEqualTo("DOWN");
                    assertThat(health.details()).containsEntry("keys", "unreachable");
                });
    }

    @Test
    void itDoesNotWaitLongerThanItsTimeout() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            runner.withPropertyValues(Emulator.handler("http://127.0.0.1:" + silent.getLocalPort()))
                    .withPropertyValues("acs-auth.health.timeout=50ms").run(context -> {
                        Found health = health(context.getBean(indicator));
                        assertThat(health.status()).isEqualTo("DOWN");
                        assertThat(health.details().get("reason")).isEqualTo("There was no response within 50 ms.");
                    });
        }
    }

    @Test
    void itIsThereOnlyWhereItIsOfUse() throws Exception {
        runner.run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(indicator));
        ApplicationContextRunner withHandler = runner.withPropertyValues(Emulator.handler(Emulator.text("https_url")));
        for (String property : new String[] {"management.health.acs-auth.enabled=false", "management.health.defaults.enabled=false"}) {
            withHandler.withPropertyValues(property)
                    .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("acsAuthHealthIndicator"));
        }
        withHandler.withPropertyValues("management.health.acs-auth.enabled=true", "management.health.defaults.enabled=false")
                .run(context -> assertThat(context).hasBean("acsAuthHealthIndicator"));
        withHandler.withClassLoader(new FilteredClassLoader(packageOfTypes))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("acsAuthHealthIndicator"));
    }
}
