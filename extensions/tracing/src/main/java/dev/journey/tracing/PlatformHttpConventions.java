package dev.journey.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.semconv.HttpAttributes;
import io.opentelemetry.semconv.ServerAttributes;
import io.opentelemetry.semconv.UrlAttributes;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.telemetry.Op;

/**
 * HTTP server spans of {@code platform-http}.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/semconv/http/http-spans/">Semantic conventions, HTTP server span</a>
 */
final class PlatformHttpConventions implements EndpointConventions {

    private static final Set<String> METHODS =
            Set.of("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE");
    private static final String OTHER = HttpAttributes.HttpRequestMethodValues.OTHER;

    // Requests mostly come one like the other, and to take a URL apart is two fifths of what the start of their spans
    // costs.
    private volatile Address lastAddress = new Address("", null, null, 0);

    @Override
    public boolean supports(Endpoint endpoint) {
        return endpoint instanceof PlatformHttpEndpoint;
    }

    @Override
    public SpanBuilder start(Tracer tracer, Exchange exchange, Endpoint endpoint, Op operation) {
        Message request = exchange.getMessage();
        String received = request.getHeader(Exchange.HTTP_METHOD, String.class);
        boolean known = received != null && METHODS.contains(received);
        String method = known ? received : OTHER;
        String route = route((PlatformHttpEndpoint) endpoint);
        // Neither the query nor a header is told: either may hold a secret.
        SpanBuilder span = tracer.spanBuilder((known ? method : "HTTP") + " " + route)
                .setSpanKind(SpanKind.SERVER)
                .setAttribute(HttpAttributes.HTTP_REQUEST_METHOD, method)
                .setAttribute(HttpAttributes.HTTP_ROUTE, route)
                .setAttribute(UrlAttributes.URL_PATH, request.getHeader(Exchange.HTTP_URI, String.class));
        if (!known) {
            span.setAttribute(HttpAttributes.HTTP_REQUEST_METHOD_ORIGINAL, received);
        }
        Address address = address(request.getHeader(Exchange.HTTP_URL, String.class));
        if (address != null) {
            span.setAttribute(UrlAttributes.URL_SCHEME, address.scheme())
                    .setAttribute(ServerAttributes.SERVER_ADDRESS, address.host())
                    .setAttribute(ServerAttributes.SERVER_PORT, address.port());
        }
        return span;
    }

    @Override
    public String end(Span span, Exchange exchange, Endpoint endpoint, Op operation, Throwable failure) {
        int status = status(exchange);
        span.setAttribute(HttpAttributes.HTTP_RESPONSE_STATUS_CODE, (long) status);
        return status < 500 ? null : Integer.toString(status);
    }

    private static String route(PlatformHttpEndpoint http) {
        String path = http.getPath().startsWith("/") ? http.getPath() : "/" + http.getPath();
        if (!http.isMatchOnUriPrefix()) {
            return path;
        }
        return path.endsWith("/") ? path + "*" : path + "/*";
    }

    private record Address(String url, String scheme, String host, long port) {}

    private Address address(String url) {
        Address address = lastAddress;
        if (address.url().equals(url)) {
            return address;
        }
        if (url == null) {
            return null;
        }
        try {
            URI parsed = URI.create(url);
            address = new Address(url, parsed.getScheme(), parsed.getHost(), port(parsed));
        } catch (IllegalArgumentException e) {
            return null;
        }
        lastAddress = address;
        return address;
    }

    private static int port(URI url) {
        if (url.getPort() >= 0) {
            return url.getPort();
        }
        return "https".equals(url.getScheme()) ? 443 : 80;
    }

    // As the component itself decides when it writes the answer: to a failure that nothing has handled with a status of
    // its own, whatever a header says, which may be that of a call to another server.
    private static int status(Exchange exchange) {
        if (exchange.isFailed()) {
            return exchange.getException() instanceof TimeoutException ? 504 : 500;
        }
        Message message = exchange.getMessage();
        Integer status = message.getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
        if (status != null) {
            return status;
        }
        Object body = message.getBody();
        return body == null || body instanceof String text && text.isBlank() ? 204 : 200;
    }
}
