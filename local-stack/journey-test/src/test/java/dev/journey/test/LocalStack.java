package dev.journey.test;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The local stack as a user starts it, with Zipkin, on ports of its own and with what the last build made. */
final class LocalStack implements AutoCloseable {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent().getParent();
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
    private static final String UP = "Up after ";

    private final int httpPort = FreePort.find();
    private final int zipkinPort = FreePort.find();
    private final Process launcher;

    private LocalStack() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                ROOT.resolve(Path.of("local-stack", "Up.java")).toString(),
                "--skip-build");
        builder.environment().keySet().removeIf(name -> name.startsWith("OTEL_") || name.equals("TRACE_URL"));
        builder.environment().put("HTTP_ADDRESS", "127.0.0.1:" + httpPort);
        builder.environment().put("ZIPKIN_PORT", Integer.toString(zipkinPort));
        builder.environment().put("GRPC_ADDRESS", "127.0.0.1:" + FreePort.find());
        builder.environment().put("JAEGER_ENDPOINT", "127.0.0.1:" + FreePort.find());
        for (String port : List.of(
                "GATEWAY_MANAGEMENT_PORT", "CHECKOUT_MANAGEMENT_PORT", "STOCK_MANAGEMENT_PORT", "RABBITMQ_PORT")) {
            builder.environment().put(port, Integer.toString(FreePort.find()));
        }
        launcher = builder.redirectErrorStream(true).start();
    }

    /** Starts everything and returns once it is up. */
    static LocalStack start() throws IOException {
        LocalStack stack = new LocalStack();
        Runtime.getRuntime().addShutdownHook(new Thread(stack::close, "local-stack-end"));
        List<String> lines = new ArrayList<>();
        BufferedReader output = stack.launcher.inputReader();
        for (String line; (line = output.readLine()) != null; ) {
            lines.add(line);
            if (line.contains(UP)) {
                // What nobody reads would hold it up.
                Thread rest = new Thread(() -> output.lines().forEach(ignored -> {}), "local-stack-output");
                rest.setDaemon(true);
                rest.start();
                return stack;
            }
        }
        throw new IllegalStateException("The local stack does not start:\n" + String.join("\n", lines));
    }

    /** The page's address. */
    String page() {
        return "http://127.0.0.1:" + httpPort + "/";
    }

    String zipkin() {
        return "http://localhost:" + zipkinPort;
    }

    /** Ends one of the services at once; it does not come back. */
    void kill(String service) {
        List<ProcessHandle> found = launcher.descendants()
                .filter(process -> process.info().commandLine().orElse("").contains(service + "-app.jar"))
                .toList();
        if (found.isEmpty()) {
            throw new IllegalStateException(service + " does not run");
        }
        found.forEach(ProcessHandle::destroyForcibly);
    }

    @Override
    public void close() {
        launcher.toHandle().destroy();
        try {
            if (!launcher.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                launcher.destroyForcibly();
            }
        } catch (InterruptedException exception) {
            launcher.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
