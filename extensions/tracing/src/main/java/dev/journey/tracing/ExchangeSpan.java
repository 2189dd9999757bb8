package dev.journey.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import io.opentelemetry.semconv.UrlAttributes;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.telemetry.Op;
import org.apache.camel.telemetry.TagConstants;

/**
 * An OpenTelemetry span of an exchange, as Camel's telemetry sees it. It knows the thread that made it current, so that
 * its scope is never closed on another.
 */
final class ExchangeSpan implements org.apache.camel.telemetry.Span {

    private static final Set<String> URIS = Set.of("camel.uri", TagConstants.HTTP_URL, UrlAttributes.URL_FULL.getKey());
    private static final ContextKey<ExchangeSpan> KEY = ContextKey.named("camel-exchange-span");

    private final Span span;
    private final Context context;
    private final EndpointConventions conventions;
    private final Op operation;
    private final ExchangeSpan outer;

    private Scope scope;
    private Thread scopeThread;

    ExchangeSpan(Span span, Context parent, EndpointConventions conventions, Op operation, ExchangeSpan outer) {
        this.span = span;
        this.context = parent.with(span).with(KEY, this);
        this.conventions = conventions;
        this.operation = operation;
        this.outer = outer;
    }

    /** The innermost span of an exchange that has not ended, or null. */
    static ExchangeSpan of(Exchange exchange) {
        // Other tracers of Camel have their own there.
        return exchange.getProperty(ExchangePropertyKey.OTEL_ACTIVE_SPAN) instanceof ExchangeSpan span ? span : null;
    }

    // One of the properties that Camel keeps in an array: others are a map, which each copy of an exchange copies.
    void push(Exchange to) {
        to.setProperty(ExchangePropertyKey.OTEL_ACTIVE_SPAN, this);
    }

    void pull(Exchange from) {
        if (outer == null) {
            from.removeProperty(ExchangePropertyKey.OTEL_ACTIVE_SPAN);
        } else {
            outer.push(from);
        }
    }

    /** The exchange's span that is in the context, or null. */
    static ExchangeSpan in(Context context) {
        return context.get(KEY);
    }

    /** Closes what this thread has opened since the context was current. */
    static void closeInnerOf(Context context) {
        ExchangeSpan outer = in(context);
        ExchangeSpan inner = in(Context.current());
        while (inner != null && inner != outer && inner.deactivate()) {
            inner = in(Context.current());
        }
    }

    Span span() {
        return span;
    }

    Context context() {
        return context;
    }

    EndpointConventions conventions() {
        return conventions;
    }

    Op operation() {
        return operation;
    }

    void activate() {
        scopeThread = Thread.currentThread();
        scope = context.makeCurrent();
    }

    /**
     * Closes the scope if this thread opened it and it is open: where the span ends, or where the exchange leaves this
     * thread before.
     *
     * @return whether it was closed
     */
    boolean deactivate() {
        // Only the opening thread passes the first test, so what it wrote is what it reads.
        if (scopeThread != Thread.currentThread() || scope == null) {
            return false;
        }
        scope.close();
        scope = null;
        return true;
    }

    @Override
    public void log(Map<String, String> fields) {
        // Camel hands every line of a `log` step to the current span, where a body or a header may stand in it. Events
        // that the trace wants are made by name (see Trace).
    }

    @Override
    public void setComponent(String component) {
        span.setAttribute("camel.component", component);
    }

    @Override
    public void setError(boolean error) {
        if (error) {
            span.setStatus(StatusCode.ERROR);
        }
    }

    // What Camel's decorators tell of an endpoint is its URI. A query is in no span.
    @Override
    public void setTag(String key, String value) {
        if (!key.equals(UrlAttributes.URL_QUERY.getKey())) {
            span.setAttribute(AttributeKey.stringKey(key), withoutQuery(key, value));
        }
    }

    private static String withoutQuery(String key, String value) {
        int query = value != null && URIS.contains(key) ? value.indexOf('?') : -1;
        return query < 0 ? value : value.substring(0, query);
    }
}
