package dev.journey.environment;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Stops the start where a setting below {@code camel} or {@code journey} is one that nothing on the class path knows,
 * such as a misspelt option of a component: Spring Boot would leave it out without a word.
 *
 * <p>What is known is in the configuration metadata of the libraries. Environment variables and system properties are
 * not looked at, since these are not the application's alone.
 */
public class KnownSettingsInitializer implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    private static final List<ConfigurationPropertyName> PREFIXES =
            List.of(ConfigurationPropertyName.of("camel"), ConfigurationPropertyName.of("journey"));

    /** @throws UnknownSettingException if a setting is not known */
    @Override
    public void initialize(ConfigurableApplicationContext context) {
        Known known = Known.read(context.getClassLoader());
        UnboundElementsSourceFilter ofApplication = new UnboundElementsSourceFilter();
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(context.getEnvironment())) {
            if (source instanceof IterableConfigurationPropertySource settings && ofApplication.apply(source)) {
                settings.stream()
                        .filter(name -> PREFIXES.stream().anyMatch(prefix -> prefix.isAncestorOf(name)))
                        .filter(name -> !known.contains(name))
                        .findFirst()
                        .ifPresent(name -> {
                            throw new UnknownSettingException(
                                    name.toString(),
                                    source.getConfigurationProperty(name).getOrigin());
                        });
            }
        }
    }

    /** The names of all settings, and of those that take any name below them. */
    private record Known(Set<ConfigurationPropertyName> names, Set<ConfigurationPropertyName> maps) {

        static Known read(ClassLoader loader) {
            Known known = new Known(new HashSet<>(), new HashSet<>());
            try {
                for (URL url : Collections.list(loader.getResources("META-INF/spring-configuration-metadata.json"))) {
                    try (InputStream input = url.openStream()) {
                        String metadata = new String(input.readAllBytes(), StandardCharsets.UTF_8);
                        if (PREFIXES.stream().anyMatch(prefix -> metadata.contains("\"" + prefix + "."))) {
                            known.add(JsonParserFactory.getJsonParser().parseMap(metadata));
                        }
                    }
                }
            } catch (IOException exception) {
                throw new UncheckedIOException(exception);
            }
            return known;
        }

        private void add(Map<String, Object> metadata) {
            for (Object property : (List<?>) metadata.get("properties")) {
                Map<?, ?> described = (Map<?, ?>) property;
                ConfigurationPropertyName name =
                        ConfigurationPropertyName.of(described.get("name").toString());
                names.add(name);
                if (String.valueOf(described.get("type")).startsWith("java.util.Map<")) {
                    maps.add(name);
                }
            }
        }

        boolean contains(ConfigurationPropertyName name) {
            for (ConfigurationPropertyName known = name; !known.isEmpty(); known = known.getParent()) {
                if (maps.contains(known) || names.contains(known) && isElement(name, known)) {
                    return true;
                }
            }
            return false;
        }

        /** Whether a name is that of a setting, or of an element of it where it is a list. */
        private static boolean isElement(ConfigurationPropertyName name, ConfigurationPropertyName setting) {
            return name.getNumberOfElements() == setting.getNumberOfElements()
                    || name.isNumericIndex(setting.getNumberOfElements());
        }
    }
}
