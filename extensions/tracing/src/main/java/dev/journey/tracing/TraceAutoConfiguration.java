package dev.journey.tracing;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.propagation.ContextPropagators;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * What routes and beans of an application refer to. It is there without tracing as well, so that the same application
 * runs: spans come to nothing then, or are those of OpenTelemetry's Java agent.
 */
@AutoConfiguration(after = TracingAutoConfiguration.class)
public class TraceAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    Trace trace() {
        return new Trace();
    }

    @Bean
    @ConditionalOnMissingBean
    Tracer globalTracer() {
        return GlobalOpenTelemetry.getTracer(TracingAutoConfiguration.SCOPE);
    }

    @Bean
    @ConditionalOnMissingBean
    ContextPropagators globalPropagators() {
        return GlobalOpenTelemetry.getPropagators();
    }
}
