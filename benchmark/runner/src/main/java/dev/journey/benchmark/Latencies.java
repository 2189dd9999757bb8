package dev.journey.benchmark;

import java.util.Arrays;
import java.util.List;

/**
 * How long answers took, in milliseconds; each counts from when its request was due, not from when it was sent.
 *
 * @param p50 half took at most that
 * @param p99 99 of 100
 * @param p999 999 of 1000
 * @param max all
 */
record Latencies(double p50, double p99, double p999, double max) {

    private static final double NANOSECONDS_A_MILLISECOND = 1e6;

    /**
     * One request.
     *
     * @param number its place in the schedule, from 0
     * @param sent when it was sent, in nanoseconds
     * @param duration how long it then took to the whole answer, in nanoseconds
     */
    record Request(long number, long sent, long duration) {}

    /**
     * @param rate requests a second, which makes the schedule; it begins when the one that was most punctual says
     * @throws IllegalArgumentException if there is no request
     */
    static Latencies of(List<Request> requests, int rate) {
        long begin = requests.stream()
                .mapToLong(request -> request.sent() - due(request, rate))
                .min()
                .orElseThrow(() -> new IllegalArgumentException("No request, no latency"));
        return of(requests.stream()
                .mapToLong(request -> request.sent() + request.duration() - begin - due(request, rate))
                .toArray());
    }

    /** @param nanoseconds of each answer; one at least */
    static Latencies of(long[] nanoseconds) {
        long[] sorted = nanoseconds.clone();
        Arrays.sort(sorted);
        return new Latencies(
                percentile(sorted, 50), percentile(sorted, 99), percentile(sorted, 99.9), percentile(sorted, 100));
    }

    // Nearest rank: the smallest value that so many of a hundred do not exceed.
    private static double percentile(long[] sorted, double percent) {
        int rank = (int) Math.ceil(percent * sorted.length / 100 - 1e-9);
        return sorted[Math.max(rank, 1) - 1] / NANOSECONDS_A_MILLISECOND;
    }

    private static long due(Request request, int rate) {
        return request.number() * 1_000_000_000L / rate;
    }
}
