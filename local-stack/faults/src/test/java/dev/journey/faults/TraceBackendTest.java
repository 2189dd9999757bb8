package dev.journey.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TraceBackendTest {

    private final TraceBackend backend = new TraceBackend(new FreePorts(20_000).find());

    @BeforeEach
    void start() throws Exception {
        backend.start();
    }

    @AfterEach
    void end() {
        backend.close();
    }

    @Test
    void countsSpansAndKnowsWhichServicesTheyAreOf() throws Exception {
        long before = System.nanoTime();

        assertThat(export("gateway")).isEqualTo(200);
        assertThat(backend.spans()).isEqualTo(2);
        assertThat(backend.firstOfEach(2, before)).isNull();

        assertThat(export("stock")).isEqualTo(200);
        assertThat(backend.firstOfEach(2, before)).isBetween(before, System.nanoTime());
        assertThat(backend.firstOfEach(1, System.nanoTime())).isNull();
    }

    @Test
    void takesNothingWhileItFails() throws Exception {
        backend.be(TraceBackend.Mood.FAILING);

        assertThat(export("gateway")).isEqualTo(500);
        assertThat(backend.spans()).isZero();
    }

    @Test
    void comesBackOnItsPort() throws Exception {
        backend.stop();
        backend.start();

        assertThat(export("gateway")).isEqualTo(200);
    }

    private int export(String service) throws Exception {
        ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
        request.addResourceSpansBuilder()
                .addScopeSpansBuilder()
                .addSpans(Span.getDefaultInstance())
                .addSpans(Span.getDefaultInstance());
        request.getResourceSpansBuilder(0)
                .getResourceBuilder()
                .addAttributesBuilder()
                .setKey("service.name")
                .getValueBuilder()
                .setStringValue(service);
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + backend.port() + "/v1/traces"))
                                .POST(BodyPublishers.ofByteArray(request.build().toByteArray()))
                                .build(),
                        BodyHandlers.discarding())
                .statusCode();
    }
}
