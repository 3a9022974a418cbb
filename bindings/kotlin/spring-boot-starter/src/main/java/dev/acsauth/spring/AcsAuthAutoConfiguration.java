package dev.acsauth.spring;

import dev.acsauth.CommunicationIdentityAsyncClient;
import dev.acsauth.CommunicationIdentityClient;
import dev.acsauth.CommunicationIdentityClientBuilder;
import dev.acsauth.Observer;
import dev.acsauth.RedisOptions;
import dev.acsauth.RetryPolicy;
import dev.acsauth.SealingKey;
import dev.acsauth.TeamsTokenExchanger;
import dev.acsauth.TeamsTokenExchangerBuilder;
import dev.acsauth.TokenCheck;
import dev.acsauth.TokenCredential;
import dev.acsauth.TokenExchangeHandler;
import dev.acsauth.TokenExchangeHandlerBuilder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.StringUtils;

/**
 * Creates the clients and the exchanger if {@code acs-auth.connection-string} or {@code acs-auth.endpoint} is set, and the handler if
 * {@code acs-auth.api-client-id} or {@code acs-auth.settings-file} is. The application's own bean replaces each of them. With an
 * endpoint, a bean of type {@link TokenCredential} authenticates.
 */
@AutoConfiguration
@EnableConfigurationProperties(AcsAuthProperties.class)
public class AcsAuthAutoConfiguration {
    @Bean
    Settings acsAuthSettings(Environment environment) {
        return new Settings(environment);
    }

    @Bean
    @ConditionalOnMissingBean
    @Conditional(OnResource.class)
    CommunicationIdentityClient communicationIdentityClient(
            Settings settings,
            ObjectProvider<TokenCredential> credential,
            ObjectProvider<AcsAuthCustomizer<CommunicationIdentityClientBuilder>> customizers) {
        return client(settings, credential, customizers).buildClient();
    }

    @Bean
    @ConditionalOnMissingBean
    @Conditional(OnResource.class)
    CommunicationIdentityAsyncClient communicationIdentityAsyncClient(
            Settings settings,
            ObjectProvider<TokenCredential> credential,
            ObjectProvider<AcsAuthCustomizer<CommunicationIdentityClientBuilder>> customizers) {
        return client(settings, credential, customizers).buildAsyncClient();
    }

    @Bean
    @ConditionalOnMissingBean
    @Conditional(OnResource.class)
    TeamsTokenExchanger teamsTokenExchanger(
            CommunicationIdentityClient client,
            Settings settings,
            ObjectProvider<Observer> observers,
            ObjectProvider<AcsAuthCustomizer<TeamsTokenExchangerBuilder>> customizers) {
        TeamsTokenExchangerBuilder builder = new TeamsTokenExchangerBuilder();
        settings.value("token_check", TokenCheck.class).ifPresent(builder::tokenCheck);
        settings.number("cache_bytes").ifPresent(builder::cacheBytes);
        settings.smallNumber("limit.exchanges").ifPresent(builder::limit);
        settings.duration("limit.window_ms").ifPresent(builder::limitWindow);
        settings.smallNumber("limit.per_user").ifPresent(builder::userLimit);
        settings.flag("redis.lock").ifPresent(builder::distributedLock);
        settings.bytes("redis.cache_secret").ifPresent(builder::cacheSecret);
        redis(settings).ifPresent(builder::redis);
        Observers.of(observers).ifPresent(builder::observer);
        customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
        return builder.build(client);
    }

    @Bean
    @ConditionalOnMissingBean
    @Conditional(OnHandler.class)
    TokenExchangeHandler tokenExchangeHandler(
            Settings settings,
            AcsAuthProperties properties,
            Environment environment,
            ObjectProvider<TokenCredential> credential,
            ObjectProvider<Observer> observers,
            ObjectProvider<AcsAuthCustomizer<TokenExchangeHandlerBuilder>> customizers) {
        TokenExchangeHandlerBuilder builder = new TokenExchangeHandlerBuilder();
        builder.settings(settings.handler(hasText(environment, "acs-auth.settings-file") ? properties.settingsFile() : null));
        Observers.of(observers).ifPresent(builder::observer);
        if (settings.text("endpoint").isPresent()) {
            credential.ifAvailable(builder::credential);
        }
        customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
        return builder.build();
    }

    private static CommunicationIdentityClientBuilder client(
            Settings settings,
            ObjectProvider<TokenCredential> credential,
            ObjectProvider<AcsAuthCustomizer<CommunicationIdentityClientBuilder>> customizers) {
        CommunicationIdentityClientBuilder builder = new CommunicationIdentityClientBuilder();
        settings.text("connection_string").ifPresent(builder::connectionString);
        settings.text("endpoint").ifPresent(endpoint -> {
            builder.endpoint(endpoint);
            credential.ifAvailable(builder::credential);
        });
        settings.text("secondary_access_key").ifPresent(builder::secondaryAccessKey);
        settings.flag("allow_insecure_endpoint").ifPresent(builder::allowInsecureEndpoint);
        settings.cloud().ifPresent(builder::cloud);
        settings.duration("service_timeout_ms").ifPresent(builder::timeout);
        settings.duration("connect_timeout_ms").ifPresent(builder::connectTimeout);
        settings.duration("attempt_timeout_ms")
                .ifPresent(timeout -> builder.retryPolicy(new RetryPolicy(null, null, null, null, timeout)));
        settings.flag("http2").ifPresent(builder::http2);
        settings.value("token_check", TokenCheck.class).ifPresent(builder::tokenCheck);
        settings.text("root_certificates_pem")
                .ifPresent(pem -> builder.rootCertificatesPem(pem.getBytes(StandardCharsets.UTF_8)));
        customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
        return builder;
    }

    private static Optional<RedisOptions> redis(Settings settings) {
        return settings.text("redis.url").map(url -> {
            List<String> keys = settings.list("redis.sealing_keys");
            if (keys.isEmpty() || keys.size() > 2) {
                throw new IllegalArgumentException("acs-auth.redis.sealing-keys must have one key, or two during a rotation.");
            }
            return new RedisOptions(
                    url,
                    SealingKey.fromBase64(keys.get(0)),
                    keys.size() == 2 ? SealingKey.fromBase64(keys.get(1)) : null,
                    null,
                    null,
                    settings.text("redis.key_prefix").orElse(null),
                    List.of(),
                    settings.duration("redis.timeout_ms").orElse(null));
        });
    }

    /** Whether properties name the ACS resource. A blank property counts as not set, as in {@link Settings}. */
    static class OnResource extends SpringBootCondition {
        @Override
        public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return oneOf(context.getEnvironment(), "acs-auth.connection-string", "acs-auth.endpoint");
        }
    }

    /** Whether properties ask for a handler. */
    static class OnHandler extends SpringBootCondition {
        @Override
        public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
            Environment environment = context.getEnvironment();
            if (hasText(environment, "acs-auth.handler.enabled")) {
                boolean isEnabled = environment.getProperty("acs-auth.handler.enabled", Boolean.class);
                return new ConditionOutcome(isEnabled, "acs-auth.handler.enabled is " + isEnabled);
            }
            return oneOf(environment, "acs-auth.api-client-id", "acs-auth.settings-file");
        }
    }

    /** The outcome for Boot's report of conditions, which {@code --debug} prints. */
    private static ConditionOutcome oneOf(Environment environment, String first, String second) {
        boolean isFound = hasText(environment, first) || hasText(environment, second);
        return new ConditionOutcome(isFound, (isFound ? "found " : "found neither ") + first + (isFound ? " or " : " nor ") + second);
    }

    private static boolean hasText(Environment environment, String name) {
        return StringUtils.hasText(environment.getProperty(name));
    }
}
