package dev.journey.faults;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Waiting for what takes its time. */
final class Waiting {

    private static final Duration INTERVAL = Duration.ofMillis(100);

    private Waiting() {}

    /** Returns whether the condition came true within the limit, as soon as it did. */
    static boolean until(Condition condition, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.isTrue()) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            hold(INTERVAL);
        }
        return true;
    }

    /** Lets time pass: a fault lasts. */
    static void hold(Duration duration) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(duration.toNanos());
    }

    /** What is waited for. */
    interface Condition {
        boolean isTrue() throws InterruptedException;
    }
}
