package dev.journey.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.telemetry.Op;

/**
 * How one kind of Camel endpoint is told in a span: its kind, name, attributes and the carrier of its trace context.
 * A bean of this type takes part for each endpoint that it {@linkplain #supports supports}; an endpoint that none
 * supports is told by Camel's own span decorators.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/semconv/">OpenTelemetry semantic conventions</a>
 */
public interface EndpointConventions {

    /** Whether these conventions are for the endpoint. */
    boolean supports(Endpoint endpoint);

    /**
     * Makes the span of an exchange that the endpoint received or is being sent: its name, of low cardinality, its kind and
     * the attributes that are known when it starts.
     */
    SpanBuilder start(Tracer tracer, Exchange exchange, Endpoint endpoint, Op operation);

    /** Reads the caller's trace context from a received exchange; answers the given context where there is none. */
    default Context extract(Context context, Exchange exchange, TextMapPropagator propagator) {
        return propagator.extract(context, exchange, MessageHeaders.GETTER);
    }

    /** Writes the span's context to an exchange that is about to be sent. */
    default void inject(Context context, Exchange exchange, TextMapPropagator propagator) {
        propagator.inject(context, exchange, MessageHeaders.SETTER);
    }

    /**
     * Adds what is known when the work is done.
     *
     * @param failure what went wrong, or null
     * @return the value of {@code error.type} where the work counts as failed, or null
     */
    String end(Span span, Exchange exchange, Endpoint endpoint, Op operation, Throwable failure);
}
