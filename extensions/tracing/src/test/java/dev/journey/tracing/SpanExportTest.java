package dev.journey.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.api.trace.Tracer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.opentelemetry2.starter.OpenTelemetry2AutoConfiguration;
import org.apache.camel.spring.boot.CamelAutoConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class SpanExportTest {

    private final AtomicInteger requests = new AtomicInteger();
    private HttpServer backend;
    private ApplicationContextRunner application;

    @BeforeEach
    void startBackend() throws IOException {
        backend = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        backend.createContext("/v1/traces", exchange -> {
            exchange.getRequestBody().readAllBytes();
            requests.incrementAndGet();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
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

    @AfterEach
    void stopBackend() {
        backend.stop(0);
    }

    @Test
    void aRequestTakesAThousandSpans() {
        application.run(context -> spans(context.getBean(Tracer.class), 1024));

        assertThat(requests).hasValue(1);
    }

    @Test
    void howManyItTakesCanBeSaid() {
        application
                .withPropertyValues("otel.bsp.max.export.batch.size=256")
                .run(context -> spans(context.getBean(Tracer.class), 1024));

        assertThat(requests).hasValue(4);
    }

    private static void spans(Tracer tracer, int count) {
        for (int made = 0; made < count; made++) {
            tracer.spanBuilder("one").startSpan().end();
        }
    }
}
