package dev.journey.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a fault did, all times that it was made together.
 *
 * @param fault the fault
 * @param tally what became of the checkouts
 * @param recoveries how the journey came back, each time
 * @param trouble what went wrong besides, such as a service that died
 */
record Outcome(Fault fault, Tally tally, List<Recovery> recoveries, List<String> trouble) {

    /** The deadline of a checkout, and a second. */
    static final double LONGEST_ANSWER_SECONDS = 6;
    /** What tells a caller that it is not to blame, and may try again. */
    private static final Set<String> TRY_AGAIN = Set.of("503", "504");
    /** How much longer the longest answer may take while the trace backend is in trouble. */
    static final double TRACING_SECONDS = 1;

    /**
     * What of it must not be, in words; empty if all is as promised.
     *
     * @param none what it was without a fault, in the same run
     */
    List<String> broken(Outcome none) {
        List<String> broken = new ArrayList<>(trouble);
        if (!tally.lost().isEmpty()) {
            broken.add(tally.lost().size() + " lost, such as " + tally.lost().get(0));
        }
        if (tally.doubled() > 0 && !fault.cutsWorkOff()) {
            broken.add(tally.doubled() + " doubled, and no work was cut off");
        }
        if (tally.accepted() == 0) {
            broken.add("nothing was accepted");
        }
        if (tally.longestSeconds() > LONGEST_ANSWER_SECONDS) {
            broken.add(
                    text("the longest answer took %.1f s, not %.0f", tally.longestSeconds(), LONGEST_ANSWER_SECONDS));
        }
        tally.refused().forEach((answer, number) -> {
            if (answer.matches("\\d+") && !TRY_AGAIN.contains(answer)) {
                broken.add(number + " were answered " + answer);
            }
        });
        if (fault.refusals() == Fault.Refusals.NONE && tally.refusals() > 0) {
            broken.add(tally.refusals() + " were not accepted, and this fault is nobody's business");
        }
        if (fault.refusals() == Fault.Refusals.SOME && tally.refusals() == 0) {
            broken.add("all were accepted: the fault was not felt");
        }
        if (fault.isOfTracing() && tally.longestSeconds() > none.tally().longestSeconds() + TRACING_SECONDS) {
            broken.add(text(
                    "the longest answer took %.1f s, and %.1f s without a fault",
                    tally.longestSeconds(), none.tally().longestSeconds()));
        }
        for (Recovery recovery : recoveries) {
            if (recovery.firstAccepted() == null
                    || recovery.firstDelivered() == null
                    || (fault.isOfTracing() && recovery.firstTraces() == null)) {
                broken.add("it did not recover");
            } else if (recovery.seconds() > fault.recoveryLimit().toSeconds()) {
                broken.add(text(
                        "it recovered after %.1f s, not %d",
                        recovery.seconds(), fault.recoveryLimit().toSeconds()));
            }
        }
        return broken.stream().distinct().toList();
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
