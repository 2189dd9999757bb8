package dev.journey.tracing;

import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeAsyncProcessingStartedEvent;
import org.apache.camel.support.EventNotifierSupport;

/**
 * Closes the scopes that a thread opened for an exchange when the exchange goes on elsewhere. Camel says so on the very
 * thread that is about to be given back.
 */
final class AsynchronousScopeCloser extends EventNotifierSupport {

    AsynchronousScopeCloser() {
        setIgnoreCamelContextEvents(true);
        setIgnoreCamelContextInitEvents(true);
        setIgnoreRouteEvents(true);
        setIgnoreServiceEvents(true);
        setIgnoreStepEvents(true);
        setIgnoreExchangeCreatedEvent(true);
        setIgnoreExchangeCompletedEvent(true);
        setIgnoreExchangeFailedEvents(true);
        setIgnoreExchangeRedeliveryEvents(true);
        setIgnoreExchangeSendingEvents(true);
        setIgnoreExchangeSentEvents(true);
        setIgnoreExchangeAsyncProcessingStartedEvents(false);
    }

    @Override
    public void notify(CamelEvent event) {
        if (event instanceof ExchangeAsyncProcessingStartedEvent started) {
            ExchangeSpan span = ExchangeSpan.current();
            while (span != null && span.belongsTo(started.getExchange()) && span.deactivate()) {
                span = ExchangeSpan.current();
            }
        }
    }
}
