package dev.journey.tracing;

import io.opentelemetry.api.trace.Span;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Processor;

/**
 * Adds an event to the current span: a bean of a route's file, {@code process: { ref: priced }} in the route.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/otel/trace/api/#add-events">OpenTelemetry, trace API, add events</a>
 */
public class SpanEvent implements Processor {

    private String name = "";
    private volatile Expression expression;

    /** Sets the event's name, an expression in Simple; the space around its value is left out. */
    public void setName(String name) {
        this.name = name;
    }

    @Override
    public void process(Exchange exchange) {
        Span.current()
                .addEvent(expression(exchange).evaluate(exchange, String.class).strip());
    }

    private Expression expression(Exchange exchange) {
        if (expression == null) {
            expression = exchange.getContext().resolveLanguage("simple").createExpression(name);
        }
        return expression;
    }
}
