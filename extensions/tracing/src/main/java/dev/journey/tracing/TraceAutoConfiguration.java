package dev.journey.tracing;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.propagation.ContextPropagators;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.support.ExpressionAdapter;
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

    /** The trace's id as an expression, {@code ref: traceId}. A method call in Simple would copy the exchange. */
    @Bean
    @ConditionalOnMissingBean(name = "traceId")
    Expression traceId(Trace trace) {
        return new ExpressionAdapter() {
            @Override
            public Object evaluate(Exchange exchange) {
                return trace.id();
            }
        };
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
