package dev.journey.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Breaks the journey while checkouts go on at a fixed rate, and tells whether each that was accepted reached stock.
 * {@code scripts/faults} runs it.
 */
final class FaultSuite {

    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss");
    private static final Duration WARM_UP = Duration.ofSeconds(12);
    private static final Duration QUIET = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Options options;
    private final Ledger ledger = new Ledger();
    private final Map<Fault, List<Occurrence>> occurrences = new EnumMap<>(Fault.class);
    private final Map<Occurrence, Recovery> recoveries = new HashMap<>();
    /** The warm-up, and repairs: they belong to no fault. */
    private final List<Occurrence> others = new ArrayList<>();

    private final Map<Fault, List<String>> trouble = new EnumMap<>(Fault.class);
    private final List<String> generalTrouble = new ArrayList<>();

    private FaultSuite(Options options) {
        this.options = options;
        options.faults().forEach(fault -> {
            occurrences.put(fault, new ArrayList<>());
            trouble.put(fault, new ArrayList<>());
        });
    }

    /** Arguments: the project's folder, then the options. Exits with 1 if a promise was broken, with 2 on misuse. */
    public static void main(String[] arguments) throws Exception {
        List<String> all = List.of(arguments);
        Options options;
        try {
            options = Options.parse(all.subList(1, all.size()));
        } catch (IllegalArgumentException exception) {
            System.err.println(exception.getMessage());
            System.exit(2);
            return;
        }
        System.exit(new FaultSuite(options).run(Path.of(arguments[0]).toAbsolutePath()) ? 0 : 1);
    }

    private boolean run(Path root) throws IOException, InterruptedException {
        Path folder = root.resolve(Path.of("local-stack", "faults", "target", "run"));
        delete(folder);
        Files.createDirectories(folder);
        Instant begun = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Path rabbitMQ = Path.of(System.getenv().getOrDefault("RABBITMQ_BIN", "/usr/lib/rabbitmq/bin"));
        Journey journey = new Journey(root, folder, rabbitMQ, new FreePorts(options.firstPort()), ledger);
        Runtime.getRuntime().addShutdownHook(new Thread(journey::close, "journey-end"));
        say("RabbitMQ, a trace backend and the three services start; their logs are in " + root.relativize(folder));
        journey.start();
        try (Load load = new Load(journey.entrance(), options.rate(), ledger)) {
            Occurrence warmUp = new Occurrence(Fault.NONE, others.size());
            others.add(warmUp);
            load.during(warmUp);
            load.resume();
            Waiting.hold(WARM_UP);
            load.drain();
            for (int round = 1; round <= options.times() || ledger.accepted() < options.accepted(); round++) {
                for (Fault fault : options.faults()) {
                    make(new Occurrence(fault, round), journey, load);
                }
            }
            load.pause();
            long now = System.nanoTime();
            Waiting.until(() -> settled(journey, now), PATIENCE);
            return report(begun, root, folder, journey);
        }
    }

    private void make(Occurrence occurrence, Journey journey, Load load) throws IOException, InterruptedException {
        Fault fault = occurrence.fault();
        occurrences.get(fault).add(occurrence);
        load.during(occurrence);
        load.resume();
        Duration longest = Duration.ofSeconds(options.longestHoldSeconds());
        try {
            fault.strike(journey, load, fault.hold().compareTo(longest) > 0 ? longest : fault.hold());
        } catch (IllegalStateException exception) {
            trouble.get(fault).add(exception.getMessage());
        }
        // A fault that failed may have left it paused.
        load.resume();
        occurrence.end(System.nanoTime());
        boolean recovered = Waiting.until(() -> isWell(occurrence, journey), PATIENCE);
        recoveries.put(occurrence, recovery(occurrence, journey));
        Tally tally = ledger.tally(List.of(occurrence));
        say(occurrence + ": " + tally.accepted() + " accepted, refused " + tally.refused() + ", longest "
                + tally.longestSeconds() + " s, not arrived yet " + tally.lost().size() + "; "
                + recoveries.get(occurrence));
        for (Service service : journey.services()) {
            if (service.hasDied()) {
                trouble.get(fault).add(service.name() + " died by itself");
                recovered = false;
            }
        }
        if (!recovered) {
            trouble.get(fault)
                    .add("after " + PATIENCE.toSeconds() + " s it was still not well; the services were "
                            + "restarted to go on");
            Occurrence repair = new Occurrence(Fault.NONE, others.size());
            others.add(repair);
            ledger.writeOff();
            load.during(repair);
            journey.restartServices();
            repair.end(System.nanoTime());
            Waiting.until(() -> isWell(repair, journey), PATIENCE);
        }
    }

    /** Whether checkouts go through again, and none is refused, and what had piled up has arrived. */
    private boolean isWell(Occurrence occurrence, Journey journey) {
        long now = System.nanoTime();
        Recovery recovery = recovery(occurrence, journey);
        double quietSince = occurrence.endedAt() / 1e9 + recovery.lastRefused();
        return recovery.firstAccepted() != null
                && recovery.firstDelivered() != null
                && (recovery.firstTraces() != null || !occurrence.fault().isOfTracing())
                && now / 1e9 - quietSince > QUIET.toSeconds()
                && settled(journey, now - QUIET.toNanos());
    }

    private Recovery recovery(Occurrence occurrence, Journey journey) {
        Recovery recovery = ledger.recovery(occurrence);
        if (!occurrence.fault().isOfTracing()) {
            return recovery;
        }
        Long traces = journey.traces().firstOfEach(journey.services().size(), occurrence.endedAt());
        return recovery.withTraces(traces == null ? null : (traces - occurrence.endedAt()) / 1000000 / 1e3);
    }

    private boolean settled(Journey journey, long dueBefore) {
        if (!ledger.isSettled(dueBefore)) {
            journey.readDeadLetters();
        }
        return ledger.isSettled(dueBefore);
    }

    private boolean report(Instant begun, Path root, Path folder, Journey journey) throws IOException {
        List<Outcome> outcomes = options.faults().stream()
                .map(fault -> new Outcome(
                        fault,
                        ledger.tally(occurrences.get(fault)),
                        occurrences.get(fault).stream().map(recoveries::get).toList(),
                        trouble.get(fault)))
                .toList();
        List<Occurrence> all = Stream.concat(
                        others.stream(), occurrences.values().stream().flatMap(List::stream))
                .toList();
        Tally total = ledger.tally(all);
        ledger.tally(others).lost().forEach(lost -> generalTrouble.add(lost + " is lost, and by no fault"));
        if (ledger.strangers() > 0) {
            generalTrouble.add(ledger.strangers() + " arrived with a trace that nobody sent");
        }
        Report report = new Report(
                begun.toString(),
                options.rate(),
                outcomes,
                total,
                journey.traces().spans(),
                generalTrouble);
        Path json = folder.resolveSibling("faults.json");
        report.write(json);
        System.out.println();
        System.out.println(report.table());
        report.tracing().forEach(System.out::println);
        System.out.println(options.rate() + " checkouts a second; times are the longest of all occurrences, recovery "
                + "counts from when the cause was taken away; details in " + root.relativize(json));
        report.broken().forEach(what -> System.out.println("BROKEN: " + what));
        return report.broken().isEmpty();
    }

    private static void say(String what) {
        System.out.println(LocalTime.now().format(CLOCK) + " " + what);
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
