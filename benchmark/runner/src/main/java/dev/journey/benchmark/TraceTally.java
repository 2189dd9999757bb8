package dev.journey.benchmark;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts spans and, of the traces, those that have exactly the five of a checkout. A complete trace is forgotten, so that
 * a million of them take no memory; a span that comes to it later is then a trace that is not complete.
 */
final class TraceTally {

    /** The five spans, each once. */
    static final List<String> CHECKOUT =
            List.of("gateway SERVER", "gateway CLIENT", "checkout SERVER", "checkout PRODUCER", "stock CONSUMER");

    private static final int COMPLETE = (1 << CHECKOUT.size()) - 1;
    private static final int SPOILED = 1 << CHECKOUT.size();

    private record TraceId(long high, long low) {}

    private final Map<TraceId, Integer> incomplete = new HashMap<>();
    private final Map<String, long[]> spans = new HashMap<>();
    private long complete;

    /**
     * Counts a span.
     *
     * @param role its service and kind, such as {@code gateway SERVER}
     * @param traceId the 16 bytes of its trace's id
     */
    synchronized void add(String role, byte[] traceId) {
        spans.computeIfAbsent(role, key -> new long[1])[0]++;
        ByteBuffer bytes = ByteBuffer.wrap(traceId);
        TraceId id = new TraceId(bytes.getLong(), bytes.getLong());
        int seen = incomplete.getOrDefault(id, 0);
        int index = CHECKOUT.indexOf(role);
        seen |= index < 0 || (seen & 1 << index) != 0 ? SPOILED : 1 << index;
        if (seen == COMPLETE) {
            incomplete.remove(id);
            complete++;
        } else {
            incomplete.put(id, seen);
        }
    }

    /** What was counted since the last reset. */
    synchronized Count count() {
        Map<String, Long> byRole = new TreeMap<>();
        spans.forEach((role, count) -> byRole.put(role, count[0]));
        return new Count(
                byRole.values().stream().mapToLong(Long::longValue).sum(), complete, incomplete.size(), byRole);
    }

    /** Forgets everything. */
    synchronized void reset() {
        spans.clear();
        incomplete.clear();
        complete = 0;
    }

    /**
     * What was counted.
     *
     * @param spans all spans
     * @param complete traces of exactly the five spans of a checkout
     * @param other all other traces
     * @param byRole how many spans of each service and kind
     */
    record Count(long spans, long complete, long other, Map<String, Long> byRole) {}
}
