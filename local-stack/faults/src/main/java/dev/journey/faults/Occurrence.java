package dev.journey.faults;

/**
 * One time that a fault is made. The checkouts that are under way when it begins count as its own, and those that are sent
 * until the next begins. Times are of {@link System#nanoTime()}.
 */
final class Occurrence {

    private final Fault fault;
    private final int number;
    private volatile long endedAt;
    private volatile boolean ended;

    Occurrence(Fault fault, int number) {
        this.fault = fault;
        this.number = number;
    }

    Fault fault() {
        return fault;
    }

    int number() {
        return number;
    }

    /** Says when the cause was taken away: a process is started again, goes on, a limit is lifted. */
    void end(long now) {
        endedAt = now;
        ended = true;
    }

    boolean hasEnded() {
        return ended;
    }

    long endedAt() {
        return endedAt;
    }

    @Override
    public String toString() {
        return fault.title() + " (" + number + ")";
    }
}
