package dev.journey.environment;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.env.EnvironmentPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Where {@code journey.routes-directory} names a folder, Camel reads its routes from there, and from nowhere else: every
 * {@code *.yaml} and {@code *.java} in it and below. Where it is empty, Camel's own settings hold.
 */
public class RoutesDirectoryEnvironmentPostProcessor implements EnvironmentPostProcessor, Ordered {

    @Override
    public int getOrder() {
        return ConfigDataEnvironmentPostProcessor.ORDER + 1;
    }

    /** @throws IllegalArgumentException if the folder does not exist */
    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        String directory = environment.getProperty("journey.routes-directory", "");
        if (directory.isBlank()) {
            return;
        }
        Path routes = Path.of(directory).toAbsolutePath().normalize();
        if (!Files.isDirectory(routes)) {
            throw new IllegalArgumentException("The routes folder '" + routes + "' is not there; set ROUTES_DIR to the"
                    + " folder of this service's routes, or unset it for the routes in the jar");
        }
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "routes-directory",
                        Map.of(
                                "camel.main.routes-include-pattern",
                                "file:" + routes + "/**/*.yaml,file:" + routes + "/**/*.java")));
    }
}
