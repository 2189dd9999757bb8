package dev.journey.benchmark;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A JDK.
 *
 * @param java its {@code java}
 * @param version what it calls itself
 */
record Jdk(Path java, String version) {

    private static final Pattern VERSION = Pattern.compile("version \"([^\"]+)\"");

    /** @throws IllegalStateException if there is none */
    static Jdk in(Path home) throws InterruptedException {
        Path java = home.resolve(Path.of("bin", "java"));
        Matcher version = VERSION.matcher(Commands.run(Map.of(), List.of(java.toString(), "-version")));
        if (!version.find()) {
            throw new IllegalStateException(java + " does not tell its version");
        }
        return new Jdk(java, version.group(1));
    }

    /** Such as 17. */
    int feature() {
        return Integer.parseInt(version.split("[.+-]")[0]);
    }
}
