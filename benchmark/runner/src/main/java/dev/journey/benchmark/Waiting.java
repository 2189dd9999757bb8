package dev.journey.benchmark;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Waiting for what takes its time. */
final class Waiting {

    private static final Duration INTERVAL = Duration.ofMillis(50);

    private Waiting() {}

    /** Returns whether the condition came true within the limit, as soon as it did. */
    static boolean until(Condition condition, Duration limit) throws InterruptedException {
        return until(condition, limit, INTERVAL);
    }

    /** The same, where the condition is looked at each interval. */
    static boolean until(Condition condition, Duration limit, Duration interval) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.isTrue()) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.sleep(interval.toNanos());
        }
        return true;
    }

    /** Is true once a count has stayed the same for so long. */
    static Condition quiet(LongSupplier count, Duration pause) {
        return new Condition() {
            private long last = count.getAsLong();
            private long since = System.nanoTime();

            @Override
            public boolean isTrue() {
                long now = count.getAsLong();
                if (now != last) {
                    last = now;
                    since = System.nanoTime();
                }
                return System.nanoTime() - since >= pause.toNanos();
            }
        };
    }

    /** What is waited for. */
    interface Condition {
        boolean isTrue() throws InterruptedException;
    }
}
