package dev.journey.tracing;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/**
 * Makes the exchange's span current for each step that runs on a thread where it is not. When a step returns, nothing that
 * it made current stays so: an exchange that goes on elsewhere ends its spans there.
 */
final class CurrentSpanInterceptStrategy implements InterceptStrategy {

    @Override
    public Processor wrapProcessorInInterceptors(
            CamelContext context, NamedNode definition, Processor target, Processor nextTarget) {
        return new DelegateAsyncProcessor(target) {
            @Override
            public boolean process(Exchange exchange, AsyncCallback callback) {
                Context current = Context.current();
                ExchangeSpan span = ExchangeSpan.of(exchange);
                if (span == null || span == ExchangeSpan.in(current)) {
                    return processWithin(current, exchange, callback);
                }
                try (Scope ignored = span.context().makeCurrent()) {
                    return processWithin(span.context(), exchange, callback);
                }
            }

            private boolean processWithin(Context current, Exchange exchange, AsyncCallback callback) {
                try {
                    return super.process(exchange, callback);
                } finally {
                    if (Context.current() != current) {
                        ExchangeSpan.closeInnerOf(current);
                    }
                }
            }
        };
    }
}
