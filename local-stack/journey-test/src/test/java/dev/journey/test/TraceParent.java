package dev.journey.test;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A caller's trace context.
 *
 * @param traceId 32 hex digits
 * @param spanId 16 hex digits
 * @param sampled whether the caller records it
 * @see <a href="https://www.w3.org/TR/trace-context/#traceparent-header">W3C Trace Context, traceparent</a>
 */
record TraceParent(String traceId, String spanId, boolean sampled) {

    static TraceParent sampledOne() {
        return new TraceParent(hex(16), hex(8), true);
    }

    static TraceParent unsampledOne() {
        return new TraceParent(hex(16), hex(8), false);
    }

    private static String hex(int length) {
        byte[] bytes = new byte[length];
        ThreadLocalRandom.current().nextBytes(bytes);
        // All zeroes is not an id.
        bytes[0] |= 1;
        return HexFormat.of().formatHex(bytes);
    }

    /** As it is in a header. */
    @Override
    public String toString() {
        return "00-" + traceId + "-" + spanId + (sampled ? "-01" : "-00");
    }
}
