import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs the whole system on a bare JDK: builds it, starts a broker, a trace backend and the three services, shows their
 * logs, and stops them all on Ctrl-C. Run it with {@code java local-stack/Up.java}; {@code --help} says more.
 */
public final class Up {

    private static final String HELP = """
            Usage: java local-stack/Up.java [--skip-build] [--help]

            Builds and runs the whole system on this machine, with nothing but this JDK (17 or newer):
            an AMQP broker, Zipkin, and the services gateway, checkout and stock. Ctrl-C stops all of it.

              --skip-build   start what the last build made
              --help         show this

            Ports, and the environment variables that change them:

              HTTP_ADDRESS              :8081            gateway: POST /api/checkout
              GRPC_ADDRESS              localhost:8080   checkout: gRPC
              GATEWAY_MANAGEMENT_PORT   9081             gateway: health, dev console
              CHECKOUT_MANAGEMENT_PORT  9080             the same of checkout
              STOCK_MANAGEMENT_PORT     9082             the same of stock
              RABBITMQ_PORT             5672             broker: AMQP 0-9-1
              JAEGER_ENDPOINT           localhost:4318   traces in: OTLP over HTTP (only the port is used)
              ZIPKIN_PORT               9411             Zipkin: traces to look at

            Exit code: 0 after Ctrl-C, 1 if something could not be built or started, 2 for a wrong option or setting.
            """;

    private static final int BUILD_OR_START_FAILED = 1;
    private static final int WRONG_USAGE = 2;

    private static final Duration PATIENCE_AT_START = Duration.ofSeconds(120);
    private static final Duration PATIENCE_AT_STOP = Duration.ofSeconds(10);
    private static final int LAST_LINES = 25;

    private static final boolean WINDOWS =
            System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("windows");
    private static final boolean COLOUR = onTerminal() && System.getenv("NO_COLOR") == null;

    private static final String LAUNCHER = "up";
    private static final int NAME_WIDTH = "checkout".length();
    private static final List<String> NAMES = List.of("gateway", "checkout", "stock", "backend", "zipkin");

    private final Path root;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();

    private final Endpoint http = Endpoint.setting("HTTP_ADDRESS", ":8081", "gateway, HTTP");
    private final Endpoint grpc = Endpoint.setting("GRPC_ADDRESS", "localhost:8080", "checkout, gRPC");
    private final Endpoint gatewayManagement = management("gateway", "9081");
    private final Endpoint checkoutManagement = management("checkout", "9080");
    private final Endpoint stockManagement = management("stock", "9082");
    private final Endpoint amqp = Endpoint.local("RABBITMQ_PORT", "5672", "broker, AMQP");
    private final Endpoint otlp = Endpoint.local("JAEGER_ENDPOINT", "localhost:4318", "backend, OTLP traces");
    private final Endpoint zipkin = Endpoint.local("ZIPKIN_PORT", "9411", "Zipkin, HTTP");

    private final List<Child> children = new CopyOnWriteArrayList<>();
    private volatile Process build;
    private boolean stopping;
    private volatile int exitCode;

    private Up(Path root) {
        this.root = root;
    }

    /**
     * Runs the system until it is stopped.
     *
     * @param arguments see {@code --help}
     */
    public static void main(String[] arguments) throws InterruptedException {
        List<String> options = List.of(arguments);
        if (options.contains("--help") || options.contains("-h")) {
            System.out.print(HELP);
            return;
        }
        boolean skipBuild = options.equals(List.of("--skip-build"));
        if (!options.isEmpty() && !skipBuild) {
            refuse("Not understood: " + String.join(" ", options) + ". See --help.");
        }
        Path root = Stream.concat(ofSourceFile(), Stream.of(Path.of("").toAbsolutePath()))
                .flatMap(start -> Stream.iterate(start, folder -> folder != null, Path::getParent))
                .filter(folder -> Files.isRegularFile(folder.resolve("mvnw"))
                        && Files.isRegularFile(folder.resolve("local-stack").resolve("Up.java")))
                .findFirst()
                .orElse(null);
        if (root == null) {
            refuse("The project is not here: run this from its folder.");
        }
        try {
            Up up = new Up(root);
            try {
                up.run(skipBuild);
            } catch (UncheckedIOException exception) {
                up.fail("Cannot go on: " + exception.getMessage());
            }
        } catch (IllegalArgumentException exception) {
            refuse(exception.getMessage());
        }
    }

    private void run(boolean skipBuild) throws InterruptedException {
        checkPorts();
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
        long start = System.nanoTime();
        if (!skipBuild) {
            build();
        }
        startAll();
        children.forEach(child -> child.process.onExit().thenRun(() -> reportEnd(child)));
        say(banner(Duration.ofNanos(System.nanoTime() - start).toSeconds()));
        CompletableFuture.allOf(
                        children.stream().map(child -> child.process.onExit()).toArray(CompletableFuture[]::new))
                .join();
        fail("Nothing is left running.");
    }

    private void checkPorts() {
        List<Endpoint> endpoints =
                List.of(http, grpc, gatewayManagement, checkoutManagement, stockManagement, amqp, otlp, zipkin);
        List<String> problems = new ArrayList<>();
        for (Endpoint endpoint : endpoints) {
            String others = endpoints.stream()
                    .filter(other -> other != endpoint && other.port == endpoint.port)
                    .map(Endpoint::use)
                    .collect(Collectors.joining(", "));
            if (!others.isEmpty()) {
                problems.add(endpoint.problem("wanted by " + others + " too"));
            } else if (endpoint.busy()) {
                problems.add(endpoint.problem("in use"));
            }
        }
        if (!problems.isEmpty()) {
            System.err.println("Cannot start, these ports are not free:");
            problems.forEach(System.err::println);
            System.err.println("Stop what listens there, or choose other ports. See --help.");
            System.exit(BUILD_OR_START_FAILED);
        }
    }

    private void build() throws InterruptedException {
        say("Building. The first time this downloads Maven and the libraries, which takes some minutes.");
        List<String> command = new ArrayList<>(
                WINDOWS
                        ? List.of(root.resolve("mvnw.cmd").toString())
                        : List.of("sh", root.resolve("mvnw").toString()));
        // Whoever tries out a change must not be held up by its format; the full build checks it.
        command.addAll(List.of("-B", "-DskipTests", "-Dspotless.check.skip=true", "package"));
        command.addAll(List.of("-am", "-pl", "gateway-app,checkout-app,stock-app,local-stack/backend"));
        ProcessBuilder builder = new ProcessBuilder(command).directory(root.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Pattern module = Pattern.compile("\\[INFO] Building (.+?) \\S+\\s+\\[(\\d+/\\d+)]");
        LastLines lines = new LastLines("build");
        long start = System.nanoTime();
        Process process = launch(builder);
        build = process;
        Thread reader = read(process, line -> {
            Matcher matcher = module.matcher(line);
            if (matcher.matches()) {
                print("build", "[" + matcher.group(2) + "] " + matcher.group(1));
            } else if (!line.matches("\\[INFO].*|\\[ERROR] *|")) {
                lines.add(line);
            }
        });
        while (!process.waitFor(15, TimeUnit.SECONDS)) {
            print("build", "... " + Duration.ofNanos(System.nanoTime() - start).toSeconds() + " s");
        }
        reader.join();
        if (process.exitValue() != 0) {
            fail("The build failed; ./mvnw -DskipTests package shows the whole of it.", lines);
        }
    }

    private void startAll() throws InterruptedException {
        Path backendFolder = root.resolve(Path.of("local-stack", "backend", "target", "app"));
        String zipkinAddress = "http://127.0.0.1:" + zipkin.port;

        // First, since it is what ends the others if this process is killed.
        Child backend = start(
                "backend",
                "http://127.0.0.1:" + otlp.port + "/",
                status -> true,
                Map.of(),
                List.of("-Xmx192m"),
                backendFolder.resolve("local-backend.jar"),
                "--amqp-port=" + amqp.port,
                "--otlp-port=" + otlp.port,
                "--zipkin=" + zipkinAddress);
        // Ten thousand spans fit this heap; Zipkin's own default of half a million does not.
        Child traces = start(
                "zipkin",
                zipkinAddress + "/health",
                status -> status == 200,
                Map.of("QUERY_PORT", Integer.toString(zipkin.port), "MEM_MAX_SPANS", "10000"),
                List.of("-Xmx128m"),
                backendFolder.resolve(Path.of("zipkin", "zipkin-server.jar")),
                "--armeria.ports[0].ip=127.0.0.1",
                "--armeria.ports[0].port=" + zipkin.port,
                "--armeria.ports[0].protocols[0]=http",
                "--spring.main.banner-mode=off");
        awaitReady(List.of(backend));

        awaitReady(List.of(
                traces,
                service("gateway", gatewayManagement),
                service("checkout", checkoutManagement),
                service("stock", stockManagement)));
    }

    private Child service(String name, Endpoint management) throws InterruptedException {
        Map<String, String> environment = Map.ofEntries(
                Map.entry("ROUTES_DIR", root.resolve("routes").resolve(name).toString()),
                Map.entry("MANAGEMENT_ADDRESS", management.address()),
                Map.entry("HTTP_ADDRESS", http.host + ":" + http.port),
                Map.entry("GRPC_ADDRESS", grpc.host + ":" + grpc.port),
                Map.entry("CHECKOUT_SERVICE_ADDRESS", grpc.address()),
                Map.entry("JAEGER_ENDPOINT", otlp.address()),
                Map.entry("RABBITMQ_HOST", "127.0.0.1"),
                Map.entry("RABBITMQ_PORT", Integer.toString(amqp.port)),
                Map.entry("RABBITMQ_USER", "guest"),
                Map.entry("RABBITMQ_PASS", "guest"),
                Map.entry("TRACE_URL", "http://localhost:" + zipkin.port + "/zipkin/traces/"),
                Map.entry("DEV_CONSOLE", "true"),
                // Somebody waits for the trace: not five seconds, the default.
                Map.entry("OTEL_BSP_SCHEDULE_DELAY", "500"));
        return start(
                name,
                "http://" + management.address() + "/actuator/health/readiness",
                status -> status == 200,
                environment,
                List.of("-Xmx256m"),
                root.resolve(Path.of(name + "-app", "target", "app", name + "-app.jar")));
    }

    private Child start(
            String name,
            String health,
            IntPredicate ready,
            Map<String, String> environment,
            List<String> javaOptions,
            Path jar,
            String... arguments)
            throws InterruptedException {
        if (!Files.isRegularFile(jar)) {
            fail("There is no " + root.relativize(jar) + ": run without --skip-build.");
        }
        List<String> command = new ArrayList<>();
        if (!WINDOWS) {
            // The terminal sends Ctrl-C to the children too; they shall end in order, when this process says so.
            command.addAll(List.of("sh", "-c", "trap '' INT HUP; exec \"$@\"", "sh"));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        if (Runtime.version().feature() >= 24) {
            command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        }
        command.addAll(javaOptions);
        command.addAll(List.of("-jar", jar.toString()));
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(root.toFile());
        builder.environment().putAll(environment);
        LastLines lines = new LastLines(name);
        synchronized (this) {
            parkIfStopping();
            Process process = launch(builder);
            Child child = new Child(name, URI.create(health), ready, process, lines);
            children.add(child);
            tellBackend(process.pid());
            read(process, line -> {
                lines.add(line);
                print(name, line);
            });
            return child;
        }
    }

    /** While this process stops, nothing may start, and what ends is no failure: waits until the JVM is gone. */
    private synchronized void parkIfStopping() throws InterruptedException {
        while (stopping) {
            wait();
        }
    }

    /** The backend ends every process named on its standard input when that input ends, which a kill cannot prevent. */
    private void tellBackend(long pid) {
        Process backend = children.get(0).process;
        if (backend.pid() != pid) {
            try {
                BufferedWriter writer = backend.outputWriter();
                writer.write(pid + "\n");
                writer.flush();
            } catch (IOException exception) {
                say("The backend does not listen any more: " + exception.getMessage());
            }
        }
    }

    private void awaitReady(List<Child> awaited) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_AT_START.toNanos();
        List<Child> pending = new ArrayList<>(awaited);
        while (!pending.isEmpty()) {
            for (Child child : children) {
                if (!child.process.isAlive()) {
                    int code = child.process.exitValue();
                    fail(child.name + " ended at start with exit code " + code + ".", child.lines);
                }
            }
            for (Child child : List.copyOf(pending)) {
                if (answers(child)) {
                    pending.remove(child);
                    say(child.name + " is ready.");
                } else if (System.nanoTime() > deadline) {
                    long seconds = PATIENCE_AT_START.toSeconds();
                    fail(child.name + " was not ready after " + seconds + " s.", child.lines);
                }
            }
            Thread.sleep(200);
        }
    }

    private boolean answers(Child child) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(child.health)
                .timeout(Duration.ofSeconds(2))
                .build();
        try {
            return child.ready.test(
                    client.send(request, BodyHandlers.discarding()).statusCode());
        } catch (IOException exception) {
            return false;
        }
    }

    private synchronized void reportEnd(Child child) {
        if (!stopping) {
            say(child.name + " HAS ENDED with exit code " + child.process.exitValue()
                    + ". The others go on without it; Ctrl-C stops them.");
        }
    }

    private String banner(long seconds) {
        String line = System.lineSeparator();
        return String.join(
                line,
                "Up after " + seconds + " s.",
                "",
                "  see it         http://" + http.display() + "/",
                "  check out      curl -i -X POST " + http.display() + "/api/checkout",
                "  see its trace  http://localhost:" + zipkin.port + "/zipkin/traces/<X-Trace-Id>",
                "                 (the id is in the answer's X-Trace-Id header)",
                "  see routes     http://" + gatewayManagement.address() + "/actuator/camel/route-structure  gateway",
                "                 http://" + checkoutManagement.address() + "/actuator/camel/route-structure  checkout",
                "                 http://" + stockManagement.address() + "/actuator/camel/route-structure  stock",
                "  change routes  edit a file in " + root.resolve("routes") + ", it is live once saved",
                "  stop           Ctrl-C",
                "");
    }

    /** Runs once, however this process ends, except by a kill. */
    private void stop() {
        synchronized (this) {
            stopping = true;
        }
        Process running = build;
        if (running != null && running.isAlive()) {
            running.descendants().forEach(ProcessHandle::destroy);
            running.destroy();
        }
        if (!children.isEmpty()) {
            say("Stopping.");
            Map<Boolean, List<Child>> support =
                    children.stream().collect(Collectors.partitioningBy(child -> child.name.equals("zipkin")));
            // In this order: the services hand in their last messages and spans while somebody takes them.
            end(support.get(false).stream().skip(1).toList());
            end(support.get(true));
            Child backend = children.get(0);
            try {
                backend.process.outputWriter().close();
            } catch (IOException exception) {
                backend.process.toHandle().destroy();
            }
            awaitEnd(List.of(backend));
            say("All stopped.");
        }
        System.out.flush();
        // The JVM's own code would tell of the signal, not of the outcome.
        Runtime.getRuntime().halt(exitCode);
    }

    private void end(List<Child> ending) {
        // Not by Process.destroy, which closes the pipe that the last log lines come through.
        ending.forEach(child -> child.process.toHandle().destroy());
        awaitEnd(ending);
    }

    private void awaitEnd(List<Child> ending) {
        long deadline = System.nanoTime() + PATIENCE_AT_STOP.toNanos();
        for (Child child : ending) {
            try {
                if (!child.process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    say(child.name + " does not stop: killed.");
                    child.process.destroyForcibly().waitFor();
                }
            } catch (InterruptedException exception) {
                child.process.destroyForcibly();
            }
        }
    }

    private void fail(String reason, LastLines... evidence) throws InterruptedException {
        parkIfStopping();
        exitCode = BUILD_OR_START_FAILED;
        for (LastLines lines : evidence) {
            lines.print();
        }
        say(reason + (evidence.length > 0 ? " Its last lines are above." : ""));
        System.exit(BUILD_OR_START_FAILED);
    }

    private static void refuse(String reason) {
        System.err.println(reason);
        System.exit(WRONG_USAGE);
    }

    private static Process launch(ProcessBuilder builder) {
        try {
            return builder.redirectErrorStream(true).start();
        } catch (IOException exception) {
            throw new UncheckedIOException(exception);
        }
    }

    private static Thread read(Process process, Consumer<String> eachLine) {
        Thread reader = new Thread(
                () -> {
                    try (BufferedReader lines = process.inputReader()) {
                        lines.lines().forEach(eachLine);
                    } catch (IOException | UncheckedIOException exception) {
                        // The process is gone, and its end is reported elsewhere.
                        eachLine.accept("(no more output)");
                    }
                },
                "output");
        reader.setDaemon(true);
        reader.start();
        return reader;
    }

    private static void say(String text) {
        text.lines().forEach(line -> print(LAUNCHER, line));
    }

    private static void print(String name, String line) {
        String prefix = String.format("%-" + NAME_WIDTH + "s |", name);
        int colour = 31 + (NAMES.indexOf(name) + 1) % 6;
        System.out.println(COLOUR ? "\u001b[" + colour + "m" + prefix + "\u001b[0m " + line : prefix + " " + line);
    }

    private static boolean onTerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            // From JDK 22 there can be a console without a terminal, and a way to ask.
            return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException exception) {
            return true;
        }
    }

    private static Stream<Path> ofSourceFile() {
        CodeSource source = Up.class.getProtectionDomain().getCodeSource();
        try {
            return source == null || !"file".equals(source.getLocation().getProtocol())
                    ? Stream.empty()
                    : Stream.of(Path.of(source.getLocation().toURI()));
        } catch (URISyntaxException exception) {
            return Stream.empty();
        }
    }

    private static Endpoint management(String service, String defaultPort) {
        return Endpoint.local(
                service.toUpperCase(Locale.ROOT) + "_MANAGEMENT_PORT", defaultPort, service + ", management");
    }

    /** Where something listens: the host as set, empty for every address, and the port. */
    private record Endpoint(String use, String variable, String host, int port) {

        private static final Pattern ADDRESS = Pattern.compile("(?:(.*):)?(\\d{1,5})");

        /** The address in an environment variable: {@code host:port} or {@code :port}. */
        static Endpoint setting(String variable, String defaultValue, String use) {
            String value = System.getenv().getOrDefault(variable, defaultValue);
            Matcher matcher = ADDRESS.matcher(value);
            int port = matcher.matches() ? Integer.parseInt(matcher.group(2)) : 0;
            if (port < 1 || port > 65_535) {
                throw new IllegalArgumentException(variable + "=" + value + " has no port from 1 to 65535.");
            }
            return new Endpoint(use, variable, matcher.group(1) == null ? "" : matcher.group(1), port);
        }

        /** The port in an environment variable, on this machine only. */
        static Endpoint local(String variable, String defaultValue, String use) {
            return new Endpoint(use, variable, "127.0.0.1", setting(variable, defaultValue, use).port);
        }

        /** Host and port to connect to. */
        String address() {
            return (everyAddress() ? "127.0.0.1" : host) + ":" + port;
        }

        String display() {
            return (everyAddress() ? "localhost" : host) + ":" + port;
        }

        boolean busy() {
            // A socket bound to one address does not everywhere collide with one bound to all: try both ways.
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 500);
                return true;
            } catch (IOException nobodyAnswers) {
                try (ServerSocket socket = new ServerSocket()) {
                    socket.bind(everyAddress() ? new InetSocketAddress(port) : new InetSocketAddress(host, port));
                    return !socket.isBound();
                } catch (IOException exception) {
                    return true;
                }
            }
        }

        String problem(String reason) {
            String example = variable.endsWith("_PORT") ? "" : host.equals("127.0.0.1") ? "localhost:" : host + ":";
            int otherPort = port < 50_000 ? port + 10_000 : port - 10_000;
            return String.format(
                    "  %-5d %-22s %s; to change it: %s=%s%d", port, use, reason, variable, example, otherPort);
        }

        private boolean everyAddress() {
            return host.isEmpty() || host.equals("0.0.0.0") || host.equals("[::]");
        }
    }

    /** A process this one started, and how to see that it is ready. */
    private record Child(String name, URI health, IntPredicate ready, Process process, LastLines lines) {}

    /** The end of a log, to be shown again where it tells why something failed. */
    private static final class LastLines {

        private final String name;
        private final Deque<String> lines = new ArrayDeque<>();

        LastLines(String name) {
            this.name = name;
        }

        /** Keeps a line, unless it is a frame of a stack trace: those are so many that little else would be left. */
        synchronized void add(String line) {
            if (line.startsWith("\t")) {
                return;
            }
            lines.add(line);
            if (lines.size() > LAST_LINES) {
                lines.remove();
            }
        }

        synchronized void print() {
            say("Last lines of " + name + ":");
            lines.forEach(line -> Up.print(name, line));
        }
    }
}
