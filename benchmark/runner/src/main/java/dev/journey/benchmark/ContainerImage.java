package dev.journey.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the container image tells its JVM.
 *
 * @param options the words of its {@code JAVA_OPTIONS}, and how much memory compose gives it
 */
record ContainerImage(String options) {

    private static final Pattern JAVA_OPTIONS = Pattern.compile("JAVA_OPTIONS=\"([^\"]+)\"");
    private static final Pattern MEMORY = Pattern.compile("mem_limit: (\\d+m)");

    /**
     * Reads the project's {@code Dockerfile} and {@code docker-compose.yml}.
     *
     * @param root the project's folder
     * @throws IllegalStateException if they do not say it
     */
    static ContainerImage in(Path root) throws IOException {
        return new ContainerImage("-XX:MaxRAM=" + found(MEMORY, root.resolve("docker-compose.yml")) + " "
                + found(JAVA_OPTIONS, root.resolve("Dockerfile")));
    }

    private static String found(Pattern pattern, Path file) throws IOException {
        Matcher matcher = pattern.matcher(Files.readString(file));
        if (!matcher.find()) {
            throw new IllegalStateException("There is no " + pattern + " in " + file);
        }
        return matcher.group(1);
    }
}
