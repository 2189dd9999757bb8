package dev.journey.localstack.backend;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zipkin2.Span;
import zipkin2.codec.SpanBytesEncoder;

/**
 * Sends spans to a Zipkin server in the background. What the server does not take is dropped, so that it can neither
 * hold up a sender nor fill the memory.
 */
final class ZipkinSender implements AutoCloseable {

    private static final int CAPACITY = 10_000;
    private static final int BATCH = 500;

    private static final Logger LOGGER = LoggerFactory.getLogger(ZipkinSender.class);

    private final BlockingQueue<Span> waiting = new ArrayBlockingQueue<>(CAPACITY);
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final URI address;
    private final Thread worker = new Thread(this::sendUntilClosed, "zipkin-sender");

    private boolean failing;

    /**
     * Starts sending.
     *
     * @param zipkin the server's base address, such as {@code http://127.0.0.1:9411}
     */
    ZipkinSender(URI zipkin) {
        address = zipkin.resolve("/api/v2/spans");
        worker.setDaemon(true);
        worker.start();
    }

    /** Takes a span to send later, without waiting; false if there are too many already. */
    boolean offer(Span span) {
        return waiting.offer(span);
    }

    /** Stops at once; spans that still wait are lost. */
    @Override
    public void close() {
        worker.interrupt();
    }

    private void sendUntilClosed() {
        try {
            while (true) {
                List<Span> batch = new ArrayList<>(BATCH);
                batch.add(waiting.take());
                waiting.drainTo(batch, BATCH - 1);
                send(batch);
            }
        } catch (InterruptedException exception) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(List<Span> batch) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address)
                .timeout(Duration.ofSeconds(5))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(SpanBytesEncoder.JSON_V2.encodeList(batch)))
                .build();
        try {
            HttpResponse<Void> response = client.send(request, BodyHandlers.discarding());
            if (response.statusCode() / 100 == 2) {
                failing = false;
            } else {
                dropped(batch, "status " + response.statusCode());
            }
        } catch (IOException exception) {
            dropped(batch, exception.toString());
        }
    }

    private void dropped(List<Span> batch, String reason) {
        if (!failing) {
            LOGGER.warn(
                    "{} does not take spans ({}): {} dropped, and more until it does", address, reason, batch.size());
        }
        failing = true;
    }
}
