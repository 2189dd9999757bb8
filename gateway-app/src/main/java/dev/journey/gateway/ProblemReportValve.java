package dev.journey.gateway;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.semconv.ErrorAttributes;
import io.opentelemetry.semconv.HttpAttributes;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.io.Writer;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.AccessLog;
import org.apache.catalina.Host;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.AbstractProtocol;
import org.apache.coyote.ActionCode;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

/**
 * Answers a request that Tomcat or Spring refuses before any route sees it as the routes answer an error: a problem
 * with the id of a trace, which has one span for it. What is not HTTP gets a status line.
 */
@Component
@Order(Ordered.LOWEST_PRECEDENCE)
class ProblemReportValve extends ErrorReportValve
        implements AccessLog, WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

    private final ProcessorReuse reuse = new ProcessorReuse(Duration.ofSeconds(10));
    private final Problem problem;
    private final RequestBody requestBody;
    private final Tracer tracer;
    private final ContextPropagators propagators;
    private final String allowedMethod;
    private final String retryAfter;

    ProblemReportValve(
            Problem problem,
            RequestBody requestBody,
            Tracer tracer,
            ContextPropagators propagators,
            @Value("${http.method}") String allowedMethod,
            @Value("${http.retry-after-seconds}") String retryAfter) {
        this.problem = problem;
        this.requestBody = requestBody;
        this.tracer = tracer;
        this.propagators = propagators;
        this.allowedMethod = allowedMethod;
        this.retryAfter = retryAfter;
    }

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        // The valve that comes last is the first to report.
        factory.addContextCustomizers(
                context -> ((Host) context.getParent()).getPipeline().addValve(this));
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        super.invoke(request, response);
        AtomicBoolean bodyIsRead = new AtomicBoolean();
        request.getCoyoteRequest().action(ActionCode.REQUEST_BODY_FULLY_READ, bodyIsRead);
        if (!bodyIsRead.get()) {
            // RequestBody has waited long enough; the server would wait once more before it sends the answer.
            request.getCoyoteRequest().action(ActionCode.DISABLE_SWALLOW_INPUT, null);
        }
    }

    /**
     * Sees what no valve does: the server answers {@code OPTIONS *} itself, with nothing but a status where it refuses
     * it.
     */
    @Override
    public void log(Request request, Response response, long time) {
        if (isHttp09(request)) {
            reuse.suspend((AbstractProtocol<?>) request.getConnector().getProtocolHandler());
        }
        if (!response.isCommitted()) {
            report(request, response, null);
        }
    }

    @Override
    public void backgroundProcess() {
        reuse.resume();
    }

    /** Not for a log that writes nothing. */
    @Override
    public void setRequestAttributesEnabled(boolean enabled) {}

    @Override
    public boolean getRequestAttributesEnabled() {
        return false;
    }

    @Override
    protected void report(Request request, Response response, Throwable failure) {
        if (response.getStatus() < HttpStatus.BAD_REQUEST.value()
                || response.getContentWritten() > 0
                || !response.setErrorReported()) {
            return;
        }
        int status = status(request, response);
        try {
            if (isHttp09(request)) {
                // The server writes neither status nor headers to what it takes for HTTP 0.9, in which it is all body.
                write(response, "HTTP/1.1 400 \r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                return;
            }
            if (request.getMethod() == null) {
                response.finishResponse();
                return;
            }
            String traceId = record(request, status);
            response.setStatus(status);
            response.setHeader(Problem.TRACE_ID_HEADER, traceId);
            response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
            write(response, problem.body(status, detail(status, response), traceId));
            if (status != HttpStatus.BAD_REQUEST.value()) {
                // A client that is still sending would not read the answer. A bad request has no end that can be told.
                requestBody.discard(request.getInputStream());
            }
        } catch (IOException e) {
            // The client is gone: there is nobody to answer.
            container.getLogger().debug("A refused request could not be answered", e);
        }
    }

    // The server has the words "not implemented" for what is wrong with the request.
    private static int status(Request request, Response response) {
        return switch (HttpStatus.valueOf(response.getStatus())) {
            case NOT_IMPLEMENTED ->
                "CONNECT".equals(request.getMethod())
                        ? HttpStatus.METHOD_NOT_ALLOWED.value()
                        : HttpStatus.BAD_REQUEST.value();
            case HTTP_VERSION_NOT_SUPPORTED -> HttpStatus.BAD_REQUEST.value();
            default -> response.getStatus();
        };
    }

    private String detail(int status, Response response) {
        return switch (HttpStatus.valueOf(status)) {
            case METHOD_NOT_ALLOWED -> {
                response.setHeader(HttpHeaders.ALLOW, allowedMethod);
                yield "The method must be " + allowedMethod;
            }
            case SERVICE_UNAVAILABLE -> {
                response.setHeader(HttpHeaders.RETRY_AFTER, retryAfter);
                yield "The gateway can take no more for now; try again";
            }
            default -> "The request cannot be served";
        };
    }

    private static void write(Response response, String text) throws IOException {
        Writer body = response.getReporter();
        if (body != null) {
            body.write(text);
            response.finishResponse();
        }
    }

    private static boolean isHttp09(Request request) {
        return request.getCoyoteRequest().protocol().equals("");
    }

    // What was refused may not even be HTTP: nothing of it is told but what became of it.
    private String record(Request request, int status) {
        Span span = tracer.spanBuilder("HTTP")
                .setSpanKind(SpanKind.SERVER)
                .setParent(propagators.getTextMapPropagator().extract(Context.root(), request, Headers.GETTER))
                .setAttribute(HttpAttributes.HTTP_REQUEST_METHOD, HttpAttributes.HttpRequestMethodValues.OTHER)
                .setAttribute(HttpAttributes.HTTP_RESPONSE_STATUS_CODE, (long) status)
                .startSpan();
        if (status >= HttpStatus.INTERNAL_SERVER_ERROR.value()) {
            span.setAttribute(ErrorAttributes.ERROR_TYPE, Integer.toString(status));
            span.setStatus(StatusCode.ERROR);
        }
        span.end();
        return span.getSpanContext().getTraceId();
    }

    private enum Headers implements TextMapGetter<Request> {
        GETTER;

        @Override
        public Iterable<String> keys(Request request) {
            return Collections.list(request.getHeaderNames());
        }

        // A header that is there twice is no trace context (W3C Trace Context, section 3.2).
        @Override
        public String get(Request request, String key) {
            List<String> values = Collections.list(request.getHeaders(key));
            return values.size() == 1 ? values.get(0) : null;
        }
    }
}
