package dev.journey.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SpanSinkTest {

    private final TraceTally tally = new TraceTally();
    private final HttpClient client = HttpClient.newHttpClient();
    private int port;
    private SpanSink sink;

    @BeforeEach
    void start() throws IOException {
        port = new FreePorts(21_700).find();
        sink = new SpanSink(port, tally);
    }

    @AfterEach
    void stop() {
        sink.close();
    }

    @Test
    void countsEachSpanByServiceAndKind() throws Exception {
        byte[] export = ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(spans(
                        "gateway", span(1, Span.SpanKind.SPAN_KIND_SERVER), span(1, Span.SpanKind.SPAN_KIND_CLIENT)))
                .addResourceSpans(spans(
                        "checkout", span(1, Span.SpanKind.SPAN_KIND_SERVER), span(1, Span.SpanKind.SPAN_KIND_PRODUCER)))
                .addResourceSpans(spans(
                        "stock", span(1, Span.SpanKind.SPAN_KIND_CONSUMER), span(2, Span.SpanKind.SPAN_KIND_INTERNAL)))
                .build()
                .toByteArray();

        assertThat(post(export, false)).isEqualTo(200);

        TraceTally.Count count = tally.count();
        assertThat(count.complete()).isOne();
        assertThat(count.other()).isOne();
        assertThat(count.byRole())
                .isEqualTo(Map.of(
                        "gateway SERVER", 1L,
                        "gateway CLIENT", 1L,
                        "checkout SERVER", 1L,
                        "checkout PRODUCER", 1L,
                        "stock CONSUMER", 1L,
                        "stock INTERNAL", 1L));
    }

    @Test
    void takesCompressedExportsAndManyOfThem() throws Exception {
        for (int number = 0; number < 100; number++) {
            byte[] export = ExportTraceServiceRequest.newBuilder()
                    .addResourceSpans(spans("stock", span(number, Span.SpanKind.SPAN_KIND_CONSUMER)))
                    .build()
                    .toByteArray();
            assertThat(post(export, true)).isEqualTo(200);
        }

        assertThat(tally.count().spans()).isEqualTo(100);
        assertThat(tally.count().other()).isEqualTo(100);
    }

    @Test
    void refusesWhatIsNoExport() throws Exception {
        assertThat(post("{}".getBytes(), false)).isEqualTo(400);

        assertThat(tally.count().spans()).isZero();
    }

    private int post(byte[] export, boolean compressed) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/traces"));
        byte[] body = export;
        if (compressed) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
                gzip.write(export);
            }
            body = bytes.toByteArray();
            request.header("Content-Encoding", "gzip");
        }
        return client.send(request.POST(BodyPublishers.ofByteArray(body)).build(), BodyHandlers.discarding())
                .statusCode();
    }

    private static ResourceSpans spans(String service, Span... spans) {
        ScopeSpans.Builder scope = ScopeSpans.newBuilder().setSchemaUrl("https://opentelemetry.io/schemas/1.40.0");
        for (Span span : spans) {
            scope.addSpans(span);
        }
        return ResourceSpans.newBuilder()
                .setResource(Resource.newBuilder()
                        .addAttributes(attribute("service.instance.id", "one"))
                        .addAttributes(attribute("service.name", service))
                        .addAttributes(attribute("service.version", "1")))
                .addScopeSpans(scope)
                .build();
    }

    private static Span span(int trace, Span.SpanKind kind) {
        byte[] id = new byte[16];
        id[0] = 1;
        id[15] = (byte) trace;
        return Span.newBuilder()
                .setTraceId(ByteString.copyFrom(id))
                .setSpanId(ByteString.copyFrom(new byte[8]))
                .setName("POST /api/checkout")
                .setKind(kind)
                .setStartTimeUnixNano(1)
                .setEndTimeUnixNano(2)
                .addAttributes(attribute("url.path", "/api/checkout"))
                .addEvents(Span.Event.newBuilder().setName("response"))
                .setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR))
                .build();
    }

    private static KeyValue attribute(String key, String value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setStringValue(value))
                .build();
    }
}
