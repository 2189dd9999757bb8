package dev.journey.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Measures what a checkout costs, next to what it could cost. {@code scripts/benchmark} runs it. */
final class Benchmark {

    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss");
    private static final List<Row> COMPARED =
            List.of(Row.PIPELINE, Row.TRACING_OFF, Row.BY_HAND, Row.BY_HAND_TUNED, Row.AGENT);

    private final Options options;
    private final Jdk jdk;
    private final Path root;
    private final Path folder;
    private final FreePorts ports;
    private final Broker broker;
    private final Vegeta vegeta;
    private final Meter meter;
    private final Subjects subjects;
    private final Results results = Results.empty();
    private final Path json;
    private final Map<String, Double> warmRates = new LinkedHashMap<>();
    /** What is to end when the program is interrupted. */
    private final List<Subject> running = new ArrayList<>();
    /** Null until the run begins. */
    private Report report;

    private Benchmark(Options options, Path root, Path folder, Path vegetaProgram)
            throws IOException, InterruptedException {
        this.options = options;
        this.root = root;
        this.folder = folder;
        jdk = Jdk.in(options.java());
        ports = new FreePorts(options.firstPort());
        vegeta = new Vegeta(vegetaProgram, folder.resolve("vegeta"));
        broker = new Broker(
                Path.of(System.getenv().getOrDefault("RABBITMQ_BIN", "/usr/lib/rabbitmq/bin")),
                folder.resolve("rabbitmq"),
                ports);
        meter = new Meter(broker);
        subjects = new Subjects(root, folder, jdk, options.javaOptions(), broker, ports);
        json = root.resolve(Path.of("benchmark", "target", "benchmark.json"));
    }

    /**
     * Arguments: the project's folder, vegeta, then the options. Exits with 1 if the run is void, with 2 on misuse.
     */
    public static void main(String[] arguments) throws Exception {
        List<String> all = List.of(arguments);
        Path root = Path.of(arguments[0]).toAbsolutePath().normalize();
        Options options;
        try {
            options = Options.parse(all.subList(2, all.size()), ContainerImage.in(root));
        } catch (IllegalArgumentException exception) {
            System.err.println(exception.getMessage());
            System.exit(2);
            return;
        }
        Path folder = root.resolve(Path.of("benchmark", "target", "run"));
        delete(folder);
        Files.createDirectories(folder);
        say("RabbitMQ starts; logs are in " + root.relativize(folder));
        Benchmark benchmark = new Benchmark(options, root, folder, Path.of(arguments[1]));
        Runtime.getRuntime().addShutdownHook(new Thread(benchmark::end, "benchmark-end"));
        try {
            System.exit(benchmark.run() ? 0 : 1);
        } catch (IOException | RuntimeException exception) {
            // Other threads would keep the program going.
            exception.printStackTrace();
            System.exit(1);
        }
    }

    private boolean run() throws IOException, InterruptedException {
        Instant begun = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Machine machine = Machine.of(root, jdk, options.javaOptions(), broker.version(), vegeta.version());
        report = new Report(begun, machine, options, results);
        compare();
        if (options.rows().contains(Row.LIMITS)) {
            limits();
            report.writeJson(json, false);
        }
        if (options.rows().contains(Row.GROWTH)) {
            growth();
            report.writeJson(json, false);
        }
        if (options.rows().contains(Row.START)) {
            say("Starts, " + options.starts() + " of each");
            results.starts()
                    .addAll(new Starts(jdk, options.javaOptions(), broker, subjects, ports, folder.resolve("start"))
                            .measure(options.starts()));
        }
        report.writeJson(json, true);
        System.out.println("\n" + report.text());
        System.out.println("Each repetition is in " + root.relativize(json));
        List<String> troubles = results.troubles();
        if (troubles.isEmpty()) {
            System.out.println("All counts agree: what was confirmed was consumed, and traced as it should be");
            return true;
        }
        System.out.println("THIS RUN IS VOID:");
        troubles.forEach(trouble -> System.out.println("  " + trouble));
        return false;
    }

    /**
     * Everything that takes checkouts is loaded in turn, A B A B, so that a drift of the machine meets all alike: first as
     * much as it takes, then by half, so that nothing else is between what a ratio is of.
     */
    private void compare() throws IOException, InterruptedException {
        List<Subject> compared = new ArrayList<>();
        for (Row row : COMPARED) {
            if (options.rows().contains(row)) {
                compared.add(start(subjects.of(row)));
            }
        }
        if (options.peer() != null) {
            compared.add(Subjects.peer(options.peer(), options.peerPids()));
        }
        for (Subject subject : compared) {
            warmUp(subject);
        }
        for (int repetition = 1; repetition <= options.repetitions(); repetition++) {
            compare(compared, repetition);
        }
        if (options.rows().contains(Row.LIMITS)) {
            drain(compared);
        }
        compared.forEach(this::close);
    }

    private void compare(List<Subject> compared, int repetition) throws IOException, InterruptedException {
        Map<String, Integer> halves = new HashMap<>();
        for (Subject subject : compared) {
            Measurement saturation = meter.measure(
                    subject,
                    Measurement.Kind.SATURATION,
                    repetition,
                    0,
                    () -> vegeta.saturate(subject.entrance(), options.senders(), options.seconds()));
            add(saturation);
            halves.put(subject.name(), (int) Math.max(saturation.load().rate() / 2, 1));
        }
        for (Subject subject : compared) {
            int half = halves.get(subject.name());
            add(meter.measure(
                    subject,
                    Measurement.Kind.HALF_LOAD,
                    repetition,
                    half,
                    () -> vegeta.atRate(subject.entrance(), half, options.seconds())));
        }
    }

    private void add(Measurement measurement) throws IOException {
        results.measurements().add(measurement);
        report.writeJson(json, false);
        say(String.format(
                "%s, %s %d: %.0f/s%s",
                measurement.subject(),
                measurement.kind().text(),
                measurement.repetition(),
                measurement.load().rate(),
                measurement.troubles().isEmpty() ? "" : ", VOID: " + String.join("; ", measurement.troubles())));
    }

    /** So long that the JIT is done. What is not agreed on here is no matter, and does not stay. */
    private void warmUp(Subject subject) throws IOException, InterruptedException {
        Measurement warm = meter.measure(
                subject,
                Measurement.Kind.SATURATION,
                0,
                0,
                () -> vegeta.saturate(subject.entrance(), options.senders(), options.warmUpSeconds()));
        warmRates.put(subject.name(), warm.load().rate());
        say(String.format(
                "%s is warm: %.0f/s%s",
                subject.name(),
                warm.load().rate(),
                warm.troubles().isEmpty() ? "" : "; not counted: " + String.join("; ", warm.troubles())));
    }

    /** Stock, which is warm, and PerfTest find the same in their queues. */
    private void drain(List<Subject> compared) throws IOException, InterruptedException {
        PerfTest perfTest = new PerfTest(broker, jdk, root, folder.resolve("perf-test"), options.senders());
        for (int repetition = 1; repetition <= options.repetitions(); repetition++) {
            for (Subject subject : compared) {
                if (subject.virtualHost() != null && subject.tracing() == Subject.Tracing.FIVE_SPANS) {
                    long stock = subject.service("stock").pid();
                    Commands.signal(stock, "STOP");
                    results.drains()
                            .add(Drain.measure(
                                    broker,
                                    subject.virtualHost(),
                                    subject.name(),
                                    repetition,
                                    options.messages(),
                                    () -> Commands.signal(stock, "CONT")));
                }
            }
            results.drains().add(perfTest.drain(repetition, options.messages()));
            say("A full queue of " + options.messages() + " messages, " + repetition);
        }
        results.limits().addAll(perfTest.publishAndConsume(options.seconds()));
    }

    private void limits() throws IOException, InterruptedException {
        if (results.drains().isEmpty()) {
            drain(List.of());
        }
        say("Bare gRPC");
        results.limits()
                .add(new GrpcLimit(jdk, root, ports.find())
                        .measure(options.senders(), options.seconds(), options.seconds()));
    }

    private void growth() throws IOException, InterruptedException {
        Subject subject = start(subjects.pipeline("growth"));
        warmUp(subject);
        say("Growth up to " + options.growth() + " checkouts");
        results.growth()
                .addAll(new Growth(broker, meter, vegeta)
                        .measure(subject, options.growth(), options.senders(), warmRates.get(subject.name())));
        close(subject);
    }

    private Subject start(Subject subject) throws InterruptedException {
        synchronized (running) {
            running.add(subject);
        }
        subject.start();
        say(subject.name() + " is up");
        return subject;
    }

    private void close(Subject subject) {
        subject.close();
        synchronized (running) {
            running.remove(subject);
        }
    }

    private void end() {
        synchronized (running) {
            running.forEach(Subject::close);
        }
        broker.close();
    }

    private static void say(String what) {
        System.out.println(LocalTime.now().format(CLOCK) + " " + what);
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
