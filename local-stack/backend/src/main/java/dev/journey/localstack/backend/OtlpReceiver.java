package dev.journey.localstack.backend;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import zipkin2.Span;

/**
 * Takes traces by OTLP over HTTP ({@code POST /v1/traces}, protobuf, gzip or not) on 127.0.0.1 and passes them on as
 * Zipkin spans.
 */
final class OtlpReceiver implements AutoCloseable {

    /** The largest body taken, in bytes, counted after decompression. */
    static final int BODY_LIMIT = 4 * 1024 * 1024;

    private static final String PATH = "/v1/traces";
    private static final String PROTOBUF = "application/x-protobuf";
    private static final int THREADS = 4;

    private final HttpServer server;
    private final ExecutorService executor;
    private final Predicate<Span> destination;

    private OtlpReceiver(HttpServer server, Predicate<Span> destination) {
        this.server = server;
        this.destination = destination;
        executor = Executors.newFixedThreadPool(THREADS);
    }

    /**
     * Starts to listen.
     *
     * @param port the TCP port, 0 for any free one
     * @param destination where spans go, called from several threads; false for a span that it does not take
     * @throws IOException if the port cannot be listened on
     */
    static OtlpReceiver start(int port, Predicate<Span> destination) throws IOException {
        HttpServer server;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 0);
        } catch (IOException exception) {
            throw new IOException("cannot listen on 127.0.0.1:" + port, exception);
        }
        OtlpReceiver receiver = new OtlpReceiver(server, destination);
        server.setExecutor(receiver.executor);
        server.createContext("/", receiver::handle);
        server.start();
        return receiver;
    }

    /** The TCP port on 127.0.0.1 that is listened on. */
    int port() {
        return server.getAddress().getPort();
    }

    /** Stops at once, without waiting for requests in hand. */
    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestURI().getPath().equals(PATH)) {
                refuse(exchange, 404, "traces go to " + PATH);
            } else if (!exchange.getRequestMethod().equals("POST")) {
                exchange.getResponseHeaders().set("Allow", "POST");
                refuse(exchange, 405, "only POST");
            } else if (!header(exchange, "Content-Type").split(";")[0].strip().equals(PROTOBUF)) {
                refuse(exchange, 415, "only " + PROTOBUF);
            } else if (!header(exchange, "Content-Encoding").matches("|identity|gzip")) {
                refuse(exchange, 415, "only gzip or no encoding");
            } else {
                accept(exchange);
            }
        }
    }

    private void accept(HttpExchange exchange) throws IOException {
        ExportTraceServiceRequest request;
        try {
            byte[] body = body(exchange);
            if (body.length > BODY_LIMIT) {
                refuse(exchange, 413, "at most " + BODY_LIMIT + " bytes");
                return;
            }
            request = ExportTraceServiceRequest.parseFrom(body);
        } catch (IOException exception) {
            refuse(exchange, 400, "not an ExportTraceServiceRequest");
            return;
        }
        answer(exchange, 200, PROTOBUF, response(request).toByteArray());
    }

    private static byte[] body(HttpExchange exchange) throws IOException {
        InputStream body = exchange.getRequestBody();
        boolean compressed = header(exchange, "Content-Encoding").equals("gzip");
        return (compressed ? new GZIPInputStream(body) : body).readNBytes(BODY_LIMIT + 1);
    }

    private ExportTraceServiceResponse response(ExportTraceServiceRequest request) {
        long sent = ZipkinSpans.count(request);
        long taken = ZipkinSpans.of(request).filter(destination).count();
        ExportTraceServiceResponse.Builder response = ExportTraceServiceResponse.newBuilder();
        if (taken < sent) {
            // Not an error status: a sender would repeat the whole request.
            response.getPartialSuccessBuilder()
                    .setRejectedSpans(sent - taken)
                    .setErrorMessage("spans without valid ids, or more than can be passed on");
        }
        return response.build();
    }

    private static String header(HttpExchange exchange, String name) {
        String value = exchange.getRequestHeaders().getFirst(name);
        return value == null ? "" : value.strip().toLowerCase(Locale.ROOT);
    }

    private static void refuse(HttpExchange exchange, int status, String reason) throws IOException {
        answer(exchange, status, "text/plain", (reason + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    private static void answer(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        boolean empty = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, empty ? -1 : body.length);
        if (!empty) {
            exchange.getResponseBody().write(body);
        }
    }
}
