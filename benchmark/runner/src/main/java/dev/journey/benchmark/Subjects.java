package dev.journey.benchmark;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** Makes what is compared, each with ports, a virtual host and a sink of its own. */
final class Subjects {

    static final List<String> SERVICES = List.of("gateway", "checkout", "stock");
    static final String ORDER_TAKEN = "Order taken";

    private static final String PIPELINE = "pipeline";
    private static final String BY_HAND = "by-hand";

    private final Path root;
    private final Path logs;
    private final Jdk jdk;
    private final List<String> javaOptions;
    private final Broker broker;
    private final FreePorts ports;
    private final AheadOfTimeCaches caches;
    private final Set<String> trained = new HashSet<>();

    /**
     * @param root the project's folder
     * @param folder for what services print, and their ahead-of-time caches
     */
    Subjects(Path root, Path folder, Jdk jdk, List<String> javaOptions, Broker broker, FreePorts ports) {
        this.root = root;
        logs = folder.resolve("logs");
        caches = new AheadOfTimeCaches(jdk, folder.resolve("caches"));
        this.jdk = jdk;
        this.javaOptions = javaOptions;
        this.broker = broker;
        this.ports = ports;
    }

    /** What a row compares. */
    Subject of(Row row) throws IOException, InterruptedException {
        return switch (row) {
            case PIPELINE -> pipeline(row.option());
            case TRACING_OFF ->
                cached(
                        PIPELINE,
                        row.option(),
                        Subject.Tracing.NONE,
                        pipeline(Map.of("CAMEL_OPENTELEMETRY2_ENABLED", "false", "OTEL_SDK_DISABLED", "true")));
            case AGENT -> agent(row.option());
            case BY_HAND -> byHand(row.option(), Map.of());
            case BY_HAND_TUNED ->
                byHand(
                        row.option(),
                        Map.of(
                                "JOURNEY_TUNED", "true",
                                "OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "1024",
                                "SPRING_RABBITMQ_LISTENER_TYPE", "direct"));
            default -> throw new IllegalArgumentException(row.option());
        };
    }

    /** The services as they are. */
    Subject pipeline(String name) throws IOException, InterruptedException {
        return cached(PIPELINE, name, Subject.Tracing.FIVE_SPANS, pipeline(Map.of()));
    }

    /** Has the services use their caches, by name of the service; nothing where the JDK has none. */
    Function<String, List<String>> pipelineCaches() throws IOException, InterruptedException {
        return caches(PIPELINE, pipeline(Map.of()));
    }

    /** Somebody else's, of which only the answers and perhaps the processor time can be seen. */
    static Subject peer(URI entrance, List<Long> pids) {
        Map<String, Long> processes = new LinkedHashMap<>();
        pids.forEach(pid -> processes.put("process " + pid, pid));
        return new Subject("peer", entrance, null, List.of(), processes, null, null, null, Subject.Tracing.UNSEEN);
    }

    private Launcher pipeline(Map<String, String> settings) {
        return (service, addresses, options) -> {
            Map<String, String> environment = new LinkedHashMap<>(settings);
            environment.put("HTTP_ADDRESS", "127.0.0.1:" + addresses.http());
            environment.put("GRPC_ADDRESS", "127.0.0.1:" + addresses.grpc());
            environment.put("CHECKOUT_SERVICE_ADDRESS", "127.0.0.1:" + addresses.grpc());
            environment.put("MANAGEMENT_ADDRESS", "127.0.0.1:" + addresses.management());
            List<String> command = java(options);
            command.addAll(List.of("-jar", jar(service).toString()));
            return new Launch(command, environment);
        };
    }

    // An agent that changes classes and a cache of classes exclude each other.
    private Subject agent(String name) throws IOException, InterruptedException {
        List<String> options = List.of("-javaagent:" + agent());
        return subject(
                name,
                Subject.Tracing.AS_IT_COMES,
                service -> options,
                pipeline(Map.of(
                        "CAMEL_OPENTELEMETRY2_ENABLED", "false",
                        // Spring's container looks at its consumers once a second, which is no checkout's.
                        "OTEL_INSTRUMENTATION_SPRING_SCHEDULING_ENABLED", "false")));
    }

    private Subject byHand(String name, Map<String, String> settings) throws IOException, InterruptedException {
        Path jar = existing(root.resolve(Path.of("benchmark", "by-hand", "target", "app", "by-hand.jar")));
        return cached(BY_HAND, name, Subject.Tracing.FIVE_SPANS, (service, addresses, options) -> {
            Map<String, String> environment = new LinkedHashMap<>(settings);
            environment.put("HTTP_PORT", Integer.toString(addresses.http()));
            environment.put("GRPC_PORT", Integer.toString(addresses.grpc()));
            environment.put("CHECKOUT_PORT", Integer.toString(addresses.grpc()));
            environment.put("MANAGEMENT_PORT", Integer.toString(addresses.management()));
            List<String> command = java(options);
            command.addAll(List.of("-jar", jar.toString(), service));
            return new Launch(command, environment);
        });
    }

    private record Addresses(int http, int grpc, int management) {}

    private record Launch(List<String> command, Map<String, String> environment) {}

    private interface Launcher {
        Launch of(String service, Addresses addresses, List<String> javaOptions);
    }

    private Subject cached(String journey, String name, Subject.Tracing tracing, Launcher launcher)
            throws IOException, InterruptedException {
        return subject(name, tracing, caches(journey, launcher), launcher);
    }

    private Function<String, List<String>> caches(String journey, Launcher launcher)
            throws IOException, InterruptedException {
        if (AheadOfTimeCaches.areSupported(jdk) && trained.add(journey)) {
            caches.train(
                    journey,
                    subject(
                            journey + "-training",
                            Subject.Tracing.AS_IT_COMES,
                            service -> caches.recording(journey, service),
                            launcher));
        }
        return service -> caches.using(journey, service);
    }

    private Subject subject(
            String name, Subject.Tracing tracing, Function<String, List<String>> javaOptions, Launcher launcher)
            throws IOException, InterruptedException {
        broker.add(name);
        TraceTally tally = new TraceTally();
        int sinkPort = ports.find();
        int http = ports.find();
        int grpc = ports.find();
        Path folder = logs.resolve(name);
        List<JavaProcess> services = new ArrayList<>();
        for (String service : SERVICES) {
            int management = ports.find();
            Launch launch = launcher.of(service, new Addresses(http, grpc, management), javaOptions.apply(service));
            Map<String, String> environment = new LinkedHashMap<>(launch.environment());
            environment.putAll(common(service, name, sinkPort));
            services.add(new JavaProcess(
                    service, launch.command(), environment, management, folder.resolve(service + ".log")));
        }
        return new Subject(
                name,
                URI.create("http://127.0.0.1:" + http + "/api/checkout"),
                name,
                services,
                Map.of(),
                new SpanSink(sinkPort, tally),
                tally,
                new LineCount(folder.resolve("stock.log"), ORDER_TAKEN),
                tracing);
    }

    /** What holds for each service, whoever wrote it. */
    Map<String, String> common(String service, String virtualHost, int sinkPort) {
        Map<String, String> environment = new LinkedHashMap<>(Map.of(
                "RABBITMQ_HOST",
                "127.0.0.1",
                "RABBITMQ_PORT",
                Integer.toString(broker.port()),
                "RABBITMQ_USER",
                Broker.USER,
                "RABBITMQ_PASS",
                Broker.USER,
                "OTEL_SERVICE_NAME",
                service,
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                "http://127.0.0.1:" + sinkPort,
                "OTEL_EXPORTER_OTLP_PROTOCOL",
                "http/protobuf",
                "OTEL_METRICS_EXPORTER",
                "none",
                "OTEL_LOGS_EXPORTER",
                "none",
                "OTEL_PROPAGATORS",
                "tracecontext"));
        if (!service.equals("gateway")) {
            environment.put("SPRING_RABBITMQ_VIRTUALHOST", virtualHost);
        }
        if (jdk.feature() >= 21) {
            // As in the container image.
            environment.put("SPRING_THREADS_VIRTUAL_ENABLED", "true");
        }
        return environment;
    }

    private List<String> java(List<String> moreOptions) {
        List<String> command = new ArrayList<>();
        command.add(jdk.java().toString());
        command.addAll(javaOptions);
        command.addAll(moreOptions);
        return command;
    }

    /** The jar of a service, which has its libraries beside it. */
    Path jar(String service) {
        return existing(root.resolve(Path.of(service + "-app", "target", "app", service + "-app.jar")));
    }

    private Path agent() throws IOException {
        Path libraries = root.resolve(Path.of("benchmark", "runner", "target", "app", "lib"));
        try (Stream<Path> files = Files.list(libraries)) {
            return files.filter(file -> file.getFileName().toString().startsWith("opentelemetry-javaagent-"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("There is no agent in " + libraries));
        }
    }

    private static Path existing(Path jar) {
        if (!Files.isRegularFile(jar)) {
            throw new IllegalStateException(jar + " is not there: build the project first");
        }
        return jar;
    }
}
