package dev.journey.localstack.backend;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Span.Event;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/** OTLP for tests. */
final class Traces {

    static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
    static final long START_MICROSECONDS = TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis());

    private Traces() {}

    /** The trace of one checkout: five spans, numbered from 1, of three services. */
    static ExportTraceServiceRequest checkout() {
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(service(
                        "gateway",
                        span(1, 0, SpanKind.SPAN_KIND_SERVER, "POST /api/checkout")
                                .addAttributes(attribute("http.response.status_code", 202)),
                        span(2, 1, SpanKind.SPAN_KIND_CLIENT, "checkout.Checkout/DoCheckout")
                                .addAttributes(attribute("server.address", "127.0.0.1"))
                                .addAttributes(attribute("server.port", 8080))))
                .addResourceSpans(service(
                        "checkout",
                        span(3, 2, SpanKind.SPAN_KIND_SERVER, "checkout.Checkout/DoCheckout")
                                .addEvents(Event.newBuilder()
                                        .setName("response: totalAmount: 1234")
                                        .setTimeUnixNano(nanoseconds(35))),
                        span(4, 3, SpanKind.SPAN_KIND_PRODUCER, "publish exchange:checkout.processed")
                                .addAttributes(attribute("messaging.system", "rabbitmq"))))
                .addResourceSpans(service(
                        "stock",
                        span(5, 4, SpanKind.SPAN_KIND_CONSUMER, "process exchange:checkout.processed:stock-queue")
                                .addAttributes(attribute("messaging.system", "rabbitmq"))))
                .build();
    }

    static ExportTraceServiceRequest request(Span.Builder... spans) {
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(service("gateway", spans))
                .build();
    }

    static Span.Builder span(int number, int parent, SpanKind kind, String name) {
        Span.Builder span = Span.newBuilder()
                .setTraceId(ByteString.fromHex(TRACE_ID))
                .setSpanId(id(number))
                .setKind(kind)
                .setName(name)
                .setStartTimeUnixNano(nanoseconds(10 * number))
                .setEndTimeUnixNano(nanoseconds(10 * number + 5));
        return parent == 0 ? span : span.setParentSpanId(id(parent));
    }

    static KeyValue attribute(String name, String value) {
        return attribute(name, AnyValue.newBuilder().setStringValue(value));
    }

    static KeyValue attribute(String name, long value) {
        return attribute(name, AnyValue.newBuilder().setIntValue(value));
    }

    static KeyValue attribute(String name, AnyValue.Builder value) {
        return KeyValue.newBuilder().setKey(name).setValue(value).build();
    }

    static long nanoseconds(int microsecondsAfterStart) {
        return TimeUnit.MICROSECONDS.toNanos(START_MICROSECONDS + microsecondsAfterStart);
    }

    private static ResourceSpans service(String name, Span.Builder... spans) {
        ResourceSpans.Builder service = ResourceSpans.newBuilder();
        service.getResourceBuilder()
                .addAttributes(attribute("service.name", name))
                .addAttributes(attribute("service.version", "1.2.3"))
                .addAttributes(attribute("service.instance.id", name + "-1"))
                .addAttributes(attribute("host.name", "somewhere"));
        for (Span.Builder span : spans) {
            service.addScopeSpansBuilder().addSpans(span);
        }
        return service.build();
    }

    private static ByteString id(int number) {
        return ByteString.copyFrom(
                ByteBuffer.allocate(Long.BYTES).putLong(number).array());
    }
}
