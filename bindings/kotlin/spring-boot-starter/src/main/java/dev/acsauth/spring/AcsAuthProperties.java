package dev.acsauth.spring;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.io.Resource;

/**
 * The starter's own properties. Every setting of the handler is a property as well, by its name with dashes instead of underscores:
 * {@code acs-auth.connection-string}, {@code acs-auth.limit.per-user}.
 *
 * @param settingsFile a TOML file with settings of the handler, which properties override. Default: none
 * @param handler the token endpoint
 * @param health the health indicator
 */
@ConfigurationProperties("acs-auth")
public record AcsAuthProperties(
        Resource settingsFile, @DefaultValue Handler handler, @DefaultValue Health health) {

    /**
     * The token endpoint.
     *
     * @param enabled whether there is a handler. Default: if api-client-id or settings-file is set
     * @param paths the paths that the handler serves; {@code /*} at the end includes everything below
     */
    public record Handler(
            Boolean enabled,
            @DefaultValue({"/api/token/*", "/api/user", "/healthz", "/livez", "/readyz"}) List<String> paths) {
    }

    /**
     * The health indicator.
     *
     * @param timeout how long it waits for the handler before it reports DOWN. Default 2 s
     */
    public record Health(@DefaultValue("2s") Duration timeout) {
    }
}
