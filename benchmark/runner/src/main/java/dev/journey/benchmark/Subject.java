package dev.journey.benchmark;

import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Something that takes checkouts, and what can be seen of it.
 *
 * @param name as in the report
 * @param entrance where it takes them
 * @param virtualHost where its queues are, or null if its broker is not ours
 * @param services its processes; none if it is somebody else's
 * @param otherProcesses processes that are somebody else's, whose processor time counts, by name
 * @param sink where its spans go, or null
 * @param tally what the sink has counted
 * @param taken the messages that its stock says that it took, or null
 * @param tracing which spans there must be
 */
record Subject(
        String name,
        URI entrance,
        String virtualHost,
        List<JavaProcess> services,
        Map<String, Long> otherProcesses,
        SpanSink sink,
        TraceTally tally,
        LineCount taken,
        Tracing tracing)
        implements AutoCloseable {

    /** Which spans there must be. */
    enum Tracing {
        /** A trace of exactly five for each checkout. */
        FIVE_SPANS,
        /** None at all. */
        NONE,
        /** They are counted, and whatever comes is right. */
        AS_IT_COMES,
        /** They cannot be seen from here. */
        UNSEEN
    }

    /** Starts its processes and returns once they serve. */
    void start() throws InterruptedException {
        services.forEach(JavaProcess::start);
        for (JavaProcess service : services) {
            service.awaitReady();
        }
    }

    JavaProcess service(String service) {
        return services.stream()
                .filter(process -> process.name().equals(service))
                .findFirst()
                .orElseThrow();
    }

    /** What each of its processes has taken by now, by name. */
    Map<String, ProcessFigures> figures() throws IOException {
        Map<String, ProcessFigures> figures = new LinkedHashMap<>();
        for (JavaProcess service : services) {
            figures.put(service.name(), service.figures());
        }
        for (Map.Entry<String, Long> process : otherProcesses.entrySet()) {
            figures.put(process.getKey(), ProcessFigures.of(process.getValue()));
        }
        return figures;
    }

    /** Ends its processes. */
    @Override
    public void close() {
        try {
            for (JavaProcess service : services) {
                service.stop();
            }
        } catch (InterruptedException exception) {
            Thread.currentThread().interrupt();
        }
        if (sink != null) {
            sink.close();
        }
    }
}
