package dev.journey.faults;

import java.util.List;
import java.util.Map;

/**
 * What became of a number of checkouts.
 *
 * @param sent how many were sent
 * @param accepted answered 202
 * @param refused all others, by their answer
 * @param delivered accepted, and taken by stock
 * @param deadLettered accepted, and found in the dead-letter queue
 * @param lost accepted, and neither taken nor dead-lettered: their trace ids
 * @param doubled taken by stock again in the time of these occurrences
 * @param refusedYetTaken not accepted, and taken all the same
 * @param longestSeconds the longest time to an answer, of any kind, from when the checkout was due to be sent
 * @param medianSeconds the median time to a 202
 * @param percentile99Seconds 99 of 100 got their 202 in that time
 */
record Tally(
        int sent,
        int accepted,
        Map<String, Integer> refused,
        int delivered,
        int deadLettered,
        List<String> lost,
        int doubled,
        int refusedYetTaken,
        double longestSeconds,
        double medianSeconds,
        double percentile99Seconds) {

    /** How many were not accepted. */
    int refusals() {
        return sent - accepted;
    }
}
