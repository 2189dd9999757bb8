package dev.journey.gateway;

/**
 * What became of requests or calls, since the gateway started.
 *
 * @param answered how many there were
 * @param refused how many of them their sender was to blame for
 * @param failed how many of them failed for another reason
 * @param inFlight how many more are being worked on
 */
record Figures(long answered, long refused, long failed, int inFlight) {}
