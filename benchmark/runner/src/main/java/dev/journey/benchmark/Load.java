package dev.journey.benchmark;

import java.util.Map;

/**
 * What a load came to.
 *
 * @param sent requests
 * @param accepted those answered 202
 * @param statuses how many of each status; 0 is no answer
 * @param seconds from the first request to the last answer
 * @param latencies only of a load at a fixed rate
 */
record Load(long sent, long accepted, Map<String, Long> statuses, double seconds, Latencies latencies) {

    /** Accepted requests a second. */
    double rate() {
        return accepted / seconds;
    }
}
