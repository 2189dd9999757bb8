package dev.journey.checkout;

import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.core.QueueInformation;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * The lengths of the broker's queues, for those who must not wait for a broker. It is asked while somebody wants to know,
 * for all queues at once, and once a second at most.
 */
@Component
class QueueWatch {

    private static final Duration FRESH = Duration.ofSeconds(1);
    private static final Duration STALE = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Duration GLANCE = Duration.ofMillis(200);
    private static final Reading NOTHING = new Reading(Map.of(), System.nanoTime());

    private final AmqpAdmin broker;
    private final List<String> names;
    private final ExecutorService asking = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "queue-watch");
        thread.setDaemon(true);
        return thread;
    });
    private Question question;
    private volatile Reading last = NOTHING;

    QueueWatch(
            AmqpAdmin broker,
            @Value("${amqp.queue}") String queue,
            @Value("${amqp.dead-letter-queue}") String deadLetterQueue) {
        this.broker = broker;
        this.names = List.of(queue, deadLetterQueue);
    }

    List<String> names() {
        return names;
    }

    /**
     * What the broker says within a fifth of a second, or else what it last said; nothing where that is too long ago. No
     * thread waits for it.
     */
    CompletableFuture<Reading> soon() {
        return answer(GLANCE, last).thenApply(reading -> reading.isWithin(STALE) ? reading : NOTHING);
    }

    /** What is known of a queue now; empty where the broker does not say. Waits for it a second at most. */
    Optional<QueueInformation> presentOf(String queue) {
        return answer(PATIENCE, NOTHING).join().of(queue);
    }

    // The time runs from when the broker was asked: whoever wants several figures, and everybody else, waits once.
    private CompletableFuture<Reading> answer(Duration patience, Reading otherwise) {
        Question asked = ask();
        long left = patience.toNanos() - (System.nanoTime() - asked.time());
        return asked.answer().copy().completeOnTimeout(otherwise, left, TimeUnit.NANOSECONDS);
    }

    private synchronized Question ask() {
        if (question == null || question.isAnsweredLongerAgoThan(FRESH)) {
            question = new Question(System.nanoTime(), CompletableFuture.supplyAsync(this::read, asking));
        }
        return question;
    }

    private Reading read() {
        Map<String, QueueInformation> found = new HashMap<>();
        try {
            for (String name : names) {
                QueueInformation queue = broker.getQueueInfo(name);
                if (queue != null) {
                    found.put(name, queue);
                }
            }
        } catch (RuntimeException unknown) {
            // The broker does not answer; whoever needs it to will say so.
        }
        last = new Reading(found, System.nanoTime());
        return last;
    }

    @PreDestroy
    void end() {
        asking.shutdownNow();
    }

    private record Question(long time, CompletableFuture<Reading> answer) {

        boolean isAnsweredLongerAgoThan(Duration age) {
            return answer.isCompletedExceptionally()
                    || answer.isDone() && !answer.join().isWithin(age);
        }
    }

    /** What the broker said of its queues, and when. */
    record Reading(Map<String, QueueInformation> queues, long time) {

        Optional<QueueInformation> of(String queue) {
            return Optional.ofNullable(queues.get(queue));
        }

        private boolean isWithin(Duration age) {
            return System.nanoTime() - time < age.toNanos();
        }
    }
}
