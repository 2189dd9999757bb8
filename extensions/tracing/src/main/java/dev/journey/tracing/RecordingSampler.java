package dev.journey.tracing;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingDecision;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import java.util.List;

/**
 * Another sampler, whose dropped spans are recorded all the same, so that {@link SpanMetrics} counts every request. They
 * are not sampled still: no exporter takes them, and the flag that goes on says so.
 *
 * @param sampler who decides what is sampled
 * @see <a href="https://opentelemetry.io/docs/specs/otel/trace/sdk/#sampling">OpenTelemetry, trace SDK, sampling</a>
 */
record RecordingSampler(Sampler sampler) implements Sampler {

    @Override
    public SamplingResult shouldSample(
            Context parent,
            String traceId,
            String name,
            SpanKind kind,
            Attributes attributes,
            List<LinkData> parentLinks) {
        SamplingResult result = sampler.shouldSample(parent, traceId, name, kind, attributes, parentLinks);
        if (result.getDecision() != SamplingDecision.DROP) {
            return result;
        }
        // The SDK's own result of a drop, of which there is one.
        return result == SamplingResult.drop() ? SamplingResult.recordOnly() : new RecordedDrop(result);
    }

    @Override
    public String getDescription() {
        return "Recording{" + sampler.getDescription() + "}";
    }

    @Override
    public String toString() {
        return getDescription();
    }

    private record RecordedDrop(SamplingResult drop) implements SamplingResult {

        @Override
        public SamplingDecision getDecision() {
            return SamplingDecision.RECORD_ONLY;
        }

        @Override
        public Attributes getAttributes() {
            return drop.getAttributes();
        }

        @Override
        public TraceState getUpdatedTraceState(TraceState parentTraceState) {
            return drop.getUpdatedTraceState(parentTraceState);
        }
    }
}
