package dev.journey.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import io.opentelemetry.semconv.ErrorAttributes;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ExtendedCamelContext;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.opentelemetry2.OpenTelemetryTracer;
import org.apache.camel.spi.EventNotifier;
import org.apache.camel.support.EventNotifierSupport;
import org.apache.camel.telemetry.Op;
import org.apache.camel.telemetry.SpanContextPropagationExtractor;
import org.apache.camel.telemetry.SpanContextPropagationInjector;
import org.apache.camel.telemetry.SpanDecorator;
import org.apache.camel.telemetry.SpanDecoratorManager;
import org.apache.camel.telemetry.SpanDecoratorManagerImpl;
import org.apache.camel.telemetry.TagConstants;
import org.apache.camel.telemetry.TraceProcessorsInterceptStrategy;
import org.apache.camel.util.ObjectHelper;

/**
 * Camel's OpenTelemetry component ({@code camel-opentelemetry2}) with spans that follow the OpenTelemetry semantic
 * conventions. Camel decides when a span begins and ends; the {@link EndpointConventions} say what it tells.
 *
 * <p>Each step finds its exchange's span current ({@link CurrentSpanInterceptStrategy}). What an exchange is sent to finds
 * that span so, until it ends or the exchange leaves the thread.
 */
public class SemanticConventionsTracer extends OpenTelemetryTracer {

    private static final String RECORDED_FAILURE = "tracing.recordedFailure";
    private static final int REMEMBERED_EXCLUSIONS = 1000;

    private final Tracer tracer;
    private final TextMapPropagator propagator;
    private final List<EndpointConventions> conventions;
    private final ExceptionEvents exceptionEvents;
    private final SpanDecoratorManager decorators = new SpanDecoratorManagerImpl();
    private final Map<String, Boolean> exclusions = new ConcurrentHashMap<>();

    /**
     * Makes a tracer that is to be {@linkplain #init initialised} with a Camel context.
     *
     * @param exceptionMessages the names, or beginnings of names, of exceptions whose messages may stand in a span
     */
    public SemanticConventionsTracer(
            Tracer tracer,
            TextMapPropagator propagator,
            List<EndpointConventions> conventions,
            List<String> exceptionMessages) {
        this.tracer = tracer;
        this.propagator = propagator;
        this.conventions = List.copyOf(conventions);
        this.exceptionEvents = new ExceptionEvents(exceptionMessages);
    }

    @Override
    protected void initTracer() {
        ExtendedCamelContext context = getCamelContext().getCamelContextExtension();
        if (!isTraceProcessors()) {
            // It would put together the name of each step for each exchange all the same.
            context.getInterceptStrategies().removeIf(TraceProcessorsInterceptStrategy.class::isInstance);
        }
        context.addInterceptStrategy(new CurrentSpanInterceptStrategy());
        ignoreUnusedEvents();
    }

    // Camel's notifier takes an exchange that is sent or was, and is told of each that is made or done all the same.
    private void ignoreUnusedEvents() {
        for (EventNotifier notifier : getCamelContext().getManagementStrategy().getEventNotifiers()) {
            if (notifier instanceof EventNotifierSupport tracing
                    && notifier.getClass().getEnclosingClass() == org.apache.camel.telemetry.Tracer.class) {
                tracing.setIgnoreServiceEvents(true);
                tracing.setIgnoreStepEvents(true);
                tracing.setIgnoreExchangeCreatedEvent(true);
                tracing.setIgnoreExchangeCompletedEvent(true);
                tracing.setIgnoreExchangeFailedEvents(true);
                tracing.setIgnoreExchangeRedeliveryEvents(true);
            }
        }
    }

    @Override
    public void setExcludePatterns(String excludePatterns) {
        super.setExcludePatterns(excludePatterns);
        exclusions.clear();
    }

    // Camel asks at the beginning and the end of each span, and makes regular expressions of the patterns each time.
    @Override
    public boolean exclude(String endpointUri, CamelContext context) {
        Boolean excluded = exclusions.get(endpointUri);
        if (excluded == null) {
            excluded = super.exclude(endpointUri, context);
            if (exclusions.size() >= REMEMBERED_EXCLUSIONS) {
                // Endpoints that messages name: those that matter are found again.
                exclusions.clear();
            }
            exclusions.put(endpointUri, excluded);
        }
        return excluded;
    }

    @Override
    protected void beginEventSpan(Exchange exchange, Endpoint endpoint, Op operation) {
        EndpointConventions found = conventionsOf(endpoint);
        if (found == null) {
            beginDecoratedSpan(exchange, endpoint, operation);
            return;
        }
        ExchangeSpan outer = ExchangeSpan.of(exchange);
        Context parent = parent(exchange, outer, found, operation);
        Span started = found.start(tracer, exchange, endpoint, operation)
                .setParent(parent)
                .startSpan();
        ExchangeSpan span = new ExchangeSpan(started, parent, found, operation, outer);
        span.push(exchange);
        if (operation == Op.EVENT_SENT) {
            span.activate();
            found.inject(span.context(), exchange, propagator);
        }
    }

    @Override
    protected void endEventSpan(Exchange exchange, Endpoint endpoint) throws Exception {
        ExchangeSpan span = ExchangeSpan.of(exchange);
        if (span == null) {
            // Warns that there is none.
            super.endEventSpan(exchange, endpoint);
            return;
        }
        if (span.conventions() == null) {
            endDecoratedSpan(exchange, span, decorators.get(endpoint));
            return;
        }
        span.pull(exchange);
        try {
            Throwable failure = failure(exchange);
            String errorType = span.conventions().end(span.span(), exchange, endpoint, span.operation(), failure);
            if (failure != null && !isRecorded(failure, exchange)) {
                exceptionEvents.record(span.span(), failure);
            }
            if (errorType != null) {
                span.span().setAttribute(ErrorAttributes.ERROR_TYPE, errorType);
                span.span().setStatus(StatusCode.ERROR);
            }
        } finally {
            span.span().end();
            span.deactivate();
        }
    }

    @Override
    protected void beginProcessorSpan(Exchange exchange, String processorName) {
        SpanDecorator decorator = decorators.get(processorName);
        begin(processorName, exchange, null, decorator, Op.EVENT_PROCESS);
    }

    @Override
    protected void endProcessorSpan(Exchange exchange, String processorName) throws Exception {
        ExchangeSpan span = ExchangeSpan.of(exchange);
        if (span == null) {
            super.endProcessorSpan(exchange, processorName);
            return;
        }
        endDecoratedSpan(exchange, span, decorators.get(processorName));
    }

    // An endpoint without conventions is told by Camel's decorators.
    private void beginDecoratedSpan(Exchange exchange, Endpoint endpoint, Op operation) {
        SpanDecorator decorator = decorators.get(endpoint);
        ExchangeSpan span =
                begin(decorator.getOperationName(exchange, endpoint), exchange, endpoint, decorator, operation);
        SpanContextPropagationInjector injector = decorator.getInjector(exchange);
        propagator.inject(span.context(), injector, Setter.INSTANCE);
        if (isTraceHeadersInclusion()) {
            injector.put(TRACE_HEADER, span.span().getSpanContext().getTraceId());
            injector.put(SPAN_HEADER, span.span().getSpanContext().getSpanId());
        }
    }

    // Not made current here, since where it ends may be another thread: CurrentSpanInterceptStrategy does it.
    private ExchangeSpan begin(
            String name, Exchange exchange, Endpoint endpoint, SpanDecorator decorator, Op operation) {
        ExchangeSpan outer = ExchangeSpan.of(exchange);
        Context parent = outer == null
                ? propagator.extract(Context.root(), decorator.getExtractor(exchange), Getter.INSTANCE)
                : outer.context();
        ExchangeSpan span =
                new ExchangeSpan(tracer.spanBuilder(name).setParent(parent).startSpan(), parent, null, null, outer);
        span.setTag(TagConstants.OP, operation.toString());
        decorator.beforeTracingEvent(span, exchange, endpoint);
        span.push(exchange);
        return span;
    }

    private static void endDecoratedSpan(Exchange exchange, ExchangeSpan span, SpanDecorator decorator) {
        span.pull(exchange);
        decorator.afterTracingEvent(span, exchange);
        span.span().end();
    }

    // What an outer span sees may be the inner one's failure as it is, wrapped, or as the cause of what was made of it.
    private static boolean isRecorded(Throwable failure, Exchange exchange) {
        Object recorded = exchange.getProperty(RECORDED_FAILURE);
        for (Throwable cause : ObjectHelper.createExceptionIterable(failure)) {
            if (cause == recorded) {
                return true;
            }
        }
        exchange.setProperty(RECORDED_FAILURE, failure);
        return false;
    }

    private EndpointConventions conventionsOf(Endpoint endpoint) {
        for (EndpointConventions candidate : conventions) {
            if (candidate.supports(endpoint)) {
                return candidate;
            }
        }
        return null;
    }

    // What comes in from outside has its parent on the wire and nowhere else: a context that a thread of the server
    // still has is some other request's.
    private Context parent(Exchange exchange, ExchangeSpan outer, EndpointConventions found, Op operation) {
        if (outer != null) {
            return outer.context();
        }
        return operation == Op.EVENT_RECEIVED ? found.extract(Context.root(), exchange, propagator) : Context.current();
    }

    // A failure that an error handler has dealt with is no longer the exchange's exception, but it happened.
    private static Throwable failure(Exchange exchange) {
        Throwable failure = exchange.getException();
        if (failure == null && exchange.getExchangeExtension().isFailureHandled()) {
            failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        }
        while ((failure instanceof RuntimeCamelException || failure instanceof InvocationTargetException)
                && failure.getCause() != null) {
            failure = failure.getCause();
        }
        return failure;
    }

    private enum Setter implements TextMapSetter<SpanContextPropagationInjector> {
        INSTANCE;

        @Override
        public void set(SpanContextPropagationInjector carrier, String key, String value) {
            carrier.put(key, value);
        }
    }

    private enum Getter implements TextMapGetter<SpanContextPropagationExtractor> {
        INSTANCE;

        @Override
        public Iterable<String> keys(SpanContextPropagationExtractor carrier) {
            return carrier.keys();
        }

        @Override
        public String get(SpanContextPropagationExtractor carrier, String key) {
            Object value = carrier == null ? null : carrier.get(key);
            return value == null ? null : value.toString();
        }
    }
}
