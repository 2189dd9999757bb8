package dev.journey.benchmark;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** What a start costs: as a fat jar, as a jar with its libraries beside it, and with the JDK's ahead-of-time cache. */
final class Starts {

    private static final Duration FIRST_ANSWER_LIMIT = Duration.ofSeconds(120);
    private static final Duration INTERVAL = Duration.ofMillis(25);
    private static final String VIRTUAL_HOST = "start";

    private final Jdk jdk;
    private final List<String> imageOptions;
    private final Broker broker;
    private final Subjects subjects;
    private final FreePorts ports;
    private final Path folder;
    private final CheckoutClient client = new CheckoutClient();

    /**
     * @param imageOptions what the image tells its JVM
     * @param folder for jars and logs
     */
    Starts(Jdk jdk, List<String> imageOptions, Broker broker, Subjects subjects, FreePorts ports, Path folder) {
        this.jdk = jdk;
        this.imageOptions = imageOptions;
        this.broker = broker;
        this.subjects = subjects;
        this.ports = ports;
        this.folder = folder;
    }

    /** How a service is launched: its options and its jar, by name of the service. */
    private record Variant(String name, Function<String, List<String>> options, Map<String, Path> jars) {}

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
                new Variant(Start.FAT_JAR, service -> List.of(), fat),
                new Variant(Start.EXTRACTED, service -> List.of(), extracted)));
        if (AheadOfTimeCaches.areSupported(jdk)) {
            Function<String, List<String>> caches = subjects.pipelineCaches();
            variants.add(new Variant(
                    Start.AOT_CACHE,
                    service -> Stream.of(imageOptions, caches.apply(service))
                            .flatMap(List::stream)
                            .toList(),
                    extracted));
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
        JavaProcess process = new Journey(variant, sinkPort).process(service);
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
        Journey journey = new Journey(variant, sinkPort);
        List<JavaProcess> processes = journey.all();
        long begin = System.nanoTime();
        try {
            processes.forEach(JavaProcess::start);
            if (!Waiting.until(() -> client.isAccepted(journey.entrance()), FIRST_ANSWER_LIMIT, INTERVAL)) {
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

    private static void stop(List<JavaProcess> processes) throws InterruptedException {
        for (JavaProcess process : processes) {
            process.stop();
        }
    }

    /** The three services with ports of their own. */
    private final class Journey {

        private final Variant variant;
        private final int sinkPort;
        private final int httpPort = ports.find();
        private final int grpcPort = ports.find();

        Journey(Variant variant, int sinkPort) {
            this.variant = variant;
            this.sinkPort = sinkPort;
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
            command.addAll(variant.options().apply(service));
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
