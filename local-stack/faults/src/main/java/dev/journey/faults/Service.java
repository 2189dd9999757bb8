package dev.journey.faults;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One of the three services, as a process from its jar; what it prints in all of its lives is in one file. */
final class Service {

    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();

    private final String name;
    private final Path jar;
    private final Path log;
    private final int managementPort;
    private final Map<String, String> environment;
    private final Consumer<String> lines;
    private Process process;
    private boolean meantToRun;

    /**
     * @param root the project's folder
     * @param logs the folder for its log
     * @param lines is given each line that it prints
     */
    Service(
            String name,
            Path root,
            Path logs,
            int managementPort,
            Map<String, String> environment,
            Consumer<String> lines) {
        this.name = name;
        this.managementPort = managementPort;
        this.environment = new TreeMap<>(environment);
        this.environment.put("MANAGEMENT_ADDRESS", "127.0.0.1:" + managementPort);
        this.lines = lines;
        jar = root.resolve(Path.of(name + "-app", "target", "app", name + "-app.jar"));
        log = logs.resolve(name + ".log");
        if (!Files.isRegularFile(jar)) {
            throw new IllegalStateException(jar + " is not there: build the project first");
        }
    }

    String name() {
        return name;
    }

    /** Starts the process; {@link #isReady()} tells when it serves. */
    synchronized void start() {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-XX:+ExitOnOutOfMemoryError",
                "-jar",
                jar.toString());
        // What the machine is set to must not decide what is tested.
        builder.environment().keySet().removeIf(key -> key.startsWith("OTEL_") || key.equals("ROUTES_DIR"));
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true);
        try {
            process = builder.start();
        } catch (IOException exception) {
            throw new UncheckedIOException(name + " does not start", exception);
        }
        meantToRun = true;
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        Thread reader = new Thread(() -> read(output), name + "-output");
        reader.setDaemon(true);
        reader.start();
    }

    private void read(BufferedReader output) {
        try (output;
                Writer file = Files.newBufferedWriter(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            for (String line; (line = output.readLine()) != null; ) {
                lines.accept(line);
                file.write(line + "\n");
                file.flush();
            }
        } catch (IOException exception) {
            throw new UncheckedIOException("The output of " + name + " cannot be read", exception);
        }
    }

    boolean isReady() throws InterruptedException {
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

    /** Whether it has ended although nobody ended it. */
    synchronized boolean hasDied() {
        return meantToRun && !process.isAlive();
    }

    /**
     * Stops the process by SIGTERM and returns once it has ended.
     *
     * @throws IllegalStateException if it does not end
     */
    synchronized void stop() throws InterruptedException {
        meantToRun = false;
        // By its handle: Process.destroy() would also close its output, with lines in it that are not read yet.
        process.toHandle().destroy();
        if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            kill();
            throw new IllegalStateException(name + " did not end on SIGTERM");
        }
    }

    /** Ends the process by SIGKILL and returns once it has ended. */
    synchronized void kill() throws InterruptedException {
        meantToRun = false;
        if (process != null) {
            process.toHandle().destroyForcibly();
            process.waitFor();
        }
    }

    /** Takes the processor away from the process, which keeps its connections. */
    synchronized void freeze() throws InterruptedException {
        Commands.signal(process, "STOP");
    }

    /** Ends {@link #freeze()}. */
    synchronized void resume() throws InterruptedException {
        Commands.signal(process, "CONT");
    }
}
