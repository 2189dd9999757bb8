package dev.journey.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Clock;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Instant;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SpanMetricsTest {

    private static final String OPEN_METRICS = "application/openmetrics-text";
    private static final Instant START = Instant.parse("2026-11-25T10:00:00Z");

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(
            PrometheusConfig.DEFAULT, new PrometheusRegistry(), Clock.SYSTEM, new TimedSpan());
    private final SdkTracerProvider provider = SdkTracerProvider.builder()
            .addSpanProcessor(new SpanMetrics(registry))
            .build();
    private final Tracer tracer = provider.get("test");

    @AfterEach
    void close() {
        provider.close();
        registry.close();
    }

    @Test
    void eachSpanIsTimedAsTheMetricOfItsConvention() {
        end(http("POST", "/orders", 202));
        end(rpc(SpanKind.CLIENT, "UNAVAILABLE").setAttribute("error.type", "UNAVAILABLE"));
        end(rpc(SpanKind.SERVER, "NOT_FOUND"));
        end(tracer.spanBuilder("publish orders:placed")
                .setSpanKind(SpanKind.PRODUCER)
                .setAttribute("messaging.system", "rabbitmq")
                .setAttribute("messaging.operation.name", "publish")
                .setAttribute("messaging.operation.type", "send")
                .setAttribute("messaging.destination.name", "orders:placed")
                .setAttribute("messaging.message.id", "8c1f"));
        end(tracer.spanBuilder("process orders:placed:stock")
                .setSpanKind(SpanKind.CONSUMER)
                .setAttribute("messaging.system", "rabbitmq")
                .setAttribute("messaging.operation.name", "process")
                .setAttribute("messaging.operation.type", "process")
                .setAttribute("messaging.destination.name", "orders:placed:stock")
                .setAttribute("error.type", "java.lang.IllegalStateException"));

        assertThat(registry.scrape().lines().filter(line -> line.contains("_count")))
                .containsExactlyInAnyOrder(
                        "http_server_request_duration_seconds_count{error_type=\"\",http_request_method=\"POST\","
                                + "http_response_status_code=\"202\",http_route=\"/orders\",url_scheme=\"http\"} 1",
                        "rpc_client_call_duration_seconds_count{error_type=\"UNAVAILABLE\",rpc_method=\"shop.Orders/Place\","
                                + "rpc_response_status_code=\"UNAVAILABLE\",rpc_system_name=\"grpc\"} 1",
                        "rpc_server_call_duration_seconds_count{error_type=\"\",rpc_method=\"shop.Orders/Place\","
                                + "rpc_response_status_code=\"NOT_FOUND\",rpc_system_name=\"grpc\"} 1",
                        "messaging_client_operation_duration_seconds_count{error_type=\"\","
                                + "messaging_destination_name=\"orders:placed\",messaging_operation_name=\"publish\","
                                + "messaging_operation_type=\"send\",messaging_system=\"rabbitmq\"} 1",
                        "messaging_process_duration_seconds_count{error_type=\"java.lang.IllegalStateException\","
                                + "messaging_destination_name=\"orders:placed:stock\","
                                + "messaging_operation_name=\"process\",messaging_system=\"rabbitmq\"} 1");
    }

    @Test
    void theDurationIsTheSpansInTheBucketsOfTheConventions() {
        end(http("GET", "/", 200), 30);

        String metrics = registry.scrape();
        assertThat(Pattern.compile("_bucket\\{.*le=\"([^\"]+)\"} (\\d)")
                        .matcher(metrics)
                        .results()
                        .map(bucket -> bucket.group(1) + " " + bucket.group(2)))
                .containsExactly(
                        "0.005 0", "0.01 0", "0.025 0", "0.05 1", "0.075 1", "0.1 1", "0.25 1", "0.5 1", "0.75 1",
                        "1.0 1", "2.5 1", "5.0 1", "7.5 1", "10.0 1", "+Inf 1");
        assertThat(metrics).containsPattern("_sum\\{.*} 0\\.03\n");
    }

    @Test
    void otherSpansAreNotTimed() {
        end(tracer.spanBuilder("a step").setAttribute("http.request.method", "GET"));
        end(tracer.spanBuilder("a client of something else").setSpanKind(SpanKind.CLIENT));

        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void theExemplarIsTheSpanThatTookTheTime() {
        Span current = tracer.spanBuilder("something else").startSpan();
        Span timed;
        try (var ignored = current.makeCurrent()) {
            timed = end(http("GET", "/", 200), 30);
        }
        current.end();

        assertThat(exemplars())
                .containsExactly("0.05 " + timed.getSpanContext().getTraceId() + " "
                        + timed.getSpanContext().getSpanId());
        assertThat(SpanMetrics.timed()).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNotSampledIsTimedAndIsNoExemplar(Dropping dropping) {
        try (SdkTracerProvider unsampled = SdkTracerProvider.builder()
                .setSampler(new RecordingSampler(dropping.sampler))
                .addSpanProcessor(new SpanMetrics(registry))
                .build()) {
            Span span = unsampled
                    .get("test")
                    .spanBuilder("GET /")
                    .setSpanKind(SpanKind.SERVER)
                    .setAttribute("http.request.method", "GET")
                    .startSpan();
            span.end();

            assertThat(span.getSpanContext().isSampled()).isFalse();
        }

        assertThat(registry.get("http.server.request.duration").timer().count()).isOne();
        assertThat(exemplars()).isEmpty();
    }

    @Test
    void howManySeriesThereAreIsNotForACallerToDecide() {
        for (int status = 0; status < SpanMetrics.MOST_SERIES + 3; status++) {
            end(http("GET", "/" + status, 200));
        }
        end(http("GET", "/0", 200));

        assertThat(registry.find("http.server.request.duration").timers()).hasSize(SpanMetrics.MOST_SERIES + 1);
        assertThat(registry.get("http.server.request.duration")
                        .tag("http.route", "_OTHER")
                        .timer()
                        .count())
                .isEqualTo(3);
        assertThat(registry.get("http.server.request.duration")
                        .tag("http.route", "/0")
                        .timer()
                        .count())
                .isEqualTo(2);
    }

    private SpanBuilder http(String method, String route, long status) {
        return tracer.spanBuilder(method + " " + route)
                .setSpanKind(SpanKind.SERVER)
                .setAttribute("http.request.method", method)
                .setAttribute("http.route", route)
                .setAttribute("http.response.status_code", status)
                .setAttribute("url.scheme", "http")
                .setAttribute("url.path", route + "/4711");
    }

    private SpanBuilder rpc(SpanKind kind, String status) {
        return tracer.spanBuilder("shop.Orders/Place")
                .setSpanKind(kind)
                .setAttribute("rpc.system.name", "grpc")
                .setAttribute("rpc.method", "shop.Orders/Place")
                .setAttribute("rpc.response.status_code", status)
                .setAttribute("server.address", "10.0.0.7");
    }

    private static Span end(SpanBuilder builder) {
        return end(builder, 1);
    }

    private static Span end(SpanBuilder builder, long milliseconds) {
        Span span = builder.setStartTimestamp(START).startSpan();
        span.end(START.plusMillis(milliseconds));
        return span;
    }

    /** The bucket, the trace and the span of each exemplar. */
    private List<String> exemplars() {
        return Pattern.compile("_bucket\\{.*le=\"([^\"]+)\"} \\d # \\{span_id=\"(\\w+)\",trace_id=\"(\\w+)\"}")
                .matcher(registry.scrape(OPEN_METRICS))
                .results()
                .map((MatchResult found) -> found.group(1) + " " + found.group(3) + " " + found.group(2))
                .toList();
    }

    private enum Dropping {
        ALWAYS(Sampler.alwaysOff()),
        BY_ROOT(Sampler.parentBased(Sampler.alwaysOff())),
        BY_RATIO(Sampler.traceIdRatioBased(0));

        private final Sampler sampler;

        Dropping(Sampler sampler) {
            this.sampler = sampler;
        }
    }
}
