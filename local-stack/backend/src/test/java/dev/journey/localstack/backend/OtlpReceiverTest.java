package dev.journey.localstack.backend;

import static dev.journey.localstack.backend.Traces.attribute;
import static dev.journey.localstack.backend.Traces.span;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import zipkin2.Span;

class OtlpReceiverTest {

    private static final String PROTOBUF = "application/x-protobuf";
    private static final byte[] CHECKOUT = Traces.checkout().toByteArray();

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<Span> received = new CopyOnWriteArrayList<>();
    private OtlpReceiver receiver;

    @BeforeEach
    void start() throws IOException {
        receiver = OtlpReceiver.start(0, received::add);
    }

    @AfterEach
    void stop() {
        receiver.close();
    }

    @Test
    void takesProtobuf() throws Exception {
        HttpResponse<byte[]> response = post(PROTOBUF, CHECKOUT);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains(PROTOBUF);
        assertThat(ExportTraceServiceResponse.parseFrom(response.body()).hasPartialSuccess())
                .isFalse();
        assertThat(received)
                .extracting(Span::localServiceName)
                .containsExactly("gateway", "gateway", "checkout", "checkout", "stock");
    }

    @Test
    void takesGzip() throws Exception {
        HttpRequest request = request("/v1/traces")
                .header("Content-Type", PROTOBUF)
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofByteArray(gzip(CHECKOUT)))
                .build();

        assertThat(send(request).statusCode()).isEqualTo(200);
        assertThat(received).hasSize(5);
    }

    @Test
    void saysHowManySpansItDidNotTake() throws Exception {
        byte[] body = Traces.request(
                        span(1, 0, SpanKind.SPAN_KIND_SERVER, "valid"),
                        span(0, 0, SpanKind.SPAN_KIND_SERVER, "zero id"))
                .toByteArray();
        HttpResponse<byte[]> response = post(PROTOBUF, body);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(ExportTraceServiceResponse.parseFrom(response.body())
                        .getPartialSuccess()
                        .getRejectedSpans())
                .isEqualTo(1);
        assertThat(received).hasSize(1);
    }

    @Test
    void refusesWhatItCannotRead() throws Exception {
        assertThat(post(PROTOBUF, "not protobuf".getBytes()).statusCode()).isEqualTo(400);
        assertThat(post("application/json", "{}".getBytes()).statusCode()).isEqualTo(415);
        assertThat(send(request("/v1/traces")
                                .POST(BodyPublishers.ofByteArray(CHECKOUT))
                                .build())
                        .statusCode())
                .isEqualTo(415);
        for (String encoding : List.of("gzip", "br")) {
            HttpRequest request = request("/v1/traces")
                    .header("Content-Type", PROTOBUF)
                    .header("Content-Encoding", encoding)
                    .POST(BodyPublishers.ofByteArray(CHECKOUT))
                    .build();
            assertThat(send(request).statusCode()).isEqualTo(encoding.equals("gzip") ? 400 : 415);
        }
        assertThat(received).isEmpty();
    }

    @Test
    void refusesOtherMethodsAndPaths() throws Exception {
        HttpResponse<byte[]> get = send(request("/v1/traces").GET().build());
        assertThat(get.statusCode()).isEqualTo(405);
        assertThat(get.headers().firstValue("Allow")).contains("POST");
        HttpRequest elsewhere = request("/v1/metrics")
                .header("Content-Type", PROTOBUF)
                .POST(BodyPublishers.noBody())
                .build();
        assertThat(send(elsewhere).statusCode()).isEqualTo(404);
    }

    @Test
    void refusesABodyThatIsTooLargeOnceUnpacked() throws Exception {
        byte[] large = Traces.request(span(1, 0, SpanKind.SPAN_KIND_SERVER, "large")
                        .addAttributes(attribute("text", "x".repeat(OtlpReceiver.BODY_LIMIT))))
                .toByteArray();
        HttpRequest request = request("/v1/traces")
                .header("Content-Type", PROTOBUF)
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofByteArray(gzip(large)))
                .build();

        assertThat(send(request).statusCode()).isEqualTo(413);
        assertThat(received).isEmpty();
    }

    @Test
    void doesNotWaitForAZipkinThatIsNotThere() throws Exception {
        int closedPort;
        try (ServerSocket socket = new ServerSocket(0)) {
            closedPort = socket.getLocalPort();
        }
        flood(closedPort);
    }

    @Test
    void doesNotWaitForAZipkinThatDoesNotAnswerAndDropsWhatIsTooMuch() throws Exception {
        try (ServerSocket silent = new ServerSocket(0)) {
            assertThat(flood(silent.getLocalPort())).isPositive();
        }
    }

    @Test
    void refusesATakenPort() {
        assertThatThrownBy(() -> OtlpReceiver.start(receiver.port(), received::add))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(Integer.toString(receiver.port()));
    }

    /** Sends more spans than may wait, each request to be answered soon; returns how many were not taken. */
    private long flood(int zipkinPort) throws Exception {
        long rejected = 0;
        io.opentelemetry.proto.trace.v1.Span.Builder[] spans = new io.opentelemetry.proto.trace.v1.Span.Builder[4_000];
        for (int i = 0; i < spans.length; i++) {
            spans[i] = span(i + 1, 0, SpanKind.SPAN_KIND_SERVER, "many");
        }
        byte[] body = Traces.request(spans).toByteArray();
        try (ZipkinSender sender = new ZipkinSender(URI.create("http://127.0.0.1:" + zipkinPort));
                OtlpReceiver forwarding = OtlpReceiver.start(0, sender::offer)) {
            for (int i = 0; i < 4; i++) {
                HttpRequest request = HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + forwarding.port() + "/v1/traces"))
                        .timeout(Duration.ofSeconds(3))
                        .header("Content-Type", PROTOBUF)
                        .POST(BodyPublishers.ofByteArray(body))
                        .build();
                HttpResponse<byte[]> response = send(request);
                assertThat(response.statusCode()).isEqualTo(200);
                rejected += ExportTraceServiceResponse.parseFrom(response.body())
                        .getPartialSuccess()
                        .getRejectedSpans();
            }
        }
        return rejected;
    }

    private HttpResponse<byte[]> post(String contentType, byte[] body) throws Exception {
        return send(request("/v1/traces")
                .header("Content-Type", contentType)
                .POST(BodyPublishers.ofByteArray(body))
                .build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + receiver.port() + path));
    }

    private HttpResponse<byte[]> send(HttpRequest request) throws Exception {
        return client.send(request, BodyHandlers.ofByteArray());
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream packing = new GZIPOutputStream(packed)) {
            packing.write(bytes);
        }
        return packed.toByteArray();
    }
}
