package dev.journey.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizerProvider;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.prometheus.metrics.tracer.common.SpanContext;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.opentelemetry2.starter.OpenTelemetry2AutoConfiguration;
import org.apache.camel.spring.boot.CamelAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.metrics.MetricsAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.metrics.export.prometheus.PrometheusMetricsExportAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class SpanMetricsAutoConfigurationTest {

    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    CamelAutoConfiguration.class,
                    OpenTelemetry2AutoConfiguration.class,
                    TracingAutoConfiguration.class,
                    TraceAutoConfiguration.class,
                    SpanMetricsAutoConfiguration.class))
            .withUserConfiguration(Exporting.class)
            .withPropertyValues("otel.traces.exporter=none");
    private final ApplicationContextRunner measured = application.withConfiguration(AutoConfigurations.of(
            MetricsAutoConfiguration.class,
            PrometheusMetricsExportAutoConfiguration.class,
            CompositeMeterRegistryAutoConfiguration.class));

    @Test
    void aSampledSpanIsTimedAndExported() {
        measured.run(context -> {
            request(context.getBean(Tracer.class));

            assertThat(context).hasSingleBean(SpanContext.class);
            assertThat(timed(context.getBean(MeterRegistry.class))).isOne();
            assertThat(context.getBean(InMemorySpanExporter.class).getFinishedSpanItems())
                    .hasSize(1);
        });
    }

    @Test
    void aSpanThatIsNotSampledIsTimedAndNotExportedAndTheNextServiceIsToldSo() {
        measured.withPropertyValues("otel.traces.sampler=always_off").run(context -> {
            Span span = request(context.getBean(Tracer.class));

            assertThat(timed(context.getBean(MeterRegistry.class))).isOne();
            assertThat(context.getBean(InMemorySpanExporter.class).getFinishedSpanItems())
                    .isEmpty();
            assertThat(propagated(context.getBean(ContextPropagators.class), span))
                    .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-0[02]");
        });
    }

    @Test
    void whereItIsSwitchedOffNothingIsTimedAndWhatIsNotSampledIsNotRecorded() {
        measured.withPropertyValues("journey.tracing.metrics=false", "otel.traces.sampler=always_off")
                .run(context -> {
                    assertThat(request(context.getBean(Tracer.class)).isRecording())
                            .isFalse();
                    assertThat(context).doesNotHaveBean(SpanMetrics.class).doesNotHaveBean(SpanContext.class);
                });
    }

    @Test
    void withoutARegistryThereIsTracingAsBefore() {
        application.run(context -> {
            request(context.getBean(Tracer.class));

            assertThat(context).hasSingleBean(OpenTelemetry.class).doesNotHaveBean(SpanMetrics.class);
            assertThat(context.getBean(InMemorySpanExporter.class).getFinishedSpanItems())
                    .hasSize(1);
        });
    }

    @Test
    void withoutMicrometerThereIsTracingAsBefore() {
        application
                .withClassLoader(new FilteredClassLoader("io.micrometer", "io.prometheus"))
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(OpenTelemetry.class)
                        .doesNotHaveBean(SpanMetricsAutoConfiguration.class));
    }

    @Test
    void withoutPrometheusSpansAreTimedWithoutExemplars() {
        application
                .withBean(SimpleMeterRegistry.class)
                .withClassLoader(new FilteredClassLoader("io.prometheus", "io.micrometer.prometheusmetrics"))
                .run(context -> {
                    request(context.getBean(Tracer.class));

                    assertThat(timed(context.getBean(MeterRegistry.class))).isOne();
                    assertThat(context).doesNotHaveBean("timedSpan");
                });
    }

    private static Span request(Tracer tracer) {
        Span span = tracer.spanBuilder("GET /")
                .setSpanKind(SpanKind.SERVER)
                .setAttribute("http.request.method", "GET")
                .startSpan();
        span.end();
        return span;
    }

    private static long timed(MeterRegistry registry) {
        return registry.get("http.server.request.duration").timer().count();
    }

    private static String propagated(ContextPropagators propagators, Span span) {
        Map<String, String> headers = new HashMap<>();
        propagators.getTextMapPropagator().inject(Context.root().with(span), headers, Map::put);
        return headers.get("traceparent");
    }

    @Configuration(proxyBeanMethods = false)
    static class Exporting {

        @Bean
        InMemorySpanExporter exporter() {
            return InMemorySpanExporter.create();
        }

        @Bean
        AutoConfigurationCustomizerProvider exporting(InMemorySpanExporter exporter) {
            return sdk -> sdk.addTracerProviderCustomizer(
                    (provider, settings) -> provider.addSpanProcessor(SimpleSpanProcessor.create(exporter)));
        }
    }
}
