package dev.journey.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Programs that are run to their end. */
final class Commands {

    private Commands() {}

    /**
     * Runs a program and returns what it printed.
     *
     * @throws IllegalStateException if it fails, with what it printed
     */
    static String run(Map<String, String> environment, List<String> command) throws InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + " failed: " + output);
            }
            return output;
        } catch (IOException exception) {
            throw new UncheckedIOException(String.join(" ", command), exception);
        }
    }

    /** Sends a signal, such as {@code STOP}, to a process. */
    static void signal(long pid, String name) throws InterruptedException {
        // The shell has kill built in; a program of that name is not on every machine.
        run(Map.of(), List.of("sh", "-c", "kill -" + name + " " + pid));
    }
}
