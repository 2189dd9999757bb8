package dev.journey.reload;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;

/** Stands between a consumer and the steps of its route, so that the steps can be exchanged while the consumer runs. */
final class Entrance extends AsyncProcessorSupport {

    private volatile Steps current;

    /** From now on, exchanges take these steps. Those that are under way finish by the ones they took. */
    void leadTo(Steps steps) {
        current = steps;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Steps steps = enter();
        return steps.processor.process(exchange, doneSync -> {
            try {
                callback.done(doneSync);
            } finally {
                steps.underWay.decrementAndGet();
            }
        });
    }

    // Counted before the second look: who counts the exchanges under way after an exchange of steps misses none.
    private Steps enter() {
        while (true) {
            Steps steps = current;
            steps.underWay.incrementAndGet();
            if (steps == current) {
                return steps;
            }
            steps.underWay.decrementAndGet();
        }
    }

    /** The steps of a route, and how many exchanges are on them. */
    static final class Steps {

        private final AsyncProcessor processor;
        private final AtomicInteger underWay = new AtomicInteger();

        Steps(AsyncProcessor processor) {
            this.processor = processor;
        }

        boolean areIdle() {
            return underWay.get() == 0;
        }
    }
}
