package dev.journey.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * A figure that is to be reached, and what was found.
 *
 * @param what of what
 * @param atMost whether it is an upper limit; otherwise it is a lower one
 * @param limit the figure
 * @param found what was found, or null if it was not measured
 */
record Target(String what, boolean atMost, double limit, Double found) {

    private static final int CHECKOUTS_FOR_MEMORY = 100_000;

    /** Whether it was reached; null if it was not measured. */
    Boolean reached() {
        if (found == null) {
            return null;
        }
        return atMost ? found <= limit : found >= limit;
    }

    /** All of them. Ratios are the middle of those of the repetitions, each of two neighbours in time. */
    static List<Target> of(Results results) {
        String pipeline = Row.PIPELINE.option();
        String byHand = Row.BY_HAND.option();
        List<Target> targets = new ArrayList<>(List.of(
                atLeast(
                        "checkouts a second, of those by hand",
                        0.9,
                        ratio(results, pipeline, byHand, Measurement.Kind.SATURATION, m -> m.load()
                                .rate())),
                atMost(
                        "CPU of the services a checkout, of that by hand",
                        1.15,
                        ratio(
                                results,
                                pipeline,
                                byHand,
                                Measurement.Kind.SATURATION,
                                Measurement::servicesCpuMilliseconds)),
                atMost(
                        "p99 at half load, of that by hand",
                        1.25,
                        ratio(results, pipeline, byHand, Measurement.Kind.HALF_LOAD, m -> m.load()
                                .latencies()
                                .p99())),
                atLeast(
                        "checkouts a second, of those without tracing",
                        0.9,
                        ratio(results, pipeline, Row.TRACING_OFF.option(), Measurement.Kind.SATURATION, m -> m.load()
                                .rate())),
                atMost(
                        "CPU of the services a checkout, of that with the agent",
                        1,
                        ratio(
                                results,
                                pipeline,
                                Row.AGENT.option(),
                                Measurement.Kind.SATURATION,
                                Measurement::servicesCpuMilliseconds)),
                atLeast(
                        "messages that stock consumes a second, of those that PerfTest does",
                        0.8,
                        drainRatio(results))));
        for (String service : Subjects.SERVICES) {
            targets.add(atMost(
                    service + "'s CPU until it is ready, AOT cache, of that as a fat jar",
                    0.35,
                    startRatio(results, service)));
        }
        for (String service : Subjects.SERVICES) {
            targets.add(atMost(service + "'s memory after 100,000 checkouts, MB", 256, memory(results, service)));
        }
        if (results.growth().size() > 1) {
            addGrowth(results.growth(), targets);
        }
        return targets;
    }

    private static void addGrowth(List<Growth.Stage> growth, List<Target> targets) {
        Growth.Stage last = growth.get(growth.size() - 1);
        Growth.Stage before = growth.get(growth.size() - 2);
        String span = String.format("after %,d checkouts, of that after %,d", last.checkouts(), before.checkouts());
        // A twentieth is what a heap's margin moves by.
        targets.add(atMost(
                "memory of the services " + span,
                1.05,
                (double) memory(last.measurement()) / memory(before.measurement())));
        targets.add(atMost(
                "CPU of the services a checkout " + span,
                1.05,
                last.measurement().servicesCpuMilliseconds()
                        / before.measurement().servicesCpuMilliseconds()));
        targets.add(atMost("threads, more than before", 0, (double) (threads(last) - threads(before))));
        targets.add(atMost("connections, more than before", 0, (double) (last.connections() - before.connections())));
        targets.add(atMost("channels, more than before", 0, (double) (last.channels() - before.channels())));
    }

    private static Target atLeast(String what, double limit, Double found) {
        return new Target(what, false, limit, found);
    }

    private static Target atMost(String what, double limit, Double found) {
        return new Target(what, true, limit, found);
    }

    private static Double ratio(
            Results results, String one, String other, Measurement.Kind kind, ToDoubleFunction<Measurement> figure) {
        List<Measurement> ones = results.of(one, kind);
        List<Measurement> others = results.of(other, kind);
        return Median.of(IntStream.range(0, Math.min(ones.size(), others.size()))
                .mapToDouble(index -> figure.applyAsDouble(ones.get(index)) / figure.applyAsDouble(others.get(index))));
    }

    private static Double drainRatio(Results results) {
        List<Drain> stock = drains(results, Row.PIPELINE.option());
        List<Drain> perfTest = drains(results, PerfTest.NAME);
        return Median.of(IntStream.range(0, Math.min(stock.size(), perfTest.size()))
                .mapToDouble(
                        index -> stock.get(index).rate() / perfTest.get(index).rate()));
    }

    private static List<Drain> drains(Results results, String consumer) {
        return results.drains().stream()
                .filter(drain -> drain.consumer().equals(consumer))
                .toList();
    }

    private static Double startRatio(Results results, String service) {
        Double cached = startCpu(results, service, Start.AOT_CACHE);
        Double fat = startCpu(results, service, Start.FAT_JAR);
        return cached == null || fat == null ? null : cached / fat;
    }

    private static Double startCpu(Results results, String service, String variant) {
        return Median.of(results.starts().stream()
                .filter(start ->
                        start.service().equals(service) && start.variant().equals(variant))
                .mapToDouble(Start::cpuSeconds));
    }

    private static Double memory(Results results, String service) {
        return results.growth().stream()
                .filter(stage -> stage.checkouts() >= CHECKOUTS_FOR_MEMORY)
                .findFirst()
                .map(stage -> stage.measurement().residentMegabytesAfter().get(service))
                .map(Long::doubleValue)
                .orElse(null);
    }

    private static long memory(Measurement measurement) {
        return Subjects.SERVICES.stream()
                .mapToLong(measurement.residentMegabytesAfter()::get)
                .sum();
    }

    private static int threads(Growth.Stage stage) {
        return stage.threads().values().stream().mapToInt(Integer::intValue).sum();
    }
}
