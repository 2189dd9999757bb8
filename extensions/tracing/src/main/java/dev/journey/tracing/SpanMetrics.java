package dev.journey.tracing;

import static io.opentelemetry.semconv.ErrorAttributes.ERROR_TYPE;
import static io.opentelemetry.semconv.HttpAttributes.HTTP_REQUEST_METHOD;
import static io.opentelemetry.semconv.HttpAttributes.HTTP_RESPONSE_STATUS_CODE;
import static io.opentelemetry.semconv.HttpAttributes.HTTP_ROUTE;
import static io.opentelemetry.semconv.UrlAttributes.URL_SCHEME;
import static io.opentelemetry.semconv.incubating.MessagingIncubatingAttributes.MESSAGING_DESTINATION_NAME;
import static io.opentelemetry.semconv.incubating.MessagingIncubatingAttributes.MESSAGING_OPERATION_NAME;
import static io.opentelemetry.semconv.incubating.MessagingIncubatingAttributes.MESSAGING_OPERATION_TYPE;
import static io.opentelemetry.semconv.incubating.MessagingIncubatingAttributes.MESSAGING_SYSTEM;
import static io.opentelemetry.semconv.incubating.RpcIncubatingAttributes.RPC_METHOD;
import static io.opentelemetry.semconv.incubating.RpcIncubatingAttributes.RPC_RESPONSE_STATUS_CODE;
import static io.opentelemetry.semconv.incubating.RpcIncubatingAttributes.RPC_SYSTEM_NAME;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.ReadableSpan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Times each span that ends, as the duration metric that the OpenTelemetry semantic conventions have for it, so that a
 * request's metric and its span say the same. What the conventions leave out of a span is an empty tag: with
 * Prometheus that is a label that is not there.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/semconv/http/http-metrics/">Semantic conventions, HTTP metrics</a>
 * @see <a href="https://opentelemetry.io/docs/specs/semconv/rpc/rpc-metrics/">Semantic conventions, RPC metrics</a>
 * @see <a href="https://opentelemetry.io/docs/specs/semconv/messaging/messaging-metrics/">Semantic conventions,
 *     messaging metrics</a>
 */
public final class SpanMetrics implements EndedSpanProcessor {

    static final int MOST_SERIES = 500;

    // Semantic conventions: the bucket boundaries of each of these metrics.
    private static final Duration[] BOUNDARIES = IntStream.of(
                    5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000)
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);
    private static final String OTHER = "_OTHER";
    private static final ThreadLocal<SpanContext> TIMED = new ThreadLocal<>();

    private final MeterRegistry registry;
    private final Map<Series, Timer> timers = new ConcurrentHashMap<>();

    /** Makes a processor that keeps its timers in this registry. */
    public SpanMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** The sampled span that this thread is timing just now, or null. */
    static SpanContext timed() {
        return TIMED.get();
    }

    @Override
    public void onEnd(ReadableSpan span) {
        Instrument instrument = Instrument.of(span);
        if (instrument == null) {
            return;
        }
        Timer timer = timer(new Series(instrument, instrument.values(span)));
        SpanContext context = span.getSpanContext();
        if (!context.isSampled()) {
            timer.record(span.getLatencyNanos(), TimeUnit.NANOSECONDS);
            return;
        }
        TIMED.set(context);
        try {
            timer.record(span.getLatencyNanos(), TimeUnit.NANOSECONDS);
        } finally {
            TIMED.remove();
        }
    }

    // Each value is one of few where the routes name what they talk to. A route may take a destination or a status from
    // a message, and then whoever sends it must not decide how many series there are (OpenTelemetry, metrics SDK,
    // "Cardinality limits").
    private Timer timer(Series series) {
        Timer known = timers.get(series);
        if (known != null) {
            return known;
        }
        Series counted = timers.size() < MOST_SERIES ? series : series.overflow();
        return timers.computeIfAbsent(counted, this::register);
    }

    private Timer register(Series series) {
        Instrument instrument = series.instrument;
        List<Tag> tags = new ArrayList<>();
        for (int index = 0; index < instrument.attributes.length; index++) {
            tags.add(Tag.of(instrument.attributes[index].getKey(), Objects.toString(series.values[index], "")));
        }
        return Timer.builder(instrument.metric)
                .description(instrument.description)
                .tags(tags)
                .serviceLevelObjectives(BOUNDARIES)
                .register(registry);
    }

    // Looked up for each span: a record with a list would go through an iterator for each.
    private static final class Series {

        private final Instrument instrument;
        private final Object[] values;
        private final int hash;

        Series(Instrument instrument, Object[] values) {
            this.instrument = instrument;
            this.values = values;
            hash = 31 * instrument.ordinal() + Arrays.hashCode(values);
        }

        Series overflow() {
            Object[] others = new Object[values.length];
            Arrays.fill(others, OTHER);
            return new Series(instrument, others);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Series series
                    && hash == series.hash
                    && instrument == series.instrument
                    && Arrays.equals(values, series.values);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    /** A metric of the conventions; a span of its kind that has its first attribute is timed by it. */
    private enum Instrument {
        HTTP_SERVER(
                SpanKind.SERVER,
                "http.server.request.duration",
                "Duration of HTTP server requests",
                HTTP_REQUEST_METHOD,
                HTTP_ROUTE,
                HTTP_RESPONSE_STATUS_CODE,
                URL_SCHEME,
                ERROR_TYPE),
        RPC_SERVER(
                SpanKind.SERVER,
                "rpc.server.call.duration",
                "Duration of incoming remote procedure calls",
                RPC_SYSTEM_NAME,
                RPC_METHOD,
                RPC_RESPONSE_STATUS_CODE,
                ERROR_TYPE),
        RPC_CLIENT(
                SpanKind.CLIENT,
                "rpc.client.call.duration",
                "Duration of outgoing remote procedure calls",
                RPC_SYSTEM_NAME,
                RPC_METHOD,
                RPC_RESPONSE_STATUS_CODE,
                ERROR_TYPE),
        MESSAGING_CLIENT(
                SpanKind.PRODUCER,
                "messaging.client.operation.duration",
                "Duration of messaging operations that a producer began",
                MESSAGING_SYSTEM,
                MESSAGING_OPERATION_NAME,
                MESSAGING_OPERATION_TYPE,
                MESSAGING_DESTINATION_NAME,
                ERROR_TYPE),
        MESSAGING_PROCESS(
                SpanKind.CONSUMER,
                "messaging.process.duration",
                "Duration of the processing of messages",
                MESSAGING_SYSTEM,
                MESSAGING_OPERATION_NAME,
                MESSAGING_DESTINATION_NAME,
                ERROR_TYPE);

        private static final Instrument[] ALL = values();

        private final SpanKind kind;
        private final String metric;
        private final String description;
        private final AttributeKey<?>[] attributes;

        Instrument(SpanKind kind, String metric, String description, AttributeKey<?>... attributes) {
            this.kind = kind;
            this.metric = metric;
            this.description = description;
            this.attributes = attributes;
        }

        static Instrument of(ReadableSpan span) {
            SpanKind kind = span.getKind();
            for (Instrument instrument : ALL) {
                if (instrument.kind == kind && span.getAttribute(instrument.attributes[0]) != null) {
                    return instrument;
                }
            }
            return null;
        }

        Object[] values(ReadableSpan span) {
            Object[] values = new Object[attributes.length];
            for (int index = 0; index < values.length; index++) {
                values[index] = span.getAttribute(attributes[index]);
            }
            return values;
        }
    }
}
