package dev.journey.benchmark;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/** The middle of several measurements, which one that went wrong does not move far. */
final class Median {

    private Median() {}

    /** The middle one, or the mean of the two in the middle; null of none. */
    static Double of(DoubleStream values) {
        double[] sorted = values.toArray();
        if (sorted.length == 0) {
            return null;
        }
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
