package dev.journey.localstack.backend;

import static dev.journey.localstack.backend.Traces.attribute;
import static dev.journey.localstack.backend.Traces.nanoseconds;
import static dev.journey.localstack.backend.Traces.request;
import static dev.journey.localstack.backend.Traces.span;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.trace.v1.Span.Event;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.util.Map;
import org.junit.jupiter.api.Test;
import zipkin2.Annotation;
import zipkin2.Endpoint;
import zipkin2.Span;

class ZipkinSpansTest {

    @Test
    void convertsIdsNamesTimesAndResource() {
        Span span = convert(span(2, 1, SpanKind.SPAN_KIND_SERVER, "POST /api/checkout"));

        assertThat(span.traceId()).isEqualTo(Traces.TRACE_ID);
        assertThat(span.id()).isEqualTo("0000000000000002");
        assertThat(span.parentId()).isEqualTo("0000000000000001");
        assertThat(span.name()).isEqualTo("post /api/checkout");
        assertThat(span.kind()).isEqualTo(Span.Kind.SERVER);
        assertThat(span.timestampAsLong()).isEqualTo(Traces.START_MICROSECONDS + 20);
        assertThat(span.durationAsLong()).isEqualTo(5);
        assertThat(span.localServiceName()).isEqualTo("gateway");
        assertThat(span.remoteEndpoint()).isNull();
        assertThat(span.tags())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("service.version", "1.2.3", "service.instance.id", "gateway-1"));
    }

    @Test
    void aSpanShorterThanAMicrosecondStillHasADuration() {
        Span span = convert(span(1, 0, SpanKind.SPAN_KIND_INTERNAL, "short").setEndTimeUnixNano(nanoseconds(10)));

        assertThat(span.durationAsLong()).isEqualTo(1);
        assertThat(span.kind()).isNull();
        assertThat(span.parentId()).isNull();
    }

    @Test
    void writesEveryAttributeTypeAsText() {
        AnyValue.Builder list = AnyValue.newBuilder()
                .setArrayValue(ArrayValue.newBuilder()
                        .addValues(AnyValue.newBuilder().setStringValue("a"))
                        .addValues(AnyValue.newBuilder().setIntValue(2)));
        AnyValue.Builder map =
                AnyValue.newBuilder().setKvlistValue(KeyValueList.newBuilder().addValues(attribute("key", "value")));
        Span span = convert(span(1, 0, SpanKind.SPAN_KIND_SERVER, "types")
                .addAttributes(attribute("text", "value"))
                .addAttributes(attribute("integer", 202))
                .addAttributes(attribute("flag", AnyValue.newBuilder().setBoolValue(true)))
                .addAttributes(attribute("fraction", AnyValue.newBuilder().setDoubleValue(0.5)))
                .addAttributes(attribute("list", list))
                .addAttributes(attribute("map", map))
                .addAttributes(
                        attribute("bytes", AnyValue.newBuilder().setBytesValue(ByteString.copyFromUtf8("bytes"))))
                .addAttributes(attribute("nothing", AnyValue.newBuilder())));

        assertThat(span.tags())
                .contains(
                        entry("text", "value"),
                        entry("integer", "202"),
                        entry("flag", "true"),
                        entry("fraction", "0.5"),
                        entry("list", "[a, 2]"),
                        entry("map", "{key=value}"),
                        entry("bytes", "Ynl0ZXM="),
                        entry("nothing", ""));
    }

    @Test
    void marksAnErrorWithItsDescriptionElseItsType() {
        Status.Builder error = Status.newBuilder().setCode(StatusCode.STATUS_CODE_ERROR);
        Span typed = convert(span(1, 0, SpanKind.SPAN_KIND_CLIENT, "typed")
                .addAttributes(attribute("error.type", "UNAVAILABLE"))
                .setStatus(error));
        Span bare = convert(span(1, 0, SpanKind.SPAN_KIND_CLIENT, "bare").setStatus(error));
        Span described = convert(span(1, 0, SpanKind.SPAN_KIND_CLIENT, "described")
                .addAttributes(attribute("error.type", "UNAVAILABLE"))
                .setStatus(error.setMessage("broker gone")));

        assertThat(described.tags()).contains(entry("otel.status_code", "ERROR"), entry("error", "broker gone"));
        assertThat(typed.tags()).contains(entry("otel.status_code", "ERROR"), entry("error", "UNAVAILABLE"));
        assertThat(bare.tags()).contains(entry("otel.status_code", "ERROR"), entry("error", "error"));
    }

    @Test
    void leavesASuccessUnmarked() {
        Span span = convert(span(1, 0, SpanKind.SPAN_KIND_SERVER, "fine")
                .setStatus(Status.newBuilder().setCode(StatusCode.STATUS_CODE_OK)));

        assertThat(span.tags()).containsEntry("otel.status_code", "OK").doesNotContainKey("error");
    }

    @Test
    void writesEventsAsOneShortLine() {
        Span span = convert(span(1, 0, SpanKind.SPAN_KIND_SERVER, "events")
                .addEvents(Event.newBuilder()
                        .setName("response: totalAmount: 1234")
                        .setTimeUnixNano(nanoseconds(11)))
                .addEvents(Event.newBuilder()
                        .setName("exception")
                        .setTimeUnixNano(nanoseconds(12))
                        .addAttributes(attribute("exception.type", "java.io.IOException"))
                        .addAttributes(attribute("exception.message", "gone\nsecond line"))
                        .addAttributes(attribute("exception.stacktrace", "java.io.IOException: gone\n\tat ...")))
                .addEvents(Event.newBuilder()
                        .setName("long")
                        .setTimeUnixNano(nanoseconds(13))
                        .addAttributes(attribute("text", "x".repeat(201)))));

        long start = Traces.START_MICROSECONDS;
        assertThat(span.annotations())
                .containsExactly(
                        Annotation.create(start + 11, "response: totalAmount: 1234"),
                        Annotation.create(
                                start + 12, "exception: exception.type=java.io.IOException, exception.message=gone…"),
                        Annotation.create(start + 13, "long: text=" + "x".repeat(200) + "…"));
    }

    @Test
    void namesTheBrokerOrTheServerAsRemoteEndpoint() {
        assertThat(convert(span(1, 0, SpanKind.SPAN_KIND_PRODUCER, "publish")
                                .addAttributes(attribute("messaging.system", "rabbitmq"))
                                .addAttributes(attribute("server.address", "broker"))
                                .addAttributes(attribute("server.port", 5672)))
                        .remoteEndpoint())
                .isEqualTo(
                        Endpoint.newBuilder().serviceName("rabbitmq").port(5672).build());
        assertThat(convert(span(1, 0, SpanKind.SPAN_KIND_CONSUMER, "process")
                                .addAttributes(attribute("messaging.system", "rabbitmq")))
                        .remoteServiceName())
                .isEqualTo("rabbitmq");
        assertThat(convert(span(1, 0, SpanKind.SPAN_KIND_CLIENT, "call")
                                .addAttributes(attribute("server.address", "checkout"))
                                .addAttributes(attribute("server.port", 8080)))
                        .remoteEndpoint())
                .isEqualTo(
                        Endpoint.newBuilder().serviceName("checkout").port(8080).build());
        assertThat(convert(span(1, 0, SpanKind.SPAN_KIND_CLIENT, "call")
                                .addAttributes(attribute("server.address", "127.0.0.1"))
                                .addAttributes(attribute("server.port", 99_999)))
                        .remoteEndpoint())
                .isEqualTo(Endpoint.newBuilder().ip("127.0.0.1").build());
    }

    @Test
    void leavesOutSpansWithoutValidIds() {
        assertThat(ZipkinSpans.of(request(
                        span(1, 0, SpanKind.SPAN_KIND_SERVER, "no trace").clearTraceId(),
                        span(0, 0, SpanKind.SPAN_KIND_SERVER, "zero id"),
                        span(1, 0, SpanKind.SPAN_KIND_SERVER, "short id").setSpanId(ByteString.copyFromUtf8("four")),
                        span(1, 0, SpanKind.SPAN_KIND_SERVER, "valid"))))
                .singleElement()
                .extracting(Span::name)
                .isEqualTo("valid");
    }

    private static Span convert(io.opentelemetry.proto.trace.v1.Span.Builder span) {
        return ZipkinSpans.of(request(span)).findFirst().orElseThrow();
    }
}
