package dev.journey.test;

import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.springframework.util.FileSystemUtils;

/**
 * One of the three services as a process of its own, as its jar is run in production. It can be stopped, killed, frozen
 * and started again; its ports stay the same and its output is kept over all of its lives.
 */
final class Application implements AutoCloseable {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent().getParent();
    private static final Path JAVA_COMMANDS = Path.of(System.getProperty("java.home"), "bin");
    private static final Duration START_LIMIT = Duration.ofSeconds(120);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();

    private final String service;
    private final Path jar;
    private final Path logFile;
    private final Path routes;
    private final int managementPort = FreePort.find();
    private final Map<String, String> environment;
    private final List<LogLine> lines = new ArrayList<>();
    private Path java = JAVA_COMMANDS.resolve("java");
    private Process process;

    Application(String service, Map<String, String> environment) throws IOException {
        this(service, service, environment);
    }

    /** @param instance a name of its own for one more of the same service, which has its own routes and log by it */
    Application(String service, String instance, Map<String, String> environment) throws IOException {
        this.service = service;
        this.environment = new TreeMap<>(environment);
        // The port alone: the host is the service's own default.
        this.environment.put("ADDRESS_MANAGEMENT_PORT", Integer.toString(managementPort));
        String name = service + "-app";
        jar = ROOT.resolve(Path.of(name, "target", "app", name + ".jar"));
        routes = copy(ROOT.resolve(Path.of("routes", service)), Path.of("target", "routes", instance));
        logFile = Path.of("target", "logs", instance + ".log");
        Files.createDirectories(logFile.getParent());
        Files.deleteIfExists(logFile);
    }

    String service() {
        return service;
    }

    /** The folder that the service reads its routes from; a copy, to be edited. */
    Path routes() {
        return routes;
    }

    /** Starts the process with the routes in its jar. */
    void startFromJar() {
        start(Map.of());
    }

    /** Starts the process on another Java. */
    void startOn(Path runtime) {
        java = runtime.resolve(Path.of("bin", "java"));
        try {
            start();
        } finally {
            java = JAVA_COMMANDS.resolve("java");
        }
    }

    /** Starts the process; {@link #awaitReady()} tells when it serves. Does nothing where it runs already. */
    void start() {
        start(Map.of("ROUTES_DIR", routes.toString()));
    }

    private synchronized void start(Map<String, String> own) {
        if (isRunning()) {
            return;
        }
        if (!Files.isRegularFile(jar)) {
            throw new IllegalStateException(jar + " is not there: package the application first");
        }
        ProcessBuilder builder = new ProcessBuilder(
                java.toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                // As the image has it in compose.
                "-Xmx205m",
                "-XX:+ExitOnOutOfMemoryError",
                "-Dio.opentelemetry.context.enableStrictContext=true",
                "-jar",
                jar.toString());
        // What the machine is set to must not decide what is tested.
        builder.environment().keySet().removeIf(name -> name.startsWith("OTEL_") || name.equals("ROUTES_DIR"));
        // Where nothing is set, Java 17 takes ASCII for the charset of the platform.
        builder.environment().put("LC_ALL", "POSIX");
        builder.environment().putAll(environment);
        builder.environment().putAll(own);
        builder.redirectErrorStream(true);
        try {
            process = builder.start();
        } catch (IOException exception) {
            throw new IllegalStateException(service + " does not start", exception);
        }
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        Thread reader = new Thread(() -> read(output), service + "-output");
        reader.setDaemon(true);
        reader.start();
    }

    private static Path copy(Path source, Path target) throws IOException {
        FileSystemUtils.deleteRecursively(target);
        FileSystemUtils.copyRecursively(source, target);
        return target.toAbsolutePath();
    }

    private void read(BufferedReader output) {
        try (output;
                Writer file = Files.newBufferedWriter(logFile, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            for (String text; (text = output.readLine()) != null; ) {
                synchronized (lines) {
                    lines.add(new LogLine(service, text));
                }
                file.write(text + "\n");
                file.flush();
            }
        } catch (IOException exception) {
            synchronized (lines) {
                lines.add(new LogLine(service, "(the output ends here: " + exception + ")"));
            }
        }
    }

    /** Returns once the service says that it is ready. */
    void awaitReady() {
        try {
            await(service + " to be ready")
                    .atMost(START_LIMIT)
                    .pollInterval(Duration.ofMillis(100))
                    .failFast(service + " ended", () -> !isRunning())
                    .until(this::isReady);
        } catch (RuntimeException exception) {
            throw new IllegalStateException(service + " does not get ready. It said last:\n" + tail(), exception);
        }
    }

    private boolean isReady() throws InterruptedException {
        try {
            return get("/actuator/health/readiness").statusCode() == 200;
        } catch (IOException exception) {
            return false;
        }
    }

    /** What the service answers on its management address, whatever the status. */
    String management(String path) throws IOException, InterruptedException {
        return get(path).body();
    }

    /** Its metrics as Prometheus asks for them: in OpenMetrics' format, which has exemplars. */
    String openMetrics() throws IOException, InterruptedException {
        return get("/actuator/prometheus", "Accept", "application/openmetrics-text;version=1.0.0")
                .body();
    }

    private HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + path))
                .timeout(Duration.ofSeconds(5));
        return HTTP.send((headers.length == 0 ? request : request.headers(headers)).build(), BodyHandlers.ofString());
    }

    /** Returns the exit code of a process that ends by itself. */
    int awaitEnd() throws InterruptedException {
        if (!process.waitFor(START_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException(service + " does not end. It said last:\n" + tail());
        }
        return process.exitValue();
    }

    boolean isRunning() {
        return process != null && process.isAlive();
    }

    /** Stops the process by SIGTERM and returns once it has ended. */
    void stop() throws InterruptedException {
        if (!isRunning()) {
            return;
        }
        process.destroy();
        if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            kill();
            throw new IllegalStateException(service + " did not end on SIGTERM. It said last:\n" + tail());
        }
    }

    /** Ends the process by SIGKILL and returns once it has ended. */
    void kill() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }

    /** Takes the processor away from the process, which keeps its connections. */
    void freeze() {
        signal("STOP");
    }

    /** Ends {@link #freeze()}; does nothing to a process that is not frozen. */
    void resume() {
        if (isRunning()) {
            signal("CONT");
        }
    }

    private void signal(String name) {
        // The shell has kill built in; a program of that name is not on every machine.
        run("sh", "-c", "kill -" + name + " " + process.pid());
    }

    /** Has the process collect its garbage. */
    void collectGarbage() {
        run(jcmd("GC.run"));
    }

    /** How many instances of a class there are that something still refers to; collects garbage, too. */
    long liveInstances(String className) {
        return run(jcmd("GC.class_histogram"))
                .lines()
                .map(line -> line.strip().split("\\s+"))
                .filter(columns -> columns.length > 3 && columns[3].equals(className))
                .mapToLong(columns -> Long.parseLong(columns[1]))
                .sum();
    }

    int managementPort() {
        return managementPort;
    }

    long pid() {
        return process.pid();
    }

    /** The stack of every thread. */
    String threads() {
        return run(jcmd("Thread.print"));
    }

    private String[] jcmd(String command) {
        return new String[] {JAVA_COMMANDS.resolve("jcmd").toString(), Long.toString(process.pid()), command};
    }

    private static String run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + " failed: " + output);
            }
            return output;
        } catch (IOException exception) {
            throw new IllegalStateException(String.join(" ", command), exception);
        } catch (InterruptedException exception) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(exception);
        }
    }

    /** What it has printed so far, standard error too. */
    List<LogLine> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    private String tail() {
        List<LogLine> all = lines();
        StringBuilder text = new StringBuilder();
        all.subList(Math.max(0, all.size() - 40), all.size())
                .forEach(line -> text.append("  ").append(line.text()).append('\n'));
        return text.toString();
    }
}
