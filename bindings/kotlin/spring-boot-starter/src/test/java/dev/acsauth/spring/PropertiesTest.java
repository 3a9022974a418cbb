package dev.acsauth.spring;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import dev.acsauth.HandlerSettings;
import dev.acsauth.SettingName;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The code and the metadata for editors know every setting of the handler and every property of the starter. */
class PropertiesTest {
    private static void add(Set<String> names, String prefix, Class<?> type) {
        for (RecordComponent component : type.getRecordComponents()) {
            String name = prefix + component.getName().toLowerCase(java.util.Locale.ROOT);
            if (component.getType().isRecord()) {
                add(names, name + ".", component.getType());
            } else {
                names.add(name);
            }
        }
    }

    @Test
    void theStartersOwnPropertiesAreKnown() {
        Set<String> names = new HashSet<>();
        add(names, "", AcsAuthProperties.class);
        assertThat(Settings.OWN).isEqualTo(names);
    }

    @Test
    void editorsKnowEverySetting() throws Exception {
        try (InputStream file = getClass().getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
            Set<String> listed = new HashSet<>(JsonPath.parse(file).<List<String>>read("$.properties[*].name"));
            for (SettingName setting : HandlerSettings.names()) {
                assertThat(listed).contains("acs-auth." + setting.getToml().replace('_', '-'));
            }
            assertThat(listed).contains("acs-auth.settings-file", "acs-auth.handler.paths", "acs-auth.health.timeout");
        }
    }
}
