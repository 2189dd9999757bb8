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

    private final AmqpAdmin broker;
    private final List<String> names;
    private final ExecutorService asking = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "queue-watch");
        thread.setDaemon(true);
        return thread;
    });
    private Question question;
    private volatile Reading last = new Reading(Map.of(), System.nanoTime());

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

    /** What was last known of a queue; empty where that is nothing, or too long ago. Never waits. */
    Optional<QueueInformation> lastOf(String queue) {
        ask();
        Reading reading = last;
        return reading.isWithin(STALE) ? reading.of(queue) : Optional.empty();
    }

    /**
     * What is known of a queue now; empty where the broker does not say. Waits for it, but not longer than a second from
     * when it was asked: whoever reads several figures waits once.
     */
    Optional<QueueInformation> presentOf(String queue) {
        Question asked = ask();
        long left = PATIENCE.toNanos() - (System.nanoTime() - asked.time());
        return asked.answer()
                .copy()
                .completeOnTimeout(new Reading(Map.of(), asked.time()), left, TimeUnit.NANOSECONDS)
                .join()
                .of(queue);
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
            return answer.isDone() && !answer.join().isWithin(age);
        }
    }

    private record Reading(Map<String, QueueInformation> queues, long time) {

        Optional<QueueInformation> of(String queue) {
            return Optional.ofNullable(queues.get(queue));
        }

        boolean isWithin(Duration age) {
            return System.nanoTime() - time < age.toNanos();
        }
    }
}
