package dev.journey.tracing;

import io.opentelemetry.api.trace.Span;

/** The current trace, for use in a route: {@code bean: { ref: trace, method: "event('priced')" }}. */
public class Trace {

    /** The trace's id, 32 hexadecimal digits (W3C Trace Context, trace-id); all zeroes where there is no trace. */
    public String id() {
        return Span.current().getSpanContext().getTraceId();
    }

    /** Adds an event of this name, without the space around it, to the current span. */
    public void event(String name) {
        Span.current().addEvent(name.strip());
    }
}
