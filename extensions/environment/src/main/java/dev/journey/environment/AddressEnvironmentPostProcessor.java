package dev.journey.environment;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.EnvironmentPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Splits each {@code journey.addresses.<name>=host:port} into {@code address.<name>.host} and
 * {@code address.<name>.port}. No host, as in {@code :8081}, is every interface; an IPv6 address stands in brackets.
 */
public class AddressEnvironmentPostProcessor implements EnvironmentPostProcessor, Ordered {

    private static final Pattern ADDRESS = Pattern.compile("(\\[[0-9A-Fa-f:.%]+]|[^:\\[\\]\\s/]*):(\\d{1,5})");
    private static final int HIGHEST_PORT = 65_535;

    @Override
    public int getOrder() {
        return ConfigDataEnvironmentPostProcessor.ORDER + 1;
    }

    /** @throws IllegalArgumentException if an address is not {@code host:port} */
    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        Map<String, Object> split = new HashMap<>();
        Binder.get(environment)
                .bind("journey.addresses", Bindable.mapOf(String.class, String.class))
                .orElse(Map.of())
                .forEach((name, address) -> {
                    Matcher matcher = ADDRESS.matcher(address.trim());
                    if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > HIGHEST_PORT) {
                        throw new IllegalArgumentException("The address of '" + name + "' is '" + address
                                + "'; it must be host:port, such as localhost:8080, or :8080 for every interface");
                    }
                    split.put("address." + name + ".host", matcher.group(1).isEmpty() ? "0.0.0.0" : matcher.group(1));
                    split.put("address." + name + ".port", matcher.group(2));
                });
        environment.getPropertySources().addLast(new MapPropertySource("addresses", split));
    }
}
