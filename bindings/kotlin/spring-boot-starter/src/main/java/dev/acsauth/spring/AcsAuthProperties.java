package dev.acsauth.spring;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.io.Resource;

/**
 * What the starter itself needs to know. Beside these, the prefix takes every setting of the handler by its name, with a dash for
 * each underscore: {@code acs-auth.connection-string}, {@code acs-auth.limit.per-user}.
 *
 * @param settingsFile a file in TOML with settings of the handler; properties go over it. Default: none
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
     * @param paths the paths that it answers, each whole or ending in an asterisk for all below it
     */
    public record Handler(
            Boolean enabled,
            @DefaultValue({"/api/token/*", "/api/user", "/healthz", "/livez", "/readyz"}) List<String> paths) {
    }

    /**
     * The health indicator.
     *
     * @param timeout how long it waits for an answer; then it reports DOWN. Default 2 s
     */
    public record Health(@DefaultValue("2s") Duration timeout) {
    }
}
