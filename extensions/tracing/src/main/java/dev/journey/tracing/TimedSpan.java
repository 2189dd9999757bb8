package dev.journey.tracing;

import io.prometheus.metrics.tracer.common.SpanContext;

/**
 * Has Prometheus's library name, as the exemplar of a duration, the very span that took it.
 *
 * @see <a href="https://prometheus.io/docs/specs/om/open_metrics_spec/#exemplars">OpenMetrics, exemplars</a>
 */
final class TimedSpan implements SpanContext {

    @Override
    public String getCurrentTraceId() {
        io.opentelemetry.api.trace.SpanContext timed = SpanMetrics.timed();
        return timed == null ? null : timed.getTraceId();
    }

    @Override
    public String getCurrentSpanId() {
        io.opentelemetry.api.trace.SpanContext timed = SpanMetrics.timed();
        return timed == null ? null : timed.getSpanId();
    }

    @Override
    public boolean isCurrentSpanSampled() {
        return SpanMetrics.timed() != null;
    }

    @Override
    public void markCurrentSpanAsExemplar() {
        // It has ended: there is nothing that could still be added to it.
    }
}
