package dev.journey.rabbitmq;

import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Threads that work on deliveries, as many as there is work for. The client's own are as many as there are processors, so
 * that a delivery that takes long would hold up others.
 *
 * <p>After each block of a channel's deliveries the client hands what has come since to the executor, as the last that it
 * does in a task. The thread that has just become free goes on with it: to wake another one costs more than a short
 * delivery.
 */
final class DeliveryExecutor extends ThreadPoolExecutor {

    private final ThreadLocal<Continuing> running = new ThreadLocal<>();

    DeliveryExecutor() {
        super(0, Integer.MAX_VALUE, 60, TimeUnit.SECONDS, new SynchronousQueue<>());
        CustomizableThreadFactory threads = new CustomizableThreadFactory("rabbitmq-delivery-");
        threads.setDaemon(true);
        setThreadFactory(threads);
    }

    @Override
    public void execute(Runnable task) {
        Continuing current = running.get();
        if (current == null || !current.takes(task)) {
            super.execute(new Continuing(task));
        }
    }

    /** A task, and those that it hands over to itself. */
    private final class Continuing implements Runnable {

        private Runnable current;
        private Runnable next;

        Continuing(Runnable task) {
            next = task;
        }

        // One of another kind is not the client's last act, and may be waited for.
        boolean takes(Runnable task) {
            if (next != null || task.getClass() != current.getClass()) {
                return false;
            }
            next = task;
            return true;
        }

        @Override
        public void run() {
            running.set(this);
            try {
                while (next != null) {
                    current = next;
                    next = null;
                    current.run();
                }
            } finally {
                running.remove();
                if (next != null) {
                    // What a task that failed has handed over has not failed.
                    execute(next);
                }
            }
        }
    }
}
