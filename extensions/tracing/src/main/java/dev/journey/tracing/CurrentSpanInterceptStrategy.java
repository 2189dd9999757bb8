package dev.journey.tracing;

import io.opentelemetry.context.Scope;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/** Makes the exchange's span current for each step that runs on a thread where it is not. */
final class CurrentSpanInterceptStrategy implements InterceptStrategy {

    @Override
    public Processor wrapProcessorInInterceptors(
            CamelContext context, NamedNode definition, Processor target, Processor nextTarget) {
        return new DelegateAsyncProcessor(target) {
            @Override
            public boolean process(Exchange exchange, AsyncCallback callback) {
                ExchangeSpan span = ExchangeSpan.of(exchange);
                if (span == null || span == ExchangeSpan.current()) {
                    return super.process(exchange, callback);
                }
                try (Scope ignored = span.context().makeCurrent()) {
                    return super.process(exchange, callback);
                }
            }
        };
    }
}
