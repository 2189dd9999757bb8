package dev.journey.benchmark;

import java.util.ArrayList;
import java.util.List;

/**
 * What became of the checkouts of one measurement: answered, taken by stock, traced. If the counts do not agree, the
 * measurement is void, however fast it was.
 *
 * @param load what was sent and answered
 * @param consumed what stock says that it took; null if it cannot be seen
 * @param left what is still in the queue, or delivered and not acked
 * @param deadLettered what is in the dead-letter queue
 * @param traces what came to the sink; null if it cannot be seen
 * @param tracing what should have
 */
record Agreement(
        Load load, Long consumed, long left, long deadLettered, TraceTally.Count traces, Subject.Tracing tracing) {

    /** What does not agree; nothing if the measurement is good. */
    List<String> troubles() {
        List<String> troubles = new ArrayList<>();
        if (load.accepted() == 0) {
            troubles.add("no checkout was accepted");
        }
        if (load.accepted() != load.sent()) {
            troubles.add(load.sent() - load.accepted() + " of " + load.sent() + " were not answered 202: "
                    + load.statuses());
        }
        if (consumed != null && consumed != load.accepted()) {
            troubles.add(load.accepted() + " were confirmed and " + consumed + " consumed");
        }
        if (left != 0) {
            troubles.add(left + " messages are still in the queue or not acked");
        }
        if (deadLettered != 0) {
            troubles.add(deadLettered + " messages are dead letters");
        }
        switch (tracing) {
            case FIVE_SPANS -> {
                if (traces.complete() != load.accepted()) {
                    troubles.add(load.accepted() + " were confirmed and " + traces.complete()
                            + " have a trace of the five spans: " + traces.byRole());
                }
                if (traces.other() != 0) {
                    troubles.add(traces.other() + " traces are not of the five spans: " + traces.byRole());
                }
            }
            case NONE -> {
                if (traces.spans() != 0) {
                    troubles.add(traces.spans() + " spans came, and there should be none: " + traces.byRole());
                }
            }
            case AS_IT_COMES, UNSEEN -> {}
        }
        return troubles;
    }
}
