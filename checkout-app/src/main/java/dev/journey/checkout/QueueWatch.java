package dev.journey.checkout;

import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.core.QueueInformation;
import org.springframework.stereotype.Component;

/**
 * The lengths of the broker's queues, for those who must not wait for a broker. It is asked while somebody wants to know,
 * once a second at most.
 */
@Component
class QueueWatch {

    private static final Duration FRESH = Duration.ofSeconds(1);
    private static final Duration STALE = Duration.ofSeconds(10);

    private final AmqpAdmin broker;
    private final Map<String, Reading> readings = new ConcurrentHashMap<>();
    private final ExecutorService asking = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "queue-watch");
        thread.setDaemon(true);
        return thread;
    });

    QueueWatch(AmqpAdmin broker) {
        this.broker = broker;
    }

    /** What was last known of a queue; empty where that is nothing, or too long ago. Never waits. */
    Optional<QueueInformation> of(String queue) {
        Instant now = Instant.now();
        Reading reading = readings.compute(queue, (name, last) -> {
            if (last != null && (last.asking() || now.isBefore(last.time().plus(FRESH)))) {
                return last;
            }
            asking.execute(() -> readings.put(name, read(name)));
            return last == null ? new Reading(null, now, true) : last.askedAgain();
        });
        return now.isBefore(reading.time().plus(STALE)) ? Optional.ofNullable(reading.queue()) : Optional.empty();
    }

    private Reading read(String queue) {
        QueueInformation found = null;
        try {
            found = broker.getQueueInfo(queue);
        } catch (RuntimeException unknown) {
            // The broker does not answer; whoever needs it to will say so.
        }
        return new Reading(found, Instant.now(), false);
    }

    @PreDestroy
    void end() {
        asking.shutdownNow();
    }

    private record Reading(QueueInformation queue, Instant time, boolean asking) {

        Reading askedAgain() {
            return new Reading(queue, time, true);
        }
    }
}
