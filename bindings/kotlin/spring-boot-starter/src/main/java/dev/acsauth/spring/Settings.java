package dev.acsauth.spring;

import dev.acsauth.Cloud;
import dev.acsauth.HandlerSettings;
import dev.acsauth.SettingName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.Resource;
import org.springframework.util.StringUtils;

/** Reads the handler's settings from the application's properties, and from the environment variables that they have in other hosts. */
final class Settings {
    private static final ConfigurationPropertyName PREFIX = ConfigurationPropertyName.of("acs-auth");
    /** The properties of {@link AcsAuthProperties}, in uniform form. */
    static final Set<String> OWN = Set.of("settingsfile", "handler.enabled", "handler.paths", "health.timeout");

    private final Environment environment;
    private final Binder binder;
    /** The settings' names in TOML, by their first variable. */
    private final Map<String, String> nameOf = new HashMap<>();
    private final Map<String, SettingName> byName = new HashMap<>();

    Settings(Environment environment) {
        this.environment = environment;
        this.binder = Binder.get(environment);
        for (SettingName setting : HandlerSettings.names()) {
            byName.put(setting.getToml(), setting);
            nameOf.put(setting.getEnvironment().get(0), setting.getToml());
        }
        refuseUnknown();
    }

    /** Returns the settings of a handler. Properties take precedence over environment variables, and these over the file. */
    HandlerSettings handler(Resource file) {
        HandlerSettings own = HandlerSettings.fromEnv(variable -> Optional.ofNullable(nameOf.get(variable))
                .flatMap(this::property).orElseGet(() -> environment.getProperty(variable)));
        if (file == null) {
            return own;
        }
        try {
            return own.or(HandlerSettings.fromToml(file.getContentAsString(StandardCharsets.UTF_8)));
        } catch (IOException failure) {
            throw new UncheckedIOException("acs-auth.settings-file cannot be read: " + file.getDescription(), failure);
        }
    }

    /** Returns the value of a setting, by its name in TOML. */
    Optional<String> text(String name) {
        return property(name).or(() -> byName.get(name).getEnvironment().stream()
                .map(environment::getProperty).filter(StringUtils::hasText).findFirst());
    }

    /** Returns the value of a setting that is a number of milliseconds. */
    Optional<Duration> duration(String name) {
        return number(name).map(Duration::ofMillis);
    }

    Optional<Long> number(String name) {
        return text(name).map(value -> read(name, "a whole number", () -> Long.valueOf(value.strip())));
    }

    /** Returns the value of a setting that fits into an int. */
    Optional<Integer> smallNumber(String name) {
        return text(name).map(value -> read(name, "a whole number, at most " + Integer.MAX_VALUE, () -> Integer.valueOf(value.strip())));
    }

    /** Returns the value of a setting that is in base64. */
    Optional<byte[]> bytes(String name) {
        return text(name).map(value -> read(name, "in base64", () -> Base64.getDecoder().decode(value.strip())));
    }

    Optional<Boolean> flag(String name) {
        return text(name).map(value -> read(name, "true or false", () -> switch (value.strip()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException();
        }));
    }

    Optional<Cloud> cloud() {
        return text("cloud").map(value -> read("cloud", "public, us_government or china", () -> switch (value.strip()) {
            case "public" -> Cloud.publicCloud();
            case "us_government" -> Cloud.usGovernment();
            case "china" -> Cloud.china();
            default -> throw new IllegalArgumentException();
        }));
    }

    /** Returns the value of a setting that is one of an enum. */
    <E extends Enum<E>> Optional<E> value(String name, Class<E> type) {
        return text(name).map(value -> read(name, "one of " + List.of(type.getEnumConstants()),
                () -> Enum.valueOf(type, value.strip().toUpperCase(java.util.Locale.ROOT))));
    }

    List<String> list(String name) {
        return text(name).map(value -> List.of(value.strip().split("[,\\s]+"))).orElse(List.of());
    }

    private interface Reading<T> {
        T read();
    }

    private static <T> T read(String name, String form, Reading<T> reading) {
        try {
            return reading.read();
        } catch (IllegalArgumentException failure) {
            // Neither the value nor the cause, which may quote it: it may be a secret under a wrong name.
            throw new IllegalArgumentException(property(List.of(name)) + " must be " + form + ".");
        }
    }

    private static String property(List<String> names) {
        return names.stream().map(name -> PREFIX + "." + name.replace('_', '-')).collect(Collectors.joining(", "));
    }

    /** Returns a property. A blank one counts as not set, as a blank environment variable does. */
    private Optional<String> property(String name) {
        ConfigurationPropertyName property = PREFIX.append(name.replace('_', '-'));
        // A single value may contain commas, so it is bound as a list only if it is one.
        String value = binder.bind(property, Bindable.of(String.class)).orElse(null);
        return Optional.ofNullable(value)
                .or(() -> Optional.ofNullable(binder.bind(property, Bindable.listOf(String.class)).orElse(null))
                        .map(values -> String.join(",", values)))
                .filter(StringUtils::hasText);
    }

    /** Rejects misspelt properties, which would go unnoticed. Environment variables are not checked: they may be for other programs. */
    private void refuseUnknown() {
        Set<String> known = new HashSet<>(OWN);
        byName.keySet().forEach(name -> known.add(name.replace("_", "")));
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            if (source instanceof IterableConfigurationPropertySource listed
                    && !(source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource)) {
                listed.stream().filter(PREFIX::isAncestorOf).filter(name -> !known.contains(uniform(name))).findFirst()
                        .ifPresent(name -> {
                            throw new IllegalArgumentException(name + " is not a setting of acs-auth. HandlerSettings.names() lists them.");
                        });
            }
        }
    }

    /** Returns a property's name without its prefix, dashes and indices. */
    private static String uniform(ConfigurationPropertyName name) {
        return IntStream.range(PREFIX.getNumberOfElements(), name.getNumberOfElements())
                .filter(at -> !name.isNumericIndex(at))
                .mapToObj(at -> name.getElement(at, ConfigurationPropertyName.Form.UNIFORM))
                .collect(Collectors.joining("."));
    }
}
