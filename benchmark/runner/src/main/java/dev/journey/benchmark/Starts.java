package dev.journey.benchmark;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a start costs: as a fat jar, as a jar with its libraries beside it, and with the JDK's ahead-of-time cache. */
final class Starts {

    private static final int FIRST_JDK_WITH_CACHE = 25;
    private static final int TRAINING_CHECKOUTS = 200;
    private static final Duration FIRST_ANSWER_LIMIT = Duration.ofSeconds(120);
    private static final Duration INTERVAL = Duration.ofMillis(25);
    private static final String VIRTUAL_HOST = "start";

    private final Jdk jdk;
    private final Broker broker;
    private final Subjects subjects;
    private final FreePorts ports;
    private final Path folder;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** @param folder for jars, caches and logs */
    Starts(Jdk jdk, Broker broker, Subjects subjects, FreePorts ports, Path folder) {
        this.jdk = jdk;
        this.broker = broker;
        this.subjects = subjects;
        this.ports = ports;
        this.folder = folder;
    }

    /** How a service is launched. */
    private record Variant(String name, List<String> options, Map<String, Path> jars, boolean cached) {}

    /** Measures each variant of each service in turn, so many times. */
    List<Start> measure(int repetitions) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        broker.add(VIRTUAL_HOST);
        Map<String, Path> extracted = new LinkedHashMap<>();
        Map<String, Path> fat = new LinkedHashMap<>();
        for (String service : Subjects.SERVICES) {
            extracted.put(service, subjects.jar(service));
            fat.put(service, FatJar.of(subjects.jar(service), folder.resolve("fat")));
        }
        List<Variant> variants = new ArrayList<>(List.of(
                new Variant(Start.FAT_JAR, List.of(), fat, false),
                new Variant(Start.EXTRACTED, List.of(), extracted, false)));
        if (jdk.feature() >= FIRST_JDK_WITH_CACHE) {
            Variant cached = new Variant(Start.AOT_CACHE, List.of("-XX:+UseSerialGC"), extracted, true);
            train(cached);
            variants.add(cached);
        }
        TraceTally tally = new TraceTally();
        int sinkPort = ports.find();
        List<Start> starts = new ArrayList<>();
        try (SpanSink sink = new SpanSink(sinkPort, tally)) {
            for (int repetition = 1; repetition <= repetitions; repetition++) {
                for (Variant variant : variants) {
                    for (String service : Subjects.SERVICES) {
                        starts.add(alone(service, variant, sinkPort, repetition));
                    }
                    starts.add(together(variant, sinkPort, repetition));
                }
            }
        }
        return starts;
    }

    private Start alone(String service, Variant variant, int sinkPort, int repetition)
            throws IOException, InterruptedException {
        JavaProcess process = new Journey(variant, sinkPort, "-XX:AOTCache=").process(service);
        long begin = System.nanoTime();
        process.start();
        try {
            process.awaitReady();
            double wall = (System.nanoTime() - begin) / 1e9;
            ProcessFigures figures = process.figures();
            return new Start(
                    service,
                    variant.name(),
                    repetition,
                    wall,
                    figures.cpuMilliseconds() / 1e3,
                    figures.residentKilobytes() / 1024);
        } finally {
            process.stop();
        }
    }

    private Start together(Variant variant, int sinkPort, int repetition) throws IOException, InterruptedException {
        Journey journey = new Journey(variant, sinkPort, "-XX:AOTCache=");
        List<JavaProcess> processes = journey.all();
        long begin = System.nanoTime();
        try {
            processes.forEach(JavaProcess::start);
            if (!Waiting.until(() -> isAccepted(journey.entrance()), FIRST_ANSWER_LIMIT, INTERVAL)) {
                throw new IllegalStateException("No checkout is accepted; see " + folder);
            }
            double wall = (System.nanoTime() - begin) / 1e9;
            long cpu = 0;
            long resident = 0;
            for (JavaProcess process : processes) {
                cpu += process.figures().cpuMilliseconds();
                resident += process.figures().residentKilobytes();
            }
            return new Start(Start.JOURNEY, variant.name(), repetition, wall, cpu / 1e3, resident / 1024);
        } finally {
            stop(processes);
        }
    }

    /** Makes the caches by a run of the journey, as scripts/train-aot does for the image. */
    private void train(Variant variant) throws IOException, InterruptedException {
        int sinkPort = ports.find();
        try (SpanSink sink = new SpanSink(sinkPort, new TraceTally())) {
            Journey journey = new Journey(variant, sinkPort, "-XX:AOTCacheOutput=");
            List<JavaProcess> processes = journey.all();
            try {
                processes.forEach(JavaProcess::start);
                for (JavaProcess process : processes) {
                    process.awaitReady();
                }
                for (int count = 0; count < TRAINING_CHECKOUTS; count++) {
                    isAccepted(journey.entrance());
                }
            } finally {
                stop(processes);
            }
        }
        for (String service : Subjects.SERVICES) {
            if (!Files.isRegularFile(cache(service))) {
                throw new IllegalStateException("The training run of " + service + " left no cache; see " + folder);
            }
        }
    }

    private static void stop(List<JavaProcess> processes) throws InterruptedException {
        for (JavaProcess process : processes) {
            process.stop();
        }
    }

    private boolean isAccepted(URI entrance) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(entrance)
                .timeout(Duration.ofSeconds(10))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(Vegeta.BODY))
                .build();
        try {
            return http.send(request, BodyHandlers.discarding()).statusCode() == 202;
        } catch (IOException exception) {
            return false;
        }
    }

    private Path cache(String service) {
        return folder.resolve(service + ".aot");
    }

    /** The three services with ports of their own. */
    private final class Journey {

        private final Variant variant;
        private final int sinkPort;
        private final String cacheOption;
        private final int httpPort = ports.find();
        private final int grpcPort = ports.find();

        Journey(Variant variant, int sinkPort, String cacheOption) {
            this.variant = variant;
            this.sinkPort = sinkPort;
            this.cacheOption = cacheOption;
        }

        URI entrance() {
            return URI.create("http://127.0.0.1:" + httpPort + "/api/checkout");
        }

        List<JavaProcess> all() {
            return Subjects.SERVICES.stream().map(this::process).toList();
        }

        JavaProcess process(String service) {
            List<String> command = new ArrayList<>();
            command.add(jdk.java().toString());
            if (variant.cached()) {
                command.add(cacheOption + cache(service));
            }
            command.addAll(variant.options());
            command.addAll(List.of("-jar", variant.jars().get(service).toString()));
            int management = ports.find();
            Map<String, String> environment = new LinkedHashMap<>(subjects.common(service, VIRTUAL_HOST, sinkPort));
            environment.put("HTTP_ADDRESS", "127.0.0.1:" + httpPort);
            environment.put("GRPC_ADDRESS", "127.0.0.1:" + grpcPort);
            environment.put("CHECKOUT_SERVICE_ADDRESS", "127.0.0.1:" + grpcPort);
            environment.put("MANAGEMENT_ADDRESS", "127.0.0.1:" + management);
            return new JavaProcess(service, command, environment, management, folder.resolve(service + ".log"));
        }
    }
}
