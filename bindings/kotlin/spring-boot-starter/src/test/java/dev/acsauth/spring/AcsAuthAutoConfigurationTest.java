package dev.acsauth.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.credential.TokenRequestContext;
import dev.acsauth.CommunicationIdentityAsyncClient;
import dev.acsauth.CommunicationIdentityClient;
import dev.acsauth.CommunicationIdentityClientBuilder;
import dev.acsauth.CredentialDeniedException;
import dev.acsauth.Event;
import dev.acsauth.Observer;
import dev.acsauth.Request;
import dev.acsauth.TeamsTokenExchanger;
import dev.acsauth.TeamsTokenExchangerBuilder;
import dev.acsauth.TimeoutException;
import dev.acsauth.TokenCredential;
import dev.acsauth.TokenExchangeHandler;
import dev.acsauth.TokenExchangeHandlerBuilder;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import reactor.core.publisher.Mono;

class AcsAuthAutoConfigurationTest {
    private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(
            AutoConfigurations.of(AcsAuthAutoConfiguration.class, AcsAuthAzureAutoConfiguration.class));
    private final ApplicationContextRunner withResource = runner.withPropertyValues(Emulator.resource());

    @Test
    void nothingIsMadeWithoutProperties() {
        runner.run(context -> assertThat(context)
                .hasNotFailed()
                .doesNotHaveBean(CommunicationIdentityClient.class)
                .doesNotHaveBean(TeamsTokenExchanger.class)
                .doesNotHaveBean(TokenExchangeHandler.class));
    }

    /** For example, because a placeholder refers to a variable that is not set. */
    @Test
    void aBlankPropertyCountsAsNotSet() throws Exception {
        String[] names = {"connection-string", "endpoint", "api-client-id", "settings-file", "handler.enabled", "http2", "limit.exchanges",
            "redis.url", "redis.cache-secret", "cloud"};
        String[] blank = java.util.Arrays.stream(names).map(name -> "acs-auth." + name + "=${acs.none:}").toArray(String[]::new);
        runner.withPropertyValues(blank).run(context -> assertThat(context).hasNotFailed()
                .doesNotHaveBean(CommunicationIdentityClient.class).doesNotHaveBean(TokenExchangeHandler.class));
        withVariable("ACS_AUTH_CONNECTION_STRING", " ")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(CommunicationIdentityClient.class));
        runner.withPropertyValues(blank).withPropertyValues(Emulator.resource())
                .run(context -> assertThat(context.getBean(CommunicationIdentityClient.class).createUser()).isNotNull());
        runner.withPropertyValues(blank).withPropertyValues(Emulator.resource()).withPropertyValues(Emulator.handler("http://127.0.0.1:1"))
                .run(context -> assertThat(context).hasSingleBean(TokenExchangeHandler.class));
    }

    @Test
    void aConnectionStringMakesClientsAndAnExchanger() {
        AtomicReference<CommunicationIdentityClient> used = new AtomicReference<>();
        withResource.run(context -> {
            CommunicationIdentityClient client = context.getBean(CommunicationIdentityClient.class);
            used.set(client);
            assertThat(client.createUser().getId()).startsWith("8:acs:");
            assertThat(context.getBean(CommunicationIdentityAsyncClient.class).createUser().join().getId()).startsWith("8:acs:");
            String[] exchange = Emulator.exchange();
            TeamsTokenExchanger exchanger = context.getBean(TeamsTokenExchanger.class);
            assertThat(exchanger.exchange(exchange[0], exchange[1], exchange[2]).getToken()).isNotEmpty();
            assertThat(context).doesNotHaveBean(TokenExchangeHandler.class);
        });
        assertThatThrownBy(() -> used.get().createUser()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aRegistrationMakesAHandler() throws Exception {
        withResource.withPropertyValues(Emulator.handler(Emulator.text("https_url"))).run(context -> {
            Request request = new Request("POST", "/api/token/teams", List.of(
                    new dev.acsauth.Header("authorization", "Bearer " + Emulator.mint("api")),
                    new dev.acsauth.Header("teams-user-aad-token", Emulator.mint("teams"))));
            assertThat(context.getBean(TokenExchangeHandler.class).handle(request).getStatus()).isEqualTo(201);
        });
        withResource.withPropertyValues(Emulator.handler(Emulator.text("https_url")))
                .withPropertyValues("acs-auth.handler.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(TokenExchangeHandler.class));
    }

    @Test
    void aFileHasWhatPropertiesDoNotSay(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("settings.toml");
        Files.writeString(file, "api_client_id = \"11111111-1111-1111-1111-111111111111\"\ntimeout_ms = 0\n");
        ApplicationContextRunner withFile = withResource.withPropertyValues(
                "acs-auth.settings-file=file:" + file,
                "acs-auth.tenant-ids=22222222-2222-2222-2222-222222222222",
                "acs-auth.teams-client-ids[0]=33333333-3333-3333-3333-333333333333",
                "acs-auth.teams-client-ids[1]=44444444-4444-4444-4444-444444444444");
        withFile.run(context -> assertThat(context).getFailure().rootCause().hasMessageContaining("timeout_ms"));
        withFile.withPropertyValues("acs-auth.timeout-ms=5000")
                .run(context -> assertThat(context).hasSingleBean(TokenExchangeHandler.class));
        withResource.withPropertyValues("acs-auth.settings-file=file:" + folder.resolve("none.toml")).run(context ->
                assertThat(context).getFailure().rootCause().hasMessageContaining("none.toml"));
    }

    /** By the name that the setting has in other hosts, and by Spring's name for the property. */
    @Test
    void variablesOfTheEnvironmentAreRead() {
        for (String name : List.of("ACS_AUTH_CONNECTION_STRING", "ACSAUTH_CONNECTIONSTRING")) {
            withVariable(name, Emulator.text("connection_string_http")).run(context ->
                    assertThat(context.getBean(CommunicationIdentityClient.class).createUser().getId()).startsWith("8:acs:"));
        }
        // A variable that isn't a setting is ignored.
        withVariable("ACS_AUTH_FOLDER", "/tmp").run(context -> assertThat(context).hasNotFailed());
    }

    private ApplicationContextRunner withVariable(String name, String value) {
        return runner.withInitializer(context -> context.getEnvironment().getPropertySources().replace("systemEnvironment",
                new SystemEnvironmentPropertySource("systemEnvironment", java.util.Map.of(name, value))));
    }

    @ParameterizedTest
    @CsvSource({
        "acs-auth.conection-string, secret1, is not a setting",
        "acs-auth.limit.per-usr, secret1, is not a setting",
        "acs-auth.http2, secret1, must be true or false",
        "acs-auth.service-timeout-ms, secret1, must be a whole number",
        "acs-auth.token-check, secret1, must be one of",
        "acs-auth.cloud, secret1, must be public",
        "acs-auth.limit.exchanges, 98765432101, must be a whole number",
        "acs-auth.limit.per-user, 98765432101, must be a whole number",
        "acs-auth.redis.cache-secret, secret!, must be in base64",
    })
    void whatCannotBeReadStopsTheApplicationAndIsNotShown(String name, String value, String reason) {
        withResource.withPropertyValues(name + "=" + value).run(context -> {
            assertThat(context).getFailure().rootCause().hasMessageContaining(name).hasMessageContaining(reason);
            for (Throwable cause = context.getStartupFailure(); cause != null; cause = cause.getCause()) {
                assertThat(cause.toString()).doesNotContain(value);
            }
        });
    }

    @Test
    void settingsReachTheClient() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            runner.withPropertyValues(
                            "acs-auth.connection-string=endpoint=http://127.0.0.1:" + silent.getLocalPort() + ";accesskey=c2VjcmV0",
                            "acs-auth.service-timeout-ms=300", "acs-auth.cloud=us_government", "acs-auth.http2=false",
                            "acs-auth.token-check=off", "acs-auth.attempt-timeout-ms=100", "acs-auth.connect-timeout-ms=100")
                    .run(context -> assertThatThrownBy(() -> context.getBean(CommunicationIdentityClient.class).createUser())
                            .isInstanceOf(TimeoutException.class));
        }
    }

    @Test
    void redisNeedsItsKeys() {
        withResource.withPropertyValues("acs-auth.redis.url=redis://localhost:1").run(context -> assertThat(context).getFailure()
                .rootCause().hasMessageContaining("acs-auth.redis.sealing-keys"));
        String key = java.util.Base64.getEncoder().encodeToString(new byte[32]);
        withResource.withPropertyValues("acs-auth.redis.url=redis://localhost:1", "acs-auth.redis.sealing-keys=" + key,
                        "acs-auth.redis.cache-secret=" + key, "acs-auth.redis.lock=true")
                .run(context -> assertThat(context.getBean(TeamsTokenExchanger.class).isCacheReachable()).isFalse());
    }

    @Configuration
    static class OwnBeans {
        static final List<String> CALLED = new java.util.concurrent.CopyOnWriteArrayList<>();

        @Bean
        @Order(2)
        AcsAuthCustomizer<CommunicationIdentityClientBuilder> second() {
            return builder -> CALLED.add("second");
        }

        @Bean
        @Order(1)
        AcsAuthCustomizer<CommunicationIdentityClientBuilder> first() {
            return builder -> {
                CALLED.add("first");
                builder.connectionString(Emulator.text("connection_string_http"));
            };
        }

        @Bean
        AcsAuthCustomizer<TeamsTokenExchangerBuilder> exchanger() {
            return builder -> CALLED.add("exchanger");
        }

        @Bean
        AcsAuthCustomizer<TokenExchangeHandlerBuilder> handler() {
            return builder -> CALLED.add("handler");
        }
    }

    @Test
    void customizersGoOverProperties() throws Exception {
        OwnBeans.CALLED.clear();
        runner.withUserConfiguration(OwnBeans.class)
                .withPropertyValues("acs-auth.connection-string=endpoint=http://127.0.0.1:1;accesskey=c2VjcmV0")
                .withPropertyValues(Emulator.handler(Emulator.text("https_url")))
                .run(context -> assertThat(context.getBean(CommunicationIdentityClient.class).createUser()).isNotNull());
        // The customizers of clients are called twice, for the blocking and the asynchronous client.
        assertThat(OwnBeans.CALLED).containsExactlyInAnyOrder("first", "second", "first", "second", "exchanger", "handler");
        assertThat(OwnBeans.CALLED.indexOf("first")).isLessThan(OwnBeans.CALLED.indexOf("second"));
    }

    @Test
    void aBeanOfTheApplicationGoesBefore() {
        CommunicationIdentityClient own = CommunicationIdentityClient.fromConnectionString(Emulator.text("connection_string_http"));
        withResource.withBean("own", CommunicationIdentityClient.class, () -> own)
                .run(context -> assertThat(context.getBean(CommunicationIdentityClient.class)).isSameAs(own));
    }

    @Test
    void anObserverThatThrowsDoesNotHideEventsFromOthers() {
        BlockingQueue<Event> seen = new LinkedBlockingQueue<>();
        withResource.withBean("broken", Observer.class, () -> event -> {
            throw new IllegalStateException("broken");
        }).withBean("working", Observer.class, () -> seen::add).run(context -> {
            String[] exchange = Emulator.exchange();
            context.getBean(TeamsTokenExchanger.class).exchange(exchange[0], exchange[1], exchange[2]);
            assertThat(seen.poll(60, TimeUnit.SECONDS)).isNotNull();
        });
    }

    @Test
    void aCredentialAuthenticatesWithAnEndpoint() {
        ApplicationContextRunner withEndpoint = runner.withPropertyValues("acs-auth.endpoint=" + Emulator.text("http_url"));
        IllegalStateException thrown = new IllegalStateException("asked");
        withEndpoint.withBean(TokenCredential.class, () -> scopes -> {
            throw thrown;
        }).run(context -> assertThatThrownBy(() -> context.getBean(CommunicationIdentityClient.class).createUser())
                .isInstanceOf(CredentialDeniedException.class).hasCause(thrown));
        // A credential of azure-core is used if acs-auth-azure is there.
        com.azure.core.credential.TokenCredential azure = (TokenRequestContext asked) -> Mono.error(thrown);
        ApplicationContextRunner withAzure =
                withEndpoint.withBean(com.azure.core.credential.TokenCredential.class, () -> azure);
        withAzure.run(context -> assertThatThrownBy(() -> context.getBean(CommunicationIdentityClient.class).createUser())
                .isInstanceOf(CredentialDeniedException.class).hasCause(thrown));
        withAzure.withClassLoader(new FilteredClassLoader("dev.acsauth.azure", "com.azure"))
                .run(context -> assertThat(context).getFailure().rootCause().hasMessageContaining("Give an access key"));
        // With a connection string, the credential isn't used.
        withResource.withBean(TokenCredential.class, () -> scopes -> {
            throw thrown;
        }).run(context -> assertThat(context.getBean(CommunicationIdentityClient.class).createUser()).isNotNull());
    }

    @Test
    void timeoutsAreDurations() {
        runner.withPropertyValues("acs-auth.health.timeout=250ms").run(context ->
                assertThat(context.getBean(AcsAuthProperties.class).health().timeout()).isEqualTo(Duration.ofMillis(250)));
    }
}
