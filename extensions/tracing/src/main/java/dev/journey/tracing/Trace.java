package dev.journey.tracing;

import io.opentelemetry.api.trace.Span;

/** The current trace. */
public class Trace {

    /** The trace's id, 32 hexadecimal digits (W3C Trace Context, trace-id); all zeroes where there is no trace. */
    public String id() {
        return Span.current().getSpanContext().getTraceId();
    }
}
