package dev.journey.localstack.backend;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span.Event;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import zipkin2.Endpoint;
import zipkin2.Span;

/** The spans of an OTLP request as Zipkin has them. */
final class ZipkinSpans {

    private static final int TRACE_ID_BYTES = 16;
    private static final int SPAN_ID_BYTES = 8;
    private static final int NANOSECONDS_IN_MICROSECOND = 1_000;
    private static final int ANNOTATION_VALUE_LIMIT = 200;

    private static final List<String> RESOURCE_TAGS = List.of("service.version", "service.instance.id");

    /** Many lines that say what type and message say beside it, in a place that has room for one. */
    private static final String STACK_TRACE = "exception.stacktrace";

    private ZipkinSpans() {}

    /** How many spans the request holds, valid or not. */
    static long count(ExportTraceServiceRequest request) {
        return request.getResourceSpansList().stream()
                .flatMap(resourceSpans -> resourceSpans.getScopeSpansList().stream())
                .mapToLong(ScopeSpans::getSpansCount)
                .sum();
    }

    /** The request's spans, without those whose trace id or span id is missing, zero or of a wrong length. */
    static Stream<Span> of(ExportTraceServiceRequest request) {
        return request.getResourceSpansList().stream().flatMap(ZipkinSpans::of);
    }

    private static Stream<Span> of(ResourceSpans resourceSpans) {
        return resourceSpans.getScopeSpansList().stream()
                .flatMap(scopeSpans -> scopeSpans.getSpansList().stream())
                .filter(span -> valid(span.getTraceId(), TRACE_ID_BYTES) && valid(span.getSpanId(), SPAN_ID_BYTES))
                .map(span -> convert(resourceSpans.getResource(), span));
    }

    private static Span convert(Resource resource, io.opentelemetry.proto.trace.v1.Span span) {
        Map<String, String> ofResource = texts(resource.getAttributesList());
        Map<String, String> attributes = texts(span.getAttributesList());
        Span.Builder converted = Span.newBuilder()
                .traceId(hex(span.getTraceId()))
                .id(hex(span.getSpanId()))
                .name(span.getName())
                .kind(kind(span.getKind()))
                .timestamp(microseconds(span.getStartTimeUnixNano()))
                .duration(duration(span))
                .localEndpoint(Endpoint.newBuilder()
                        .serviceName(ofResource.get("service.name"))
                        .build())
                .remoteEndpoint(remoteEndpoint(span.getKind(), attributes));
        if (valid(span.getParentSpanId(), SPAN_ID_BYTES)) {
            converted.parentId(hex(span.getParentSpanId()));
        }
        RESOURCE_TAGS.stream()
                .filter(ofResource::containsKey)
                .forEach(name -> converted.putTag(name, ofResource.get(name)));
        attributes.forEach(converted::putTag);
        addStatus(converted, span.getStatus(), attributes);
        for (Event event : span.getEventsList()) {
            converted.addAnnotation(microseconds(event.getTimeUnixNano()), text(event));
        }
        return converted.build();
    }

    private static Span.Kind kind(SpanKind kind) {
        return switch (kind) {
            case SPAN_KIND_SERVER -> Span.Kind.SERVER;
            case SPAN_KIND_CLIENT -> Span.Kind.CLIENT;
            case SPAN_KIND_PRODUCER -> Span.Kind.PRODUCER;
            case SPAN_KIND_CONSUMER -> Span.Kind.CONSUMER;
            default -> null;
        };
    }

    /** What the dependency graph draws an edge to; for messages that is the broker, which sends no spans itself. */
    private static Endpoint remoteEndpoint(SpanKind kind, Map<String, String> attributes) {
        Endpoint.Builder endpoint = Endpoint.newBuilder();
        String address = attributes.get("server.address");
        boolean numeric = endpoint.parseIp(address);
        switch (kind) {
            case SPAN_KIND_PRODUCER, SPAN_KIND_CONSUMER -> endpoint.serviceName(attributes.get("messaging.system"));
            case SPAN_KIND_CLIENT -> endpoint.serviceName(numeric ? null : address);
            default -> {
                return null;
            }
        }
        String port = attributes.getOrDefault("server.port", "");
        if (port.matches("\\d{1,5}") && Integer.parseInt(port) <= 0xffff) {
            endpoint.port(Integer.parseInt(port));
        }
        return endpoint.build();
    }

    private static void addStatus(Span.Builder span, Status status, Map<String, String> attributes) {
        if (status.getCode() == StatusCode.STATUS_CODE_OK) {
            span.putTag("otel.status_code", "OK");
        } else if (status.getCode() == StatusCode.STATUS_CODE_ERROR) {
            span.putTag("otel.status_code", "ERROR");
            span.putTag(
                    "error",
                    status.getMessage().isEmpty()
                            ? attributes.getOrDefault("error.type", "error")
                            : status.getMessage());
        }
    }

    private static String text(Event event) {
        String attributes = texts(event.getAttributesList()).entrySet().stream()
                .filter(attribute -> !attribute.getKey().equals(STACK_TRACE))
                .map(attribute -> attribute.getKey() + "=" + shortened(attribute.getValue()))
                .collect(Collectors.joining(", "));
        return attributes.isEmpty() ? event.getName() : event.getName() + ": " + attributes;
    }

    private static String shortened(String text) {
        String line = text.lines().findFirst().orElse("");
        return line.length() > ANNOTATION_VALUE_LIMIT || line.length() < text.length()
                ? line.substring(0, Math.min(line.length(), ANNOTATION_VALUE_LIMIT)) + "…"
                : line;
    }

    private static Map<String, String> texts(List<KeyValue> attributes) {
        Map<String, String> texts = new LinkedHashMap<>();
        attributes.forEach(attribute -> texts.put(attribute.getKey(), text(attribute.getValue())));
        return texts;
    }

    private static String text(AnyValue value) {
        return switch (value.getValueCase()) {
            case STRING_VALUE -> value.getStringValue();
            case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
            case INT_VALUE -> Long.toString(value.getIntValue());
            case DOUBLE_VALUE -> Double.toString(value.getDoubleValue());
            case ARRAY_VALUE ->
                value.getArrayValue().getValuesList().stream()
                        .map(ZipkinSpans::text)
                        .collect(Collectors.joining(", ", "[", "]"));
            case KVLIST_VALUE ->
                value.getKvlistValue().getValuesList().stream()
                        .map(entry -> entry.getKey() + "=" + text(entry.getValue()))
                        .collect(Collectors.joining(", ", "{", "}"));
            case BYTES_VALUE ->
                Base64.getEncoder().encodeToString(value.getBytesValue().toByteArray());
            default -> "";
        };
    }

    private static boolean valid(ByteString id, int length) {
        return id.size() == length && !id.equals(ByteString.copyFrom(new byte[length]));
    }

    private static String hex(ByteString id) {
        return HexFormat.of().formatHex(id.toByteArray());
    }

    private static long microseconds(long unixNanoseconds) {
        return Long.divideUnsigned(unixNanoseconds, NANOSECONDS_IN_MICROSECOND);
    }

    /** At least one microsecond, since Zipkin reads zero as unknown. */
    private static long duration(io.opentelemetry.proto.trace.v1.Span span) {
        return Math.max(1, (span.getEndTimeUnixNano() - span.getStartTimeUnixNano()) / NANOSECONDS_IN_MICROSECOND);
    }
}
