package dev.journey.faults;

import java.util.stream.Stream;

/**
 * How the journey came back after the cause of a fault was taken away, in seconds from then. Only checkouts that were
 * sent after it count.
 *
 * @param firstAccepted the first 202; null if there is none
 * @param firstDelivered the first that stock took; null if there is none
 * @param lastRefused when the last one was sent that was not accepted; 0 if all were
 * @param firstTraces when the trace backend had spans of all three services again; null where that is not asked, or not
 *     so
 */
record Recovery(Double firstAccepted, Double firstDelivered, double lastRefused, Double firstTraces) {

    /** The longest of them. */
    double seconds() {
        return Stream.of(firstAccepted, firstDelivered, lastRefused, firstTraces)
                .filter(seconds -> seconds != null)
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(0);
    }

    Recovery withTraces(Double seconds) {
        return new Recovery(firstAccepted, firstDelivered, lastRefused, seconds);
    }
}
