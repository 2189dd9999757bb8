package dev.journey.benchmark;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Puts a load on a subject, waits until all of it is done, and holds the counts against each other. */
final class Meter {

    /** The name of the broker among the processes. */
    static final String BROKER = "rabbitmq";

    private static final Duration CONSUME_LIMIT = Duration.ofSeconds(120);
    /** Longer than the SDK's batch processor waits before it exports, which is five seconds. */
    private static final Duration EXPORT_PAUSE = Duration.ofSeconds(6);
    /** Somebody's spans may never end. */
    private static final Duration EXPORT_LIMIT = Duration.ofSeconds(120);

    private final Broker broker;

    Meter(Broker broker) {
        this.broker = broker;
    }

    /** The load. */
    interface Loading {
        Load put() throws IOException, InterruptedException;
    }

    /** @throws IllegalStateException if one of its processes has died */
    Measurement measure(Subject subject, Measurement.Kind kind, int repetition, int targetRate, Loading loading)
            throws IOException, InterruptedException {
        if (subject.tally() != null) {
            subject.tally().reset();
        }
        long takenBefore = subject.taken() == null ? 0 : subject.taken().count();
        Map<String, ProcessFigures> before = figures(subject);
        long machineBefore = ProcessFigures.machineBusyMilliseconds();

        Load load = loading.put();
        long answered = System.nanoTime();
        awaitTaken(subject, takenBefore + load.accepted());
        double behind = (System.nanoTime() - answered) / 1e9;
        awaitSpans(subject, load.accepted());

        long machine = ProcessFigures.machineBusyMilliseconds() - machineBefore;
        Map<String, ProcessFigures> after = figures(subject);
        Long consumed = subject.taken() == null ? null : subject.taken().count() - takenBefore;
        TraceTally.Count traces =
                subject.tally() == null ? null : subject.tally().count();
        boolean ours = subject.virtualHost() != null;
        List<String> troubles = new Agreement(
                        load,
                        consumed,
                        ours ? broker.messages(subject.virtualHost(), Broker.QUEUE) : 0,
                        ours ? broker.messages(subject.virtualHost(), Broker.DEAD_LETTER_QUEUE) : 0,
                        traces,
                        subject.tracing())
                .troubles();

        Map<String, Double> cpu = new LinkedHashMap<>();
        Map<String, Long> residentBefore = new LinkedHashMap<>();
        Map<String, Long> residentAfter = new LinkedHashMap<>();
        long ofProcesses = 0;
        for (Map.Entry<String, ProcessFigures> process : after.entrySet()) {
            ProcessFigures start = before.get(process.getKey());
            long taken = process.getValue().cpuMilliseconds() - start.cpuMilliseconds();
            ofProcesses += taken;
            cpu.put(process.getKey(), each(taken, load));
            residentBefore.put(process.getKey(), start.residentKilobytes() / 1024);
            residentAfter.put(process.getKey(), process.getValue().residentKilobytes() / 1024);
        }
        return new Measurement(
                subject.name(),
                kind,
                repetition,
                targetRate,
                load,
                consumed,
                traces,
                behind,
                cpu,
                each(machine - ofProcesses, load),
                residentBefore,
                residentAfter,
                troubles);
    }

    private static double each(long milliseconds, Load load) {
        return (double) milliseconds / Math.max(load.accepted(), 1);
    }

    private Map<String, ProcessFigures> figures(Subject subject) throws IOException {
        for (JavaProcess service : subject.services()) {
            if (!service.isAlive()) {
                throw new IllegalStateException(
                        subject.name() + "'s " + service.name() + " has ended; see " + service.log());
            }
        }
        Map<String, ProcessFigures> figures = new LinkedHashMap<>(subject.figures());
        if (subject.virtualHost() != null) {
            figures.put(BROKER, ProcessFigures.of(broker.pid()));
        }
        return figures;
    }

    private static void awaitTaken(Subject subject, long expected) throws InterruptedException {
        if (subject.taken() != null) {
            Waiting.until(() -> read(subject.taken()) >= expected, CONSUME_LIMIT);
        }
    }

    private static long read(LineCount taken) {
        try {
            return taken.count();
        } catch (IOException exception) {
            throw new IllegalStateException(exception);
        }
    }

    /** Waits for what should come; where that does not come or is not known, until nothing comes any more. */
    private static void awaitSpans(Subject subject, long expected) throws InterruptedException {
        if (subject.tally() == null) {
            return;
        }
        Waiting.Condition quiet = Waiting.quiet(() -> subject.tally().count().spans(), EXPORT_PAUSE);
        Waiting.until(() -> isTraced(subject, expected) || quiet.isTrue(), EXPORT_LIMIT);
    }

    private static boolean isTraced(Subject subject, long expected) {
        return subject.tracing() == Subject.Tracing.FIVE_SPANS
                && subject.tally().count().complete() >= expected;
    }
}
