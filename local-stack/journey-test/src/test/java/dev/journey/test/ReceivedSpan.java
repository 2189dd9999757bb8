package dev.journey.test;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A span as it was exported.
 *
 * @param resource what the exporting service said of itself
 * @param span the span
 */
record ReceivedSpan(Resource resource, Span span) {

    String traceId() {
        return hex(span.getTraceId());
    }

    String id() {
        return hex(span.getSpanId());
    }

    /** The id of the span above, or empty. */
    String parentId() {
        return hex(span.getParentSpanId());
    }

    String service() {
        return String.valueOf(resourceAttributes().get("service.name"));
    }

    String name() {
        return span.getName();
    }

    Span.SpanKind kind() {
        return span.getKind();
    }

    StatusCode status() {
        return span.getStatus().getCode();
    }

    /** The attributes, each value of the Java type that matches its OTLP type. */
    Map<String, Object> attributes() {
        return values(span.getAttributesList());
    }

    Map<String, Object> resourceAttributes() {
        return values(resource.getAttributesList());
    }

    List<String> eventNames() {
        return span.getEventsList().stream().map(Span.Event::getName).toList();
    }

    /** The attributes of the events that tell of an exception. */
    List<Map<String, Object>> exceptions() {
        return span.getEventsList().stream()
                .filter(event -> event.getName().equals("exception"))
                .map(event -> values(event.getAttributesList()))
                .toList();
    }

    private static Map<String, Object> values(List<KeyValue> attributes) {
        Map<String, Object> values = new TreeMap<>();
        attributes.forEach(attribute -> values.put(attribute.getKey(), value(attribute.getValue())));
        return values;
    }

    private static Object value(AnyValue value) {
        return switch (value.getValueCase()) {
            case STRING_VALUE -> value.getStringValue();
            case INT_VALUE -> value.getIntValue();
            case DOUBLE_VALUE -> value.getDoubleValue();
            case BOOL_VALUE -> value.getBoolValue();
            default -> value;
        };
    }

    private static String hex(ByteString id) {
        return HexFormat.of().formatHex(id.toByteArray());
    }

    /** One line that tells what matters in a comparison. */
    @Override
    public String toString() {
        return service() + " " + kind().name().replace("SPAN_KIND_", "") + " '" + name() + "' "
                + status().name().replace("STATUS_CODE_", "") + " id=" + id() + " parent="
                + (parentId().isEmpty() ? "-" : parentId()) + " " + attributes() + " events=" + eventNames()
                + (exceptions().isEmpty()
                        ? ""
                        : " of "
                                + exceptions().stream()
                                        .map(exception -> exception.get("exception.type"))
                                        .toList());
    }
}
