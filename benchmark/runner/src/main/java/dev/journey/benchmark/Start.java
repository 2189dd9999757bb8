package dev.journey.benchmark;

/**
 * One start of a service, or of the whole journey to its first 202.
 *
 * @param service its name, or {@link #JOURNEY}
 * @param variant how it was started
 * @param repetition from 1
 * @param wallSeconds from launch until it was ready
 * @param cpuSeconds the processor time it took until then
 * @param residentMegabytes its memory then
 */
record Start(
        String service, String variant, int repetition, double wallSeconds, double cpuSeconds, long residentMegabytes) {

    /** All three at once, until a checkout is accepted. */
    static final String JOURNEY = "all three, to the first 202";

    static final String FAT_JAR = "fat jar";
    static final String EXTRACTED = "extracted";
    static final String AOT_CACHE = "extracted, AOT cache, as in the image";
}
