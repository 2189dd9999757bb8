package dev.journey.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizerProvider;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.apache.camel.opentelemetry2.starter.OpenTelemetry2AutoConfiguration;
import org.apache.camel.spring.boot.CamelAutoConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class SpanExportTest {

    private static final long SECONDS = 20;

    /** What came, in the order in which it came. */
    private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
    /** What is answered next; 200 when there is nothing. */
    private final BlockingQueue<Integer> answers = new LinkedBlockingQueue<>();
    /** How many requests may be answered. */
    private final Semaphore permits = new Semaphore(1000);

    private HttpServer backend;
    private ApplicationContextRunner application;

    private record Request(List<String> spans, String apiKey, String encoding) {}

    @BeforeEach
    void startBackend() throws IOException {
        backend = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        backend.createContext("/v1/traces", this::receive);
        backend.start();
        application = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        CamelAutoConfiguration.class,
                        OpenTelemetry2AutoConfiguration.class,
                        TracingAutoConfiguration.class))
                .withPropertyValues(
                        "otel.exporter.otlp.endpoint=http://127.0.0.1:"
                                + backend.getAddress().getPort(),
                        "otel.bsp.schedule.delay=600000");
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            String encoding = exchange.getRequestHeaders().getFirst("Content-Encoding");
            InputStream body = exchange.getRequestBody();
            List<String> spans =
                    ExportTraceServiceRequest.parseFrom(encoding == null ? body : new GZIPInputStream(body))
                            .getResourceSpansList()
                            .stream()
                            .flatMap(resource -> resource.getScopeSpansList().stream())
                            .flatMap(scope -> scope.getSpansList().stream())
                            .map(span -> span.getName())
                            .toList();
            requests.add(new Request(spans, exchange.getRequestHeaders().getFirst("api-key"), encoding));
            permits.acquireUninterruptibly();
            Integer answer = answers.poll();
            exchange.sendResponseHeaders(answer == null ? 200 : answer, -1);
        }
    }

    @AfterEach
    void stopBackend() {
        permits.release(1000);
        backend.stop(0);
    }

    @Test
    void aRequestTakesTwoThousandSpansAndTwiceAsManyWaitForIt(CapturedOutput output) {
        permits.drainPermits();
        application.run(context -> {
            spans(context.getBean(Tracer.class), 2048);
            assertThat(next().spans()).hasSize(2048);

            spans(context.getBean(Tracer.class), 4096);
            permits.release(1000);
            assertThat(flush(context.getBean(OpenTelemetry.class)).isSuccess()).isTrue();
        });

        assertThat(requests).extracting(request -> request.spans().size()).containsExactly(2048, 2048);
        assertThat(output).doesNotContain("dropped");
    }

    @Test
    void howManyItTakesCanBeSaid() {
        application
                .withPropertyValues("otel.bsp.max.export.batch.size=256")
                .run(context -> spans(context.getBean(Tracer.class), 1000));

        assertThat(requests)
                .extracting(request -> request.spans().size())
                .containsExactlyInAnyOrder(256, 256, 256, 232);
        assertThat(requests).flatExtracting(Request::spans).hasSize(1000).doesNotHaveDuplicates();
    }

    @Test
    void aSpanWaitsNoLongerThanIsSaid() {
        application.withPropertyValues("otel.bsp.schedule.delay=20").run(context -> {
            for (int count = 0; count < 3; count++) {
                spans(context.getBean(Tracer.class), 1);

                assertThat(next().spans()).hasSize(1);
            }
        });
    }

    @Test
    void withoutADelayEachIsSentAtOnce() {
        application.withPropertyValues("otel.bsp.schedule.delay=0").run(context -> {
            spans(context.getBean(Tracer.class), 1);

            assertThat(next().spans()).hasSize(1);
        });
    }

    @Test
    void aQueueOfFewerSpansThanARequestMayTakeIsARequest() {
        application.withPropertyValues("otel.bsp.max.queue.size=4").run(context -> {
            spans(context.getBean(Tracer.class), 4);

            assertThat(next().spans()).hasSize(4);
        });
    }

    @Test
    void anExportMayTakeAsLongAsItTakes() {
        permits.drainPermits();
        application.withPropertyValues("otel.bsp.export.timeout=0").run(context -> {
            spans(context.getBean(Tracer.class), 1);
            CompletableResultCode flushed = ((OpenTelemetrySdk) context.getBean(OpenTelemetry.class))
                    .getSdkTracerProvider()
                    .forceFlush();
            next();
            permits.release(1000);

            assertThat(flushed.join(SECONDS, TimeUnit.SECONDS).isSuccess()).isTrue();
        });
    }

    @Test
    void whatIsTooMuchForASlowBackendIsDroppedAndSaid(CapturedOutput output) {
        permits.drainPermits();
        application
                .withPropertyValues("otel.bsp.max.export.batch.size=4", "otel.bsp.max.queue.size=8")
                .run(context -> {
                    spans(context.getBean(Tracer.class), 4);
                    assertThat(next().spans()).containsExactlyInAnyOrder("0", "1", "2", "3");

                    spans(context.getBean(Tracer.class), 20);
                    permits.release(1000);
                    assertThat(flush(context.getBean(OpenTelemetry.class)).isSuccess())
                            .isTrue();

                    spans(context.getBean(Tracer.class), 4);
                    assertThat(flush(context.getBean(OpenTelemetry.class)).isSuccess())
                            .isTrue();
                });

        assertThat(requests).extracting(request -> request.spans().size()).containsExactly(4, 4, 4);
        assertThat(output).containsOnlyOnce("12 spans were dropped");
    }

    @Test
    void isSentAgainWhereTheBackendWasBusy() {
        answers.add(503);
        application.run(context -> {
            spans(context.getBean(Tracer.class), 2);

            assertThat(flush(context.getBean(OpenTelemetry.class)).isSuccess()).isTrue();
        });

        assertThat(requests).hasSize(2);
        assertThat(requests).extracting(Request::spans).allSatisfy(spans -> assertThat(spans)
                .containsExactlyInAnyOrder("0", "1"));
    }

    @Test
    void aFlushThatFailedSaysSo() {
        answers.add(400);
        application.run(context -> {
            OpenTelemetry openTelemetry = context.getBean(OpenTelemetry.class);
            assertThat(flush(openTelemetry).isSuccess()).isTrue();

            spans(context.getBean(Tracer.class), 1);
            assertThat(flush(openTelemetry).isSuccess()).isFalse();

            spans(context.getBean(Tracer.class), 1);
            assertThat(flush(openTelemetry).isSuccess()).isTrue();
        });
    }

    @Test
    void headersAndCompressionAreTheStandardSettings() {
        application
                .withPropertyValues(
                        "otel.exporter.otlp.headers=api-key=secret", "otel.exporter.otlp.traces.compression=gzip")
                .run(context -> spans(context.getBean(Tracer.class), 1));

        assertThat(requests).containsExactly(new Request(List.of("0"), "secret", "gzip"));
    }

    @Test
    void anExporterThatWasCustomizedExports() {
        InMemorySpanExporter mine = InMemorySpanExporter.create();
        AutoConfigurationCustomizerProvider customizer =
                sdk -> sdk.addSpanExporterCustomizer((exporter, settings) -> mine);
        application
                .withBean(AutoConfigurationCustomizerProvider.class, () -> customizer)
                .run(context -> {
                    spans(context.getBean(Tracer.class), 3);
                    flush(context.getBean(OpenTelemetry.class));

                    assertThat(mine.getFinishedSpanItems()).hasSize(3);
                });

        assertThat(requests).isEmpty();
    }

    @Test
    void theExportersOwnMetricsAreThere() {
        InMemoryMetricReader reader = InMemoryMetricReader.create();
        AutoConfigurationCustomizerProvider customizer =
                sdk -> sdk.addMeterProviderCustomizer((provider, settings) -> provider.registerMetricReader(reader));
        application
                .withBean(AutoConfigurationCustomizerProvider.class, () -> customizer)
                .run(context -> {
                    spans(context.getBean(Tracer.class), 3);
                    flush(context.getBean(OpenTelemetry.class));

                    assertThat(reader.collectAllMetrics())
                            .extracting(MetricData::getName)
                            .contains("otlp.exporter.exported");
                });
    }

    private Request next() throws InterruptedException {
        Request request = requests.poll(SECONDS, TimeUnit.SECONDS);
        assertThat(request).as("a request").isNotNull();
        return request;
    }

    private static CompletableResultCode flush(OpenTelemetry openTelemetry) {
        return ((OpenTelemetrySdk) openTelemetry)
                .getSdkTracerProvider()
                .forceFlush()
                .join(SECONDS, TimeUnit.SECONDS);
    }

    private static void spans(Tracer tracer, int count) {
        for (int made = 0; made < count; made++) {
            tracer.spanBuilder(Integer.toString(made)).startSpan().end();
        }
    }
}
