package dev.journey.tracing;

import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.nio.charset.StandardCharsets;
import org.apache.camel.Exchange;

/** The headers of an exchange's message as a carrier of trace context. */
final class MessageHeaders {

    static final TextMapGetter<Exchange> GETTER = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Exchange carrier) {
            return carrier.getMessage().getHeaders().keySet();
        }

        @Override
        public String get(Exchange carrier, String key) {
            return text(carrier.getMessage().getHeader(key));
        }
    };

    static final TextMapSetter<Exchange> SETTER =
            (carrier, key, value) -> carrier.getMessage().setHeader(key, value);

    private MessageHeaders() {}

    // An AMQP client may send a header as a string, as bytes or as a type of its own; anything else, such as the list
    // that a repeated HTTP header becomes, is not a trace context (W3C Trace Context, 3.2: one header).
    private static String text(Object value) {
        if (value instanceof byte[] bytes) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
        return value instanceof Iterable || value == null ? null : value.toString();
    }
}
