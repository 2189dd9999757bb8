package dev.journey.benchmark;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads of an OTLP trace export only what is counted: each span's service, kind and trace. All else is skipped, so that
 * the benchmark does not measure its own sink.
 *
 * @see <a href="https://github.com/open-telemetry/opentelemetry-proto">trace_service.proto, trace.proto</a>
 */
final class OtlpSpans {

    private static final String SERVICE_NAME = "service.name";
    private static final String[] KINDS = {"UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"};

    private OtlpSpans() {}

    /** Is given each span. */
    interface Visitor {

        /**
         * @param role its service and kind, such as {@code gateway SERVER}
         * @param traceId the 16 bytes of its trace's id
         */
        void span(String role, byte[] traceId);
    }

    /** @throws IOException if that is no trace export */
    static void read(byte[] export, Visitor visitor) throws IOException {
        CodedInputStream request = CodedInputStream.newInstance(export);
        for (int tag; (tag = request.readTag()) != 0; ) {
            if (isMessage(tag, 1)) {
                readResourceSpans(request.readByteArray(), visitor);
            } else {
                request.skipField(tag);
            }
        }
    }

    private static void readResourceSpans(byte[] bytes, Visitor visitor) throws IOException {
        // The resource need not come first.
        String service = "unknown";
        List<byte[]> scopes = new ArrayList<>();
        CodedInputStream resourceSpans = CodedInputStream.newInstance(bytes);
        for (int tag; (tag = resourceSpans.readTag()) != 0; ) {
            if (isMessage(tag, 1)) {
                service = service(resourceSpans.readByteArray(), service);
            } else if (isMessage(tag, 2)) {
                scopes.add(resourceSpans.readByteArray());
            } else {
                resourceSpans.skipField(tag);
            }
        }
        String[] roles = new String[KINDS.length];
        for (int kind = 0; kind < roles.length; kind++) {
            roles[kind] = service + " " + KINDS[kind];
        }
        for (byte[] scope : scopes) {
            readScopeSpans(scope, roles, visitor);
        }
    }

    private static String service(byte[] bytes, String otherwise) throws IOException {
        CodedInputStream resource = CodedInputStream.newInstance(bytes);
        for (int tag; (tag = resource.readTag()) != 0; ) {
            if (!isMessage(tag, 1)) {
                resource.skipField(tag);
                continue;
            }
            String key = "";
            byte[] value = {};
            CodedInputStream attribute = CodedInputStream.newInstance(resource.readByteArray());
            for (int inner; (inner = attribute.readTag()) != 0; ) {
                if (isMessage(inner, 1)) {
                    key = attribute.readString();
                } else if (isMessage(inner, 2)) {
                    value = attribute.readByteArray();
                } else {
                    attribute.skipField(inner);
                }
            }
            if (key.equals(SERVICE_NAME)) {
                return text(value);
            }
        }
        return otherwise;
    }

    private static String text(byte[] anyValue) throws IOException {
        CodedInputStream value = CodedInputStream.newInstance(anyValue);
        for (int tag; (tag = value.readTag()) != 0; ) {
            if (isMessage(tag, 1)) {
                return new String(value.readByteArray(), StandardCharsets.UTF_8);
            }
            value.skipField(tag);
        }
        return "";
    }

    private static void readScopeSpans(byte[] bytes, String[] roles, Visitor visitor) throws IOException {
        CodedInputStream scope = CodedInputStream.newInstance(bytes);
        for (int tag; (tag = scope.readTag()) != 0; ) {
            if (isMessage(tag, 2)) {
                int limit = scope.pushLimit(scope.readRawVarint32());
                readSpan(scope, roles, visitor);
                scope.popLimit(limit);
            } else {
                scope.skipField(tag);
            }
        }
    }

    private static void readSpan(CodedInputStream span, String[] roles, Visitor visitor) throws IOException {
        byte[] traceId = {};
        int kind = 0;
        for (int tag; (tag = span.readTag()) != 0; ) {
            if (isMessage(tag, 1)) {
                traceId = span.readByteArray();
            } else if (WireFormat.getTagFieldNumber(tag) == 6) {
                kind = span.readEnum();
            } else {
                span.skipField(tag);
            }
        }
        if (traceId.length != 16) {
            throw new IOException("A trace's id has 16 bytes, and not " + traceId.length);
        }
        visitor.span(roles[kind >= 0 && kind < roles.length ? kind : 0], traceId);
    }

    private static boolean isMessage(int tag, int number) {
        return WireFormat.getTagFieldNumber(tag) == number
                && WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
    }
}
