package dev.acsauth.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acsauth.ErrorKind;
import dev.acsauth.Event;
import dev.acsauth.TeamsTokenExchanger;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Constructor;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class MicrometerObserverTest {
    private static final Map<Class<?>, Object> VALUES = Map.of(
            Duration.class, Duration.ofMillis(3), boolean.class, true, long.class, 2L, int.class, 201,
            String.class, "/api/token/teams", ErrorKind.class, ErrorKind.TIMEOUT);

    private static Event event(Class<?> type) throws Exception {
        if (Arrays.stream(type.getFields()).anyMatch(field -> field.getName().equals("INSTANCE"))) {
            return (Event) type.getField("INSTANCE").get(null);
        }
        Constructor<?> constructor = Arrays.stream(type.getDeclaredConstructors()).filter(made -> !made.isSynthetic()).findFirst().orElseThrow();
        constructor.setAccessible(true);
        return (Event) constructor.newInstance(Arrays.stream(constructor.getParameterTypes()).map(VALUES::get).toArray());
    }

    @Test
    void everyEventHasAMeter() throws Exception {
        Set<String> meters = new TreeSet<>();
        for (Class<?> type : Event.class.getPermittedSubclasses()) {
            MeterRegistry registry = new SimpleMeterRegistry();
            new MicrometerObserver(registry).onEvent(event(type));
            assertThat(registry.getMeters()).as(type.getSimpleName()).hasSize(1);
            meters.add(name(registry.getMeters().get(0)));
        }
        assertThat(meters).containsExactly(
                "acs.auth.cache result=coalesced", "acs.auth.cache result=hit", "acs.auth.cache result=negative_hit",
                "acs.auth.cache result=shared_hit", "acs.auth.events.dropped ", "acs.auth.exchanges error=Timeout",
                "acs.auth.limited rejected=true", "acs.auth.paused ", "acs.auth.requests route=/api/token/teams,status=201",
                "acs.auth.sign.outs ");
    }

    private static String name(Meter meter) {
        return meter.getId().getName() + " " + meter.getId().getTags().stream()
                .map(tag -> tag.getKey() + "=" + tag.getValue()).collect(Collectors.joining(","));
    }

    @Test
    void itObservesWhereThereIsARegistry() {
        ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(
                AutoConfigurations.of(AcsAuthAutoConfiguration.class, AcsAuthMetricsAutoConfiguration.class))
                .withPropertyValues(Emulator.resource());
        runner.run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(MicrometerObserver.class));
        ApplicationContextRunner metered = runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new);
        metered.withClassLoader(new FilteredClassLoader("io.micrometer"))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("acsAuthMicrometerObserver"));
        metered.run(context -> {
            String[] exchange = Emulator.exchange();
            context.getBean(TeamsTokenExchanger.class).exchange(exchange[0], exchange[1], exchange[2]);
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            // Observers are called after the call has returned.
            Instant end = Instant.now().plusSeconds(60);
            while (registry.find("acs.auth.exchanges").tag("error", "none").timer() == null) {
                assertThat(Instant.now()).isBefore(end);
                Thread.sleep(20);
            }
            assertThat(registry.get("acs.auth.exchanges").timer().totalTime(java.util.concurrent.TimeUnit.NANOSECONDS)).isPositive();
        });
    }
}
