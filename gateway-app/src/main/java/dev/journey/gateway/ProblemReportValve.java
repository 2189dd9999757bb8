package dev.journey.gateway;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.semconv.ErrorAttributes;
import io.opentelemetry.semconv.HttpAttributes;
import java.io.IOException;
import java.io.Writer;
import org.apache.catalina.Host;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
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
 * with the id of a trace, which has one span for it.
 */
@Component
@Order(Ordered.LOWEST_PRECEDENCE)
class ProblemReportValve extends ErrorReportValve implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

    private final Problem problem;
    private final Tracer tracer;
    private final String allowedMethod;

    ProblemReportValve(Problem problem, Tracer tracer, @Value("${http.method}") String allowedMethod) {
        this.problem = problem;
        this.tracer = tracer;
        this.allowedMethod = allowedMethod;
    }

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        // The valve that comes last is the first to report.
        factory.addContextCustomizers(
                context -> ((Host) context.getParent()).getPipeline().addValve(this));
    }

    @Override
    protected void report(Request request, Response response, Throwable failure) {
        int status = response.getStatus();
        if (status < HttpStatus.BAD_REQUEST.value()
                || response.getContentWritten() > 0
                || !response.setErrorReported()) {
            return;
        }
        boolean notAllowed = status == HttpStatus.METHOD_NOT_ALLOWED.value();
        try {
            String traceId = record(status);
            response.setHeader(Problem.TRACE_ID_HEADER, traceId);
            if (notAllowed) {
                response.setHeader(HttpHeaders.ALLOW, allowedMethod);
            }
            response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
            String detail = notAllowed ? "The method must be " + allowedMethod : "The request cannot be served";
            Writer body = response.getReporter();
            if (body != null) {
                body.write(problem.body(status, detail, traceId));
                response.finishResponse();
            }
        } catch (IOException e) {
            // The client is gone: there is nobody to answer.
            container.getLogger().debug("A refused request could not be answered", e);
        }
    }

    // What was refused may not even be HTTP: nothing of it is told but what became of it.
    private String record(int status) {
        Span span = tracer.spanBuilder("HTTP")
                .setSpanKind(SpanKind.SERVER)
                .setNoParent()
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
}
