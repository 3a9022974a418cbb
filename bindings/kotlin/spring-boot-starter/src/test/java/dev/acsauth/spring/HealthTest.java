package dev.acsauth.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.Status;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class HealthTest {
    private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(
            AutoConfigurations.of(AcsAuthAutoConfiguration.class, AcsAuthHealthAutoConfiguration.class))
            .withPropertyValues(Emulator.resource());

    @Test
    void aHandlerThatCanLetCallersInIsUp() throws Exception {
        runner.withPropertyValues(Emulator.handler(Emulator.text("https_url"))).withPropertyValues("acs-auth.health.timeout=60s")
                .run(context -> {
                    Health health = context.getBean(AcsAuthHealthIndicator.class).health();
                    assertThat(health.getStatus()).isEqualTo(Status.UP);
                    assertThat(health.getDetails()).containsEntry("keys", "reachable").containsEntry("redis", "not_configured");
                });
    }

    @Test
    void withoutKeysItIsDown() throws Exception {
        runner.withPropertyValues(Emulator.handler("http://127.0.0.1:1")).withPropertyValues("acs-auth.health.timeout=60s")
                .run(context -> {
                    Health health = context.getBean(AcsAuthHealthIndicator.class).health();
                    assertThat(health.getStatus()).isEqualTo(Status.DOWN);
                    assertThat(health.getDetails()).containsEntry("keys", "unreachable");
                });
    }

    @Test
    void itDoesNotWaitLongerThanItsTimeout() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            runner.withPropertyValues(Emulator.handler("http://127.0.0.1:" + silent.getLocalPort()))
                    .withPropertyValues("acs-auth.health.timeout=50ms").run(context -> {
                        Health health = context.getBean(AcsAuthHealthIndicator.class).health();
                        assertThat(health.getStatus()).isEqualTo(Status.DOWN);
                        assertThat(health.getDetails().get("reason")).isEqualTo("There was no answer within 50 ms.");
                    });
        }
    }

    @Test
    void itIsThereOnlyWhereItIsOfUse() throws Exception {
        runner.run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(AcsAuthHealthIndicator.class));
        ApplicationContextRunner withHandler = runner.withPropertyValues(Emulator.handler(Emulator.text("https_url")));
        for (String property : new String[] {"management.health.acs-auth.enabled=false", "management.health.defaults.enabled=false"}) {
            withHandler.withPropertyValues(property)
                    .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("acsAuthHealthIndicator"));
        }
        withHandler.withPropertyValues("management.health.acs-auth.enabled=true", "management.health.defaults.enabled=false")
                .run(context -> assertThat(context).hasBean("acsAuthHealthIndicator"));
        withHandler.withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate"))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("acsAuthHealthIndicator"));
    }
}
