package dev.journey.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.internal.otlp.traces.SpanReusableDataMarshaler;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue.Builder;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.MemoryMode;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A request says what one of the SDK's own marshaler says. */
class OtlpTraceRequestTest {

    private static final SpanContext REMOTE = SpanContext.createFromRemoteParent(
            "0af7651916cd43dd8448eb211c80319c",
            "b7ad6b7169203331",
            TraceFlags.getSampled(),
            TraceState.builder().put("rojo", "00f067").put("congo", "t61r").build());

    private final InMemorySpanExporter ended = InMemorySpanExporter.create();
    private final SdkTracerProvider provider = SdkTracerProvider.builder()
            .setResource(io.opentelemetry.sdk.resources.Resource.create(
                    Attributes.builder()
                            .put("service.name", "checkout")
                            .put("host.cpus", 2)
                            .build(),
                    "https://opentelemetry.io/schemas/1.40.0"))
            .setSpanLimits(SpanLimits.builder()
                    .setMaxNumberOfAttributes(20)
                    .setMaxNumberOfEvents(3)
                    .setMaxNumberOfLinks(2)
                    .setMaxNumberOfAttributesPerEvent(4)
                    .setMaxNumberOfAttributesPerLink(1)
                    .build())
            .addSpanProcessor(SimpleSpanProcessor.create(ended))
            .build();
    private final Tracer tracer = provider.get("dev.journey.tracing");

    @AfterEach
    void close() {
        provider.close();
    }

    @Test
    void aSpanOfNothing() {
        tracer.spanBuilder("").startSpan().end();

        assertEncoded();
    }

    @Test
    void eachKindAndStatus() {
        for (SpanKind kind : SpanKind.values()) {
            for (StatusCode status : StatusCode.values()) {
                tracer.spanBuilder(kind + " " + status)
                        .setSpanKind(kind)
                        .startSpan()
                        .setStatus(status, "it says so")
                        .end();
            }
        }

        assertEncoded();
    }

    @Test
    void parentsOfThisProcessAndOfAnother() {
        Span local = tracer.spanBuilder("local")
                .setParent(Context.root().with(Span.wrap(REMOTE)))
                .startSpan();
        tracer.spanBuilder("child")
                .setParent(Context.root().with(local))
                .startSpan()
                .end();
        local.end();

        assertEncoded();
    }

    @Test
    void attributesThatComeAgainInWhichOrderWhatever() {
        String tooLongToBeRemembered = "0123456789".repeat(20);
        for (SpanKind kind : List.of(SpanKind.SERVER, SpanKind.CLIENT)) {
            for (int round = 0; round < 20; round++) {
                long turn = Character.getNumericValue("11121112221212211111".charAt(round));
                Span span = tracer.spanBuilder("turn")
                        .setSpanKind(kind)
                        .startSpan()
                        .setAttribute("the same", "always")
                        .setAttribute("empty", "")
                        .setAttribute("number", turn)
                        .setAttribute("is odd", turn == 1)
                        .setAttribute("text", "turn " + turn)
                        .setAttribute("of another type", turn == 1 ? "1" : "2")
                        .setAttribute("long", tooLongToBeRemembered + turn)
                        .setAttribute("double", turn / 4.0)
                        .setAttribute(AttributeKey.longArrayKey("list"), List.of(turn));
                if (turn == 2) {
                    span.setAttribute("of another type", turn);
                }
                for (int index = 0; index < 10; index++) {
                    span.setAttribute("of round " + round + ", number " + index, index % 7);
                }
                span.end();
            }
        }

        assertEncoded();
    }

    @Test
    void attributesOfEachType() {
        tracer.spanBuilder("attributes")
                .startSpan()
                .setAttribute("string", "text")
                .setAttribute("empty", "")
                .setAttribute("umlaut", "Größe 日本 😀")
                .setAttribute("long string", "0123456789".repeat(50_000))
                .setAttribute("true", true)
                .setAttribute("false", false)
                .setAttribute("zero", 0)
                .setAttribute("most", Long.MAX_VALUE)
                .setAttribute("least", Long.MIN_VALUE)
                .setAttribute("double", -1.5e300)
                .setAttribute(AttributeKey.stringArrayKey("strings"), List.of("one", ""))
                .setAttribute(AttributeKey.longArrayKey("longs"), List.of(0L, 127L, 128L, -1L))
                .setAttribute(AttributeKey.booleanArrayKey("booleans"), List.of(true, false))
                .setAttribute(AttributeKey.doubleArrayKey("doubles"), List.of(0.0, 1.0))
                .setAttribute(AttributeKey.stringArrayKey("none"), List.of())
                .setAttribute(
                        AttributeKey.valueKey("value"),
                        Value.of(
                                KeyValue.of("bytes", Value.of(new byte[] {0, 1, -1})),
                                KeyValue.of("list", Value.of(Value.of("a"), Value.of(1), Value.of(true))),
                                KeyValue.of("empty list", Value.of(List.of())),
                                KeyValue.of("empty map", Value.of(new KeyValue[0])),
                                KeyValue.of("nothing", Value.empty())))
                .end();

        assertEncoded();
    }

    // OpenTelemetry, "Attribute": a null in an array is kept. The SDK makes it an empty text.
    @Test
    void aNullInAListHasNoValue() {
        tracer.spanBuilder("null")
                .startSpan()
                .setAttribute(AttributeKey.stringArrayKey("strings"), Arrays.asList("one", null))
                .end();

        assertThat(flat(encode(new OtlpTraceRequest()))
                        .get(0)
                        .span()
                        .getAttributes(0)
                        .getValue()
                        .getArrayValue())
                .isEqualTo(ArrayValue.newBuilder()
                        .addValues(AnyValue.newBuilder().setStringValue("one"))
                        .addValues(AnyValue.getDefaultInstance())
                        .build());
    }

    @Test
    void eventsLinksAndWhatWasDropped() {
        Span span = tracer.spanBuilder("much")
                .addLink(REMOTE)
                .addLink(
                        SpanContext.create(
                                "0af7651916cd43dd8448eb211c80319d",
                                "b7ad6b7169203332",
                                TraceFlags.getDefault(),
                                TraceState.getDefault()),
                        Attributes.builder().put("a", 1).put("b", 2).build())
                .addLink(REMOTE)
                .startSpan();
        for (int index = 0; index < 25; index++) {
            span.setAttribute("attribute " + index, index);
        }
        span.recordException(
                new IllegalStateException("failed"),
                Attributes.builder().put("x", 1).put("y", 2).build());
        span.addEvent("priced", Attributes.of(AttributeKey.longKey("items"), 4L));
        span.addEvent("");
        span.addEvent("too many");
        span.end();

        assertEncoded();
    }

    @Test
    void scopesThatTakeTurns() {
        Tracer other = provider.tracerBuilder("other")
                .setInstrumentationVersion("1.2")
                .setSchemaUrl("https://opentelemetry.io/schemas/1.39.0")
                .build();
        for (int index = 0; index < 3; index++) {
            tracer.spanBuilder("one").startSpan().end();
            other.spanBuilder("two").startSpan().end();
            other.spanBuilder("three").startSpan().end();
        }

        assertEncoded();
    }

    @Test
    void isUsedAgain() throws IOException {
        OtlpTraceRequest request = new OtlpTraceRequest();
        tracer.spanBuilder("large")
                .startSpan()
                .setAttribute("large", "x".repeat(2_000_000))
                .end();
        encode(request);
        ended.reset();
        request.clear();
        tracer.spanBuilder("small").startSpan().end();

        assertThat(request.spans()).isZero();
        assertThat(request.length()).isZero();
        assertThat(flat(encode(request))).isEqualTo(flat(bySdk()));
    }

    private void assertEncoded() {
        assertThat(flat(encode(new OtlpTraceRequest()))).isEqualTo(flat(bySdk()));
    }

    private byte[] encode(OtlpTraceRequest request) {
        List<SpanData> spans = ended.getFinishedSpanItems();
        spans.forEach(request::add);
        request.end();
        assertThat(request.spans()).isEqualTo(spans.size());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            request.writeTo(bytes);
        } catch (IOException exception) {
            throw new UncheckedIOException(exception);
        }
        assertThat(bytes.size()).isEqualTo(request.length());
        return bytes.toByteArray();
    }

    private byte[] bySdk() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new SpanReusableDataMarshaler(MemoryMode.IMMUTABLE_DATA, (marshaler, spans) -> {
                    try {
                        marshaler.writeBinaryTo(bytes);
                    } catch (IOException exception) {
                        throw new UncheckedIOException(exception);
                    }
                    return CompletableResultCode.ofSuccess();
                })
                .export(ended.getFinishedSpanItems());
        return bytes.toByteArray();
    }

    /** A span with what it is a part of; the order of spans and of attributes says nothing. */
    private record Encoded(
            Resource resource,
            String resourceSchema,
            InstrumentationScope scope,
            String scopeSchema,
            io.opentelemetry.proto.trace.v1.Span span) {}

    private static List<Encoded> flat(byte[] bytes) {
        ExportTraceServiceRequest request;
        try {
            request = ExportTraceServiceRequest.parseFrom(bytes);
        } catch (InvalidProtocolBufferException exception) {
            throw new AssertionError(exception);
        }
        List<Encoded> flat = new ArrayList<>();
        for (ResourceSpans resourceSpans : request.getResourceSpansList()) {
            Resource.Builder resource = resourceSpans.getResource().toBuilder();
            sort(resource.getAttributesBuilderList());
            for (ScopeSpans scopeSpans : resourceSpans.getScopeSpansList()) {
                for (io.opentelemetry.proto.trace.v1.Span span : scopeSpans.getSpansList()) {
                    io.opentelemetry.proto.trace.v1.Span.Builder sorted = span.toBuilder();
                    sort(sorted.getAttributesBuilderList());
                    sorted.getEventsBuilderList().forEach(event -> sort(event.getAttributesBuilderList()));
                    sorted.getLinksBuilderList().forEach(link -> sort(link.getAttributesBuilderList()));
                    flat.add(new Encoded(
                            resource.build(),
                            resourceSpans.getSchemaUrl(),
                            scopeSpans.getScope(),
                            scopeSpans.getSchemaUrl(),
                            sorted.build()));
                }
            }
        }
        flat.sort(Comparator.comparing(encoded -> encoded.span().getSpanId().toStringUtf8()
                + encoded.span().getSpanId().hashCode()));
        return flat;
    }

    private static void sort(List<Builder> attributes) {
        List<io.opentelemetry.proto.common.v1.KeyValue> sorted = attributes.stream()
                .map(Builder::build)
                .sorted(Comparator.comparing(io.opentelemetry.proto.common.v1.KeyValue::getKey)
                        .thenComparing(attribute -> attribute.getValue().toString()))
                .toList();
        for (int index = 0; index < sorted.size(); index++) {
            attributes.get(index).clear().mergeFrom(sorted.get(index));
        }
    }
}
