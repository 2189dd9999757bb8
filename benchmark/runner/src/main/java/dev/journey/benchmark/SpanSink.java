package dev.journey.benchmark;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;

/** Takes spans by OTLP over HTTP, counts them and keeps nothing. */
final class SpanSink implements AutoCloseable {

    private final TraceTally tally;
    private final HttpServer server;
    private final ExecutorService executor = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "span-sink");
        thread.setDaemon(true);
        return thread;
    });

    SpanSink(int port, TraceTally tally) throws IOException {
        this.tally = tally;
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.setExecutor(executor);
        server.createContext("/v1/traces", this::receive);
        server.createContext("/", exchange -> answer(exchange, 404));
        server.start();
    }

    private void receive(HttpExchange exchange) throws IOException {
        InputStream body = exchange.getRequestBody();
        try {
            boolean compressed = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
            OtlpSpans.read((compressed ? new GZIPInputStream(body) : body).readAllBytes(), tally::add);
        } catch (IOException notAnExport) {
            answer(exchange, 400);
            return;
        }
        exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
        answer(exchange, 200);
    }

    private static void answer(HttpExchange exchange, int status) throws IOException {
        exchange.getRequestBody().readAllBytes();
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
