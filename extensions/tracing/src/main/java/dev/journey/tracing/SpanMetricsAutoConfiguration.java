package dev.journey.tracing;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizerProvider;
import io.prometheus.metrics.tracer.common.SpanContext;
import org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Where there is a {@link MeterRegistry}, has every span timed, sampled or not, and with Prometheus the sampled ones
 * named as exemplars.
 */
@AutoConfiguration(after = CompositeMeterRegistryAutoConfiguration.class)
@ConditionalOnClass({MeterRegistry.class, CompositeMeterRegistryAutoConfiguration.class})
@ConditionalOnBean(MeterRegistry.class)
@ConditionalOnProperty(
        value = {"camel.opentelemetry2.enabled", "journey.tracing.metrics"},
        matchIfMissing = true)
public class SpanMetricsAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    SpanMetrics spanMetrics(MeterRegistry registry) {
        return new SpanMetrics(registry);
    }

    @Bean
    AutoConfigurationCustomizerProvider spanMetricsCustomizer(SpanMetrics spanMetrics) {
        return sdk -> sdk.addTracerProviderCustomizer((provider, settings) -> provider.addSpanProcessor(spanMetrics))
                .addSamplerCustomizer((sampler, settings) -> new RecordingSampler(sampler));
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(SpanContext.class)
    static class PrometheusExemplars {

        @Bean
        @ConditionalOnMissingBean
        SpanContext timedSpan() {
            return new TimedSpan();
        }
    }
}
