package dev.journey.benchmark;

/**
 * What a part of the journey can do at most, alone.
 *
 * @param what which part
 * @param rate how many a second
 * @param cpuMilliseconds the processor time of one, or null if it was not measured
 */
record Limit(String what, double rate, Double cpuMilliseconds) {}
