package dev.journey.faults;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What becomes of every checkout, by the id of its trace: what its sender was told, and what stock did. Times are of
 * {@link System#nanoTime()}. Safe for use by several threads.
 */
final class Ledger {

    static final int ACCEPTED = 202;
    /** The status of a checkout whose connection was refused or broke. */
    static final int NO_CONNECTION = 0;
    /** The status of a checkout that the sender has given up waiting for. */
    static final int NO_ANSWER = -1;

    private final Map<String, Checkout> checkouts = new HashMap<>();
    private final Map<Occurrence, List<Checkout>> byOccurrence = new HashMap<>();
    /** Those that are not answered, or accepted and not arrived. */
    private final Set<Checkout> open = new HashSet<>();

    private final Map<Occurrence, Integer> doubled = new HashMap<>();
    private Occurrence current;
    private int accepted;
    private int strangers;

    /** A fault begins: what is under way, or accepted and has not arrived, counts for this one. */
    synchronized void begins(Occurrence occurrence) {
        byOccurrence.values().forEach(checkouts -> checkouts.removeIf(open::contains));
        byOccurrence.put(occurrence, new ArrayList<>(open));
        current = occurrence;
    }

    /**
     * A checkout is about to be sent.
     *
     * @param due when it should have been, whatever kept the sender
     */
    synchronized void sent(String traceId, Occurrence during, long due) {
        Checkout checkout = new Checkout(traceId, due);
        checkouts.put(traceId, checkout);
        open.add(checkout);
        byOccurrence.computeIfAbsent(during, key -> new ArrayList<>()).add(checkout);
    }

    /** Its sender was told so: an HTTP status, {@link #NO_CONNECTION} or {@link #NO_ANSWER}. */
    synchronized void answered(String traceId, int status, long now) {
        Checkout checkout = checkouts.get(traceId);
        checkout.answered = true;
        checkout.status = status;
        checkout.answeredAt = now;
        accepted += checkout.isAccepted() ? 1 : 0;
        closeIfSettled(checkout);
    }

    /**
     * Stock has taken it. When that is for the second time, it is the doing of the fault that has begun last, whichever it
     * was sent during.
     */
    synchronized void taken(String traceId, long now) {
        Checkout checkout = checkouts.get(traceId);
        if (checkout == null) {
            strangers++;
            return;
        }
        checkout.taken++;
        if (checkout.taken == 1) {
            checkout.takenAt = now;
            closeIfSettled(checkout);
        } else if (checkout.taken == 2) {
            doubled.merge(current, 1, Integer::sum);
        }
    }

    /** It was found in the dead-letter queue. */
    synchronized void deadLettered(String traceId) {
        Checkout checkout = checkouts.get(traceId);
        if (checkout == null) {
            strangers++;
        } else {
            checkout.deadLettered = true;
            closeIfSettled(checkout);
        }
    }

    private void closeIfSettled(Checkout checkout) {
        if (checkout.answered && !checkout.isLost()) {
            open.remove(checkout);
        }
    }

    /** Waits no longer for what has not arrived: it is lost, unless it does arrive. */
    synchronized void writeOff() {
        open.removeIf(Checkout::isLost);
    }

    /** How many were taken or dead-lettered whose trace nobody sent: somewhere on its way a trace was lost. */
    synchronized int strangers() {
        return strangers;
    }

    /** How many were answered 202 so far. */
    synchronized int accepted() {
        return accepted;
    }

    /** Whether each checkout that was due before then is answered and, if it was accepted, arrived or written off. */
    synchronized boolean isSettled(long dueBefore) {
        return open.stream().noneMatch(checkout -> checkout.due - dueBefore < 0);
    }

    /** What became of the checkouts of these occurrences; one that has yet to arrive counts as lost. */
    synchronized Tally tally(Collection<Occurrence> occurrences) {
        List<Checkout> all = occurrences.stream()
                .flatMap(occurrence -> byOccurrence.getOrDefault(occurrence, List.of()).stream())
                .toList();
        Map<String, Integer> refused = new TreeMap<>();
        all.stream()
                .filter(checkout -> !checkout.isAccepted())
                .forEach(checkout -> refused.merge(checkout.answer(), 1, Integer::sum));
        long[] times = all.stream()
                .filter(Checkout::isAccepted)
                .mapToLong(checkout -> checkout.answeredAt - checkout.due)
                .sorted()
                .toArray();
        return new Tally(
                all.size(),
                times.length,
                refused,
                count(all, checkout -> checkout.isAccepted() && checkout.taken > 0),
                count(all, checkout -> checkout.isAccepted() && checkout.deadLettered),
                all.stream()
                        .filter(Checkout::isLost)
                        .map(checkout -> checkout.traceId)
                        .toList(),
                occurrences.stream()
                        .mapToInt(occurrence -> doubled.getOrDefault(occurrence, 0))
                        .sum(),
                count(all, checkout -> !checkout.isAccepted() && checkout.taken > 0),
                seconds(all.stream()
                        .filter(checkout -> checkout.answered)
                        .mapToLong(checkout -> checkout.answeredAt - checkout.due)
                        .max()
                        .orElse(0)),
                percentile(times, 50),
                percentile(times, 99));
    }

    /** How the journey came back after the end of an occurrence. */
    synchronized Recovery recovery(Occurrence occurrence) {
        List<Checkout> after = byOccurrence.getOrDefault(occurrence, List.of()).stream()
                .filter(checkout -> checkout.due - occurrence.endedAt() >= 0)
                .toList();
        long[] accepted = after.stream()
                .filter(Checkout::isAccepted)
                .mapToLong(checkout -> checkout.answeredAt - occurrence.endedAt())
                .toArray();
        long[] delivered = after.stream()
                .filter(checkout -> checkout.taken > 0)
                .mapToLong(checkout -> checkout.takenAt - occurrence.endedAt())
                .toArray();
        long lastRefused = after.stream()
                .filter(checkout -> checkout.answered && !checkout.isAccepted())
                .mapToLong(checkout -> checkout.due - occurrence.endedAt())
                .max()
                .orElse(0);
        return new Recovery(first(accepted), first(delivered), seconds(lastRefused), null);
    }

    private static Double first(long[] nanoseconds) {
        return nanoseconds.length == 0
                ? null
                : seconds(Arrays.stream(nanoseconds).min().orElseThrow());
    }

    private static int count(List<Checkout> all, Predicate<Checkout> condition) {
        return (int) all.stream().filter(condition).count();
    }

    private static double percentile(long[] sorted, int percent) {
        return sorted.length == 0 ? 0 : seconds(sorted[(int) ((sorted.length - 1L) * percent / 100)]);
    }

    private static double seconds(long nanoseconds) {
        return Math.round(nanoseconds / 1e6) / 1e3;
    }

    private static final class Checkout {

        private final String traceId;
        private final long due;
        private boolean answered;
        private int status;
        private long answeredAt;
        private int taken;
        private long takenAt;
        private boolean deadLettered;

        Checkout(String traceId, long due) {
            this.traceId = traceId;
            this.due = due;
        }

        boolean isAccepted() {
            return answered && status == ACCEPTED;
        }

        boolean isLost() {
            return isAccepted() && taken == 0 && !deadLettered;
        }

        String answer() {
            if (!answered) {
                return "under way";
            }
            return switch (status) {
                case NO_CONNECTION -> "no connection";
                case NO_ANSWER -> "no answer";
                default -> Integer.toString(status);
            };
        }
    }
}
