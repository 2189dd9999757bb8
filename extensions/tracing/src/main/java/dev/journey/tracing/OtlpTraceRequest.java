package dev.journey.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.common.ValueType;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * An {@code ExportTraceServiceRequest} that is filled with spans as they end. All are of one resource, and those of the
 * same instrumentation scope that follow one another are written as one list. Not thread-safe.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/otlp/">OpenTelemetry Protocol 1.9, {@code trace.proto},
 *     {@code common.proto}</a>
 */
final class OtlpTraceRequest {

    // The numbers of the fields, of each message by itself.
    private static final int REQUEST_RESOURCE_SPANS = 1;

    private static final int RESOURCE_SPANS_RESOURCE = 1;
    private static final int RESOURCE_SPANS_SCOPE_SPANS = 2;
    private static final int RESOURCE_SPANS_SCHEMA_URL = 3;

    private static final int RESOURCE_ATTRIBUTES = 1;

    private static final int SCOPE_SPANS_SCOPE = 1;
    private static final int SCOPE_SPANS_SPANS = 2;
    private static final int SCOPE_SPANS_SCHEMA_URL = 3;

    private static final int SCOPE_NAME = 1;
    private static final int SCOPE_VERSION = 2;
    private static final int SCOPE_ATTRIBUTES = 3;

    private static final int SPAN_TRACE_ID = 1;
    private static final int SPAN_SPAN_ID = 2;
    private static final int SPAN_TRACE_STATE = 3;
    private static final int SPAN_PARENT_SPAN_ID = 4;
    private static final int SPAN_NAME = 5;
    private static final int SPAN_KIND = 6;
    private static final int SPAN_START_TIME = 7;
    private static final int SPAN_END_TIME = 8;
    private static final int SPAN_ATTRIBUTES = 9;
    private static final int SPAN_DROPPED_ATTRIBUTES = 10;
    private static final int SPAN_EVENTS = 11;
    private static final int SPAN_DROPPED_EVENTS = 12;
    private static final int SPAN_LINKS = 13;
    private static final int SPAN_DROPPED_LINKS = 14;
    private static final int SPAN_STATUS = 15;
    private static final int SPAN_FLAGS = 16;

    private static final int EVENT_TIME = 1;
    private static final int EVENT_NAME = 2;
    private static final int EVENT_ATTRIBUTES = 3;
    private static final int EVENT_DROPPED_ATTRIBUTES = 4;

    private static final int LINK_TRACE_ID = 1;
    private static final int LINK_SPAN_ID = 2;
    private static final int LINK_TRACE_STATE = 3;
    private static final int LINK_ATTRIBUTES = 4;
    private static final int LINK_DROPPED_ATTRIBUTES = 5;
    private static final int LINK_FLAGS = 6;

    private static final int STATUS_MESSAGE = 2;
    private static final int STATUS_CODE = 3;

    private static final int KEY_VALUE_KEY = 1;
    private static final int KEY_VALUE_VALUE = 2;

    private static final int VALUE_STRING = 1;
    private static final int VALUE_BOOL = 2;
    private static final int VALUE_INT = 3;
    private static final int VALUE_DOUBLE = 4;
    private static final int VALUE_ARRAY = 5;
    private static final int VALUE_KEY_VALUE_LIST = 6;
    private static final int VALUE_BYTES = 7;

    /** Of an {@code ArrayValue} and of a {@code KeyValueList}. */
    private static final int LIST_VALUES = 1;

    private static final int FLAG_REMOTE_IS_KNOWN = 0x100;
    private static final int FLAG_REMOTE = 0x200;

    /** How many attributes of a span are remembered as they were written, and how long a text may be for it. */
    private static final int MOST_REMEMBERED = 128;

    private final ProtobufWriter writer = new ProtobufWriter();
    // Most attributes are what they were in the last span of that kind, at the same place, the very same object even.
    private final Map<SpanKind, List<WrittenAttribute>> written = new EnumMap<>(SpanKind.class);
    private List<WrittenAttribute> writtenOfKind;
    private int attributesOfSpan;

    private int spans;
    private Resource resource;
    private InstrumentationScopeInfo scope;
    private int lengthBeforeScope;

    /** How many spans it has. */
    int spans() {
        return spans;
    }

    /** How many bytes it has. */
    int length() {
        return writer.length();
    }

    void writeTo(OutputStream output) throws IOException {
        writer.writeTo(output);
    }

    void clear() {
        writer.clear();
        spans = 0;
        resource = null;
        scope = null;
        lengthBeforeScope = 0;
    }

    void add(SpanData span) {
        if (scope != null && !scope.equals(span.getInstrumentationScopeInfo())) {
            endScope();
        }
        scope = span.getInstrumentationScopeInfo();
        resource = span.getResource();
        span(span);
        spans++;
    }

    /** Writes what all spans have in common; then it can be sent. */
    void end() {
        endScope();
        text(RESOURCE_SPANS_SCHEMA_URL, resource.getSchemaUrl());
        int before = writer.length();
        attributes(RESOURCE_ATTRIBUTES, resource.getAttributes());
        writer.message(RESOURCE_SPANS_RESOURCE, before);
        writer.message(REQUEST_RESOURCE_SPANS, 0);
    }

    private void endScope() {
        text(SCOPE_SPANS_SCHEMA_URL, scope.getSchemaUrl());
        int before = writer.length();
        attributes(SCOPE_ATTRIBUTES, scope.getAttributes());
        text(SCOPE_VERSION, scope.getVersion());
        text(SCOPE_NAME, scope.getName());
        writer.message(SCOPE_SPANS_SCOPE, before);
        writer.message(RESOURCE_SPANS_SCOPE_SPANS, lengthBeforeScope);
        lengthBeforeScope = writer.length();
    }

    private void span(SpanData span) {
        int before = writer.length();
        SpanContext context = span.getSpanContext();
        SpanContext parent = span.getParentSpanContext();
        writer.fixed32(SPAN_FLAGS, flags(context, parent));
        status(span.getStatus());
        links(span);
        events(span);
        number(
                SPAN_DROPPED_ATTRIBUTES,
                span.getTotalAttributeCount() - span.getAttributes().size());
        spanAttributes(span);
        writer.fixed64(SPAN_END_TIME, span.getEndEpochNanos());
        writer.fixed64(SPAN_START_TIME, span.getStartEpochNanos());
        writer.varint(
                SPAN_KIND,
                switch (span.getKind()) {
                    case INTERNAL -> 1;
                    case SERVER -> 2;
                    case CLIENT -> 3;
                    case PRODUCER -> 4;
                    case CONSUMER -> 5;
                });
        text(SPAN_NAME, span.getName());
        if (parent.isValid()) {
            writer.hexadecimal(SPAN_PARENT_SPAN_ID, parent.getSpanId());
        }
        text(SPAN_TRACE_STATE, traceState(context));
        writer.hexadecimal(SPAN_SPAN_ID, context.getSpanId());
        writer.hexadecimal(SPAN_TRACE_ID, context.getTraceId());
        writer.message(SCOPE_SPANS_SPANS, before);
    }

    private void spanAttributes(SpanData span) {
        writtenOfKind = written.computeIfAbsent(span.getKind(), kind -> new ArrayList<>());
        attributesOfSpan = 0;
        span.getAttributes().forEach(this::spanAttribute);
    }

    private void spanAttribute(AttributeKey<?> key, Object value) {
        int place = attributesOfSpan++;
        WrittenAttribute last = place < writtenOfKind.size() ? writtenOfKind.get(place) : null;
        boolean again = last != null && last.key.equals(key) && value.equals(last.value);
        if (again && last.bytes != null) {
            writer.raw(last.bytes);
            return;
        }
        int before = writer.length();
        keyValue(SPAN_ATTRIBUTES, key.getKey(), value);
        if (again) {
            last.bytes = writer.fields(before);
        } else {
            remember(place, new WrittenAttribute(key, isRemembered(value) ? value : null));
        }
    }

    private void remember(int place, WrittenAttribute attribute) {
        if (place < writtenOfKind.size()) {
            writtenOfKind.set(place, attribute);
        } else if (place < MOST_REMEMBERED) {
            writtenOfKind.add(attribute);
        }
    }

    private static boolean isRemembered(Object value) {
        return value instanceof String text
                ? text.length() <= MOST_REMEMBERED
                : value instanceof Long || value instanceof Boolean;
    }

    private void status(StatusData status) {
        int before = writer.length();
        number(
                STATUS_CODE,
                switch (status.getStatusCode()) {
                    case UNSET -> 0;
                    case OK -> 1;
                    case ERROR -> 2;
                });
        text(STATUS_MESSAGE, status.getDescription());
        writer.message(SPAN_STATUS, before);
    }

    private void links(SpanData span) {
        List<LinkData> links = span.getLinks();
        number(SPAN_DROPPED_LINKS, span.getTotalRecordedLinks() - links.size());
        for (int index = links.size() - 1; index >= 0; index--) {
            LinkData link = links.get(index);
            SpanContext context = link.getSpanContext();
            int before = writer.length();
            writer.fixed32(LINK_FLAGS, flags(context, context));
            number(
                    LINK_DROPPED_ATTRIBUTES,
                    link.getTotalAttributeCount() - link.getAttributes().size());
            attributes(LINK_ATTRIBUTES, link.getAttributes());
            text(LINK_TRACE_STATE, traceState(context));
            writer.hexadecimal(LINK_SPAN_ID, context.getSpanId());
            writer.hexadecimal(LINK_TRACE_ID, context.getTraceId());
            writer.message(SPAN_LINKS, before);
        }
    }

    private void events(SpanData span) {
        List<EventData> events = span.getEvents();
        number(SPAN_DROPPED_EVENTS, span.getTotalRecordedEvents() - events.size());
        for (int index = events.size() - 1; index >= 0; index--) {
            EventData event = events.get(index);
            int before = writer.length();
            number(EVENT_DROPPED_ATTRIBUTES, event.getDroppedAttributesCount());
            attributes(EVENT_ATTRIBUTES, event.getAttributes());
            text(EVENT_NAME, event.getName());
            writer.fixed64(EVENT_TIME, event.getEpochNanos());
            writer.message(SPAN_EVENTS, before);
        }
    }

    private void attributes(int field, Attributes attributes) {
        attributes.forEach((key, value) -> keyValue(field, key.getKey(), value));
    }

    private void keyValue(int field, String key, Object value) {
        int before = writer.length();
        value(KEY_VALUE_VALUE, value);
        text(KEY_VALUE_KEY, key);
        writer.message(field, before);
    }

    /** Writes an {@code AnyValue}; of what is none of its types it has no value, as of null. */
    private void value(int field, Object value) {
        int before = writer.length();
        if (value instanceof String string) {
            writer.string(VALUE_STRING, string);
        } else if (value instanceof Long number) {
            writer.varint(VALUE_INT, number);
        } else if (value instanceof Boolean bool) {
            writer.varint(VALUE_BOOL, bool ? 1 : 0);
        } else if (value instanceof Double number) {
            writer.fixed64(VALUE_DOUBLE, Double.doubleToRawLongBits(number));
        } else if (value instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            writer.bytes(VALUE_BYTES, bytes);
        } else if (value instanceof List<?> list) {
            list(VALUE_ARRAY, list);
        } else if (value instanceof Value<?> wrapped) {
            if (wrapped.getType() != ValueType.KEY_VALUE_LIST) {
                value(field, wrapped.getValue());
                return;
            }
            list(VALUE_KEY_VALUE_LIST, (List<?>) wrapped.getValue());
        }
        writer.message(field, before);
    }

    private void list(int field, List<?> list) {
        int before = writer.length();
        for (int index = list.size() - 1; index >= 0; index--) {
            if (list.get(index) instanceof KeyValue pair) {
                keyValue(LIST_VALUES, pair.getKey(), pair.getValue());
            } else {
                value(LIST_VALUES, list.get(index));
            }
        }
        writer.message(field, before);
    }

    // The default of a field is not written.
    private void text(int field, String value) {
        if (value != null && !value.isEmpty()) {
            writer.string(field, value);
        }
    }

    private void number(int field, int value) {
        if (value != 0) {
            writer.varint(field, value);
        }
    }

    private static int flags(SpanContext context, SpanContext remote) {
        int flags = Byte.toUnsignedInt(context.getTraceFlags().asByte()) | FLAG_REMOTE_IS_KNOWN;
        return remote.isRemote() ? flags | FLAG_REMOTE : flags;
    }

    // W3C Trace Context, 3.3: the header's form.
    private static String traceState(SpanContext context) {
        TraceState state = context.getTraceState();
        if (state.isEmpty()) {
            return null;
        }
        StringJoiner members = new StringJoiner(",");
        state.forEach((key, value) -> members.add(key + "=" + value));
        return members.toString();
    }

    /** Its bytes are kept once it comes for the second time: some have another value each time. */
    private static final class WrittenAttribute {

        private final AttributeKey<?> key;
        private final Object value;
        private byte[] bytes;

        WrittenAttribute(AttributeKey<?> key, Object value) {
            this.key = key;
            this.value = value;
        }
    }
}
