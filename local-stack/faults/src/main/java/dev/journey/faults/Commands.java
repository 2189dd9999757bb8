package dev.journey.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Programs that are run for their effect. */
final class Commands {

    private Commands() {}

    /**
     * Runs a program to its end.
     *
     * @throws IllegalStateException if it fails, with what it printed
     */
    static void run(Map<String, String> environment, String... command) throws InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + " failed: " + output);
            }
        } catch (IOException exception) {
            throw new IllegalStateException(String.join(" ", command), exception);
        }
    }

    /** Sends a signal, such as {@code STOP}, to a process. */
    static void signal(Process process, String name) throws InterruptedException {
        // The shell has kill built in; a program of that name is not on every machine.
        run(Map.of(), "sh", "-c", "kill -" + name + " " + process.pid());
    }
}
