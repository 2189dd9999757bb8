package dev.journey.faults;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;

/** Takes spans by OTLP over HTTP and counts them; it can be dead, slow and failing. */
final class TraceBackend implements AutoCloseable {

    /** Longer than an exporter waits for an answer, which is 10 seconds. */
    private static final Duration SLOWNESS = Duration.ofSeconds(15);

    /** How it answers. */
    enum Mood {
        WELL,
        /** Each answer comes when the exporter has given up. */
        SLOW,
        /** Each answer is 500. */
        FAILING
    }

    private final int port;
    private final ExecutorService executor = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "trace-backend");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<String, NavigableSet<Long>> exports = new HashMap<>();
    private volatile Mood mood = Mood.WELL;
    private HttpServer server;
    private long spans;

    TraceBackend(int port) {
        this.port = port;
    }

    int port() {
        return port;
    }

    /** Listens, and answers as told. */
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 0);
        server.setExecutor(executor);
        server.createContext("/v1/traces", this::receive);
        server.start();
    }

    /** Closes its port and its connections. */
    void stop() {
        server.stop(0);
    }

    void be(Mood now) {
        mood = now;
    }

    /** How many spans it has taken. */
    synchronized long spans() {
        return spans;
    }

    /**
     * When it had taken spans of so many services after a time (both of {@link System#nanoTime()}).
     *
     * @return null if it has not
     */
    synchronized Long firstOfEach(int services, long after) {
        long[] first = exports.values().stream()
                .map(times -> times.ceiling(after))
                .filter(time -> time != null)
                .mapToLong(Long::longValue)
                .sorted()
                .toArray();
        return first.length < services ? null : first[services - 1];
    }

    @Override
    public void close() {
        stop();
        executor.shutdownNow();
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            boolean compressed = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
            ExportTraceServiceRequest request = ExportTraceServiceRequest.parseFrom(
                    compressed ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody());
            Mood answer = mood;
            if (answer == Mood.SLOW) {
                Waiting.hold(SLOWNESS);
            }
            if (answer == Mood.WELL) {
                request.getResourceSpansList().forEach(this::keep);
            }
            exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(answer == Mood.FAILING ? 500 : 200, -1);
        } catch (InterruptedException exception) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void keep(ResourceSpans received) {
        spans += received.getScopeSpansList().stream()
                .mapToLong(scope -> scope.getSpansCount())
                .sum();
        received.getResource().getAttributesList().stream()
                .filter(attribute -> attribute.getKey().equals("service.name"))
                .forEach(attribute -> exports.computeIfAbsent(
                                attribute.getValue().getStringValue(), service -> new TreeSet<>())
                        .add(System.nanoTime()));
    }
}
