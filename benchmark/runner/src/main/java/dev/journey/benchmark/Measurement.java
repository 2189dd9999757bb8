package dev.journey.benchmark;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One load on one subject, and what it cost until all of it was done: taken from the queue, and its spans exported.
 *
 * @param subject its name
 * @param kind which load it was
 * @param repetition from 1
 * @param targetRate the fixed rate, or 0 at saturation
 * @param load what was sent and answered
 * @param consumed what stock says that it took; null if it cannot be seen
 * @param traces what came to the sink; null if it cannot be seen
 * @param behindSeconds how long after the last answer stock took the last message
 * @param cpuMilliseconds for each process, its processor time for one accepted checkout
 * @param otherCpuMilliseconds the same of all else on the machine: the load generator, this program, the kernel, others
 * @param residentMegabytesBefore the memory of each process, before
 * @param residentMegabytesAfter and after
 * @param troubles why it is void; nothing if it is good
 */
record Measurement(
        String subject,
        Kind kind,
        int repetition,
        int targetRate,
        Load load,
        Long consumed,
        TraceTally.Count traces,
        double behindSeconds,
        Map<String, Double> cpuMilliseconds,
        double otherCpuMilliseconds,
        Map<String, Long> residentMegabytesBefore,
        Map<String, Long> residentMegabytesAfter,
        List<String> troubles) {

    /** Which load. */
    enum Kind {
        SATURATION,
        HALF_LOAD,
        GROWTH;

        String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /** The processor time of the services, without the broker's, for one accepted checkout. */
    double servicesCpuMilliseconds() {
        return cpuMilliseconds.entrySet().stream()
                .filter(process -> !process.getKey().equals(Meter.BROKER))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }
}
