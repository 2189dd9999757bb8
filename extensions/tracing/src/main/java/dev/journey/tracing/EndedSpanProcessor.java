package dev.journey.tracing;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;

/** A processor for which everything is known when a span ends. */
interface EndedSpanProcessor extends SpanProcessor {

    @Override
    default void onStart(Context parent, ReadWriteSpan span) {
        // It is not called.
    }

    @Override
    default boolean isStartRequired() {
        return false;
    }

    @Override
    default boolean isEndRequired() {
        return true;
    }
}
