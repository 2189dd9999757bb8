package dev.journey.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;

/** Takes traces by OTLP over HTTP, as a trace backend does, and keeps them for the tests to read. */
final class SpanReceiver implements AutoCloseable {

    private static final Duration ARRIVAL_LIMIT = Duration.ofSeconds(20);
    // Several times the exporters' delay.
    private static final Duration QUIET = Duration.ofMillis(500);

    private final Map<String, Queue<ReceivedSpan>> traces = new ConcurrentHashMap<>();
    private final Queue<String> refused = new ConcurrentLinkedQueue<>();
    private final ExecutorService executor = Executors.newFixedThreadPool(4, work -> {
        Thread thread = new Thread(work, "span-receiver");
        thread.setDaemon(true);
        return thread;
    });
    private final HttpServer server;

    SpanReceiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), FreePort.find()), 0);
        server.setExecutor(executor);
        server.createContext("/", this::receive);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** What is there of a trace now. */
    Trace trace(String id) {
        return new Trace(id, List.copyOf(traces.getOrDefault(id, new ConcurrentLinkedQueue<>())));
    }

    private int size(String id) {
        return trace(id).spans().size();
    }

    /** Every span that was ever received. */
    List<ReceivedSpan> spans() {
        return traces.values().stream().flatMap(Queue::stream).toList();
    }

    List<String> traceIds() {
        return List.copyOf(traces.keySet());
    }

    /** What came that is not an export of traces. */
    List<String> refused() {
        return List.copyOf(refused);
    }

    /** Returns a trace once so many spans of it have arrived and no more of them come; an error where others do. */
    Trace awaitTrace(String id, int spans) {
        await("a trace of " + spans + " spans").atMost(ARRIVAL_LIMIT).untilAsserted(() -> assertThat(size(id))
                .as(() -> trace(id).toString())
                .isGreaterThanOrEqualTo(spans));
        await("nothing more in the trace")
                .during(QUIET)
                .atMost(QUIET.multipliedBy(4))
                .untilAsserted(() ->
                        assertThat(size(id)).as(() -> trace(id).toString()).isEqualTo(spans));
        return trace(id);
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String type = exchange.getRequestHeaders().getFirst("Content-Type");
            if (!"POST".equals(exchange.getRequestMethod())
                    || !"/v1/traces".equals(path)
                    || !"application/x-protobuf".equals(type)) {
                refused.add(exchange.getRequestMethod() + " " + path + " " + type);
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            ExportTraceServiceRequest.parseFrom(body(exchange))
                    .getResourceSpansList()
                    .forEach(ofResource -> ofResource.getScopeSpansList().stream()
                            .flatMap(ofScope -> ofScope.getSpansList().stream())
                            .forEach(span -> keep(new ReceivedSpan(ofResource.getResource(), span))));
            byte[] answer = ExportTraceServiceResponse.getDefaultInstance().toByteArray();
            exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
        }
    }

    private static InputStream body(HttpExchange exchange) throws IOException {
        boolean compressed = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
        return compressed ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody();
    }

    private void keep(ReceivedSpan span) {
        traces.computeIfAbsent(span.traceId(), id -> new ConcurrentLinkedQueue<>())
                .add(span);
    }
}
