package dev.journey.tracing;

import io.grpc.Metadata;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The metadata of a gRPC call as a carrier of trace context. */
final class CallMetadata {

    static final TextMapGetter<Metadata> GETTER = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Metadata carrier) {
            return carrier.keys();
        }

        @Override
        public String get(Metadata carrier, String name) {
            return carrier.get(key(name));
        }
    };

    static final TextMapSetter<Metadata> SETTER = (carrier, name, value) -> {
        Metadata.Key<String> key = key(name);
        carrier.removeAll(key);
        carrier.put(key, value);
    };

    // Each is checked letter by letter when it is made. Only those of W3C Trace Context are kept: other propagators may
    // ask for names that came in from outside.
    private static final Map<String, Metadata.Key<String>> KEYS =
            W3CTraceContextPropagator.getInstance().fields().stream()
                    .collect(Collectors.toUnmodifiableMap(Function.identity(), CallMetadata::newKey));

    private CallMetadata() {}

    private static Metadata.Key<String> key(String name) {
        Metadata.Key<String> known = KEYS.get(name);
        return known == null ? newKey(name) : known;
    }

    private static Metadata.Key<String> newKey(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }
}
