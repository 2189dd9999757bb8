package dev.journey.tracing;

import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizer;
import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizerProvider;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.function.Supplier;

/**
 * Has an SDK export by {@link OtlpSpanProcessor} where it would have by its own {@link BatchSpanProcessor} and OTLP over
 * HTTP. Any other way of exporting stays as it is, and so does an exporter that another customizer has changed: it is to be
 * customized first with this.
 */
final class OtlpSpanProcessorCustomizer implements AutoConfigurationCustomizerProvider {

    private final Supplier<MeterProvider> meterProvider;
    private SpanExporter exporter;

    /** @param meterProvider what the exporter's own metrics are for; it is asked when the first spans are exported */
    OtlpSpanProcessorCustomizer(Supplier<MeterProvider> meterProvider) {
        this.meterProvider = meterProvider;
    }

    @Override
    public void customize(AutoConfigurationCustomizer sdk) {
        sdk.addSpanExporterCustomizer((configured, settings) -> exporter = configured)
                .addSpanProcessorCustomizer(this::processor);
    }

    private SpanProcessor processor(SpanProcessor configured, ConfigProperties settings) {
        if (configured instanceof BatchSpanProcessor batching
                && batching.getSpanExporter() == exporter
                && exporter instanceof OtlpHttpSpanExporter) {
            batching.shutdown();
            return new OtlpSpanProcessor(settings, meterProvider);
        }
        return configured;
    }
}
