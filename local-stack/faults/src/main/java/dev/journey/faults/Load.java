package dev.journey.faults;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends checkouts at a fixed rate, however long the answers take, each with a trace of its own. A time to an answer
 * counts from when the checkout was due, so that a sender that is held up hides nothing.
 */
final class Load implements AutoCloseable {

    /** When the sender gives up. What is not answered then is under way at most this long. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private final URI checkout;
    private final long interval;
    private final Ledger ledger;
    private final ExecutorService executor = Executors.newFixedThreadPool(2, work -> daemon(work, "load-answers"));
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .executor(executor)
            .build();
    private final Thread sender = daemon(this::run, "load");
    private final Object gate = new Object();
    private boolean paused = true;
    private boolean closed;
    private Occurrence during;

    /** @param rate checkouts a second */
    Load(URI checkout, int rate, Ledger ledger) {
        this.checkout = checkout;
        this.ledger = ledger;
        interval = TimeUnit.SECONDS.toNanos(1) / rate;
        sender.start();
    }

    /** From now on, what is sent counts for this, and so does what is under way. */
    void during(Occurrence occurrence) {
        synchronized (gate) {
            ledger.begins(occurrence);
            during = occurrence;
        }
    }

    void resume() {
        synchronized (gate) {
            paused = false;
        }
    }

    /** Sends nothing until {@link #resume()}; what is under way goes on. */
    void pause() {
        synchronized (gate) {
            paused = true;
        }
    }

    /**
     * Pauses, and returns once everything that was sent is answered, and everything that was accepted has arrived.
     *
     * @throws IllegalStateException if that does not come about
     */
    void drain() throws InterruptedException {
        pause();
        long now = System.nanoTime();
        if (!Waiting.until(() -> ledger.isSettled(now), PATIENCE.multipliedBy(2))) {
            throw new IllegalStateException("What was accepted does not arrive");
        }
    }

    private void run() {
        long due = System.nanoTime();
        while (true) {
            synchronized (gate) {
                if (closed) {
                    return;
                }
                if (paused) {
                    due = System.nanoTime() + interval;
                } else if (System.nanoTime() - due >= 0) {
                    send(due);
                    due += interval;
                }
            }
            long wait = due - System.nanoTime();
            if (wait > 0) {
                LockSupport.parkNanos(wait);
            }
        }
    }

    private void send(long due) {
        String traceId = hex() + hex();
        HttpRequest request = HttpRequest.newBuilder(checkout)
                .header("traceparent", "00-" + traceId + "-" + hex() + "-01")
                .timeout(PATIENCE)
                .POST(BodyPublishers.noBody())
                .build();
        ledger.sent(traceId, during, due);
        http.sendAsync(request, BodyHandlers.discarding())
                .whenComplete(
                        (response, failure) -> ledger.answered(traceId, status(response, failure), System.nanoTime()));
    }

    private static int status(HttpResponse<?> response, Throwable failure) {
        if (failure == null) {
            return response.statusCode();
        }
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof HttpTimeoutException ? Ledger.NO_ANSWER : Ledger.NO_CONNECTION;
    }

    /** 16 hexadecimal digits that are not all 0, as an id of W3C Trace Context must be. */
    private static String hex() {
        return String.format("%016x", ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE));
    }

    private static Thread daemon(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void close() {
        synchronized (gate) {
            closed = true;
        }
        executor.shutdown();
    }
}
