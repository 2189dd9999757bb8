package dev.journey.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A service as a process of its own; what it prints is in a file. */
final class JavaProcess {

    private static final Duration READY_LIMIT = Duration.ofSeconds(180);
    // After a training run the JVM makes its cache before it ends.
    private static final Duration STOP_LIMIT = Duration.ofSeconds(120);
    private static final Duration READY_INTERVAL = Duration.ofMillis(25);
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();

    private final String name;
    private final List<String> command;
    private final Map<String, String> environment;
    private final int managementPort;
    private final Path log;
    private Process process;

    /**
     * @param command Java and its arguments
     * @param managementPort where it tells whether it is ready
     * @param log the file for what it prints
     */
    JavaProcess(String name, List<String> command, Map<String, String> environment, int managementPort, Path log) {
        this.name = name;
        this.command = List.copyOf(command);
        this.environment = new TreeMap<>(environment);
        this.managementPort = managementPort;
        this.log = log;
    }

    String name() {
        return name;
    }

    Path log() {
        return log;
    }

    long pid() {
        return process.pid();
    }

    /** Starts the process; {@link #awaitReady()} waits until it serves. */
    void start() {
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command));
        // What the machine is set to must not decide what is measured.
        builder.environment()
                .keySet()
                .removeIf(key -> key.startsWith("OTEL_")
                        || key.startsWith("RABBITMQ_")
                        || key.equals("ROUTES_DIR")
                        || key.equals("JAVA_TOOL_OPTIONS"));
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true).redirectOutput(log.toFile());
        try {
            Files.createDirectories(log.getParent());
            process = builder.start();
        } catch (IOException exception) {
            throw new UncheckedIOException(name + " does not start", exception);
        }
    }

    /** @throws IllegalStateException if it does not get ready */
    void awaitReady() throws InterruptedException {
        boolean ready = Waiting.until(() -> isReady() || !process.isAlive(), READY_LIMIT, READY_INTERVAL);
        if (!ready || !process.isAlive()) {
            throw new IllegalStateException(name + " does not get ready; see " + log);
        }
    }

    private boolean isReady() throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + managementPort + "/actuator/health/readiness"))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            return HTTP.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException exception) {
            return false;
        }
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    ProcessFigures figures() throws IOException {
        return ProcessFigures.of(pid());
    }

    /** Stops the process by SIGTERM, or else by SIGKILL, and returns once it has ended. */
    void stop() throws InterruptedException {
        if (process == null) {
            return;
        }
        process.destroy();
        if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
