package dev.journey.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.journey.tracing.Trace;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.stereotype.Component;

/** Turns an exchange into the answer for an error: a problem detail (RFC 9457, section 3) with the trace's id. */
@Component
public class Problem {

    static final String TRACE_ID_HEADER = "X-Trace-Id";

    private final ObjectMapper json;
    private final Trace trace;

    Problem(ObjectMapper json, Trace trace) {
        this.json = json;
        this.trace = trace;
    }

    /** Answers with a status and what went wrong, in words for the caller. */
    public void reply(int status, String detail, Exchange exchange) throws JsonProcessingException {
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        message.setHeader(Exchange.CONTENT_TYPE, MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        message.setHeader(TRACE_ID_HEADER, trace.id());
        message.setBody(body(status, detail, trace.id()));
    }

    /** Answers 405 with the methods that are allowed (RFC 9110, section 15.5.6). */
    public void notAllowed(String allowed, Exchange exchange) throws JsonProcessingException {
        reply(HttpStatus.METHOD_NOT_ALLOWED.value(), "The method must be " + allowed, exchange);
        exchange.getMessage().setHeader(HttpHeaders.ALLOW, allowed);
    }

    /** Answers 503 with the seconds after which to try again (RFC 9110, section 10.2.3). */
    public void unavailable(String detail, int retryAfter, Exchange exchange) throws JsonProcessingException {
        reply(HttpStatus.SERVICE_UNAVAILABLE.value(), detail, exchange);
        exchange.getMessage().setHeader(HttpHeaders.RETRY_AFTER, retryAfter);
    }

    String body(int status, String detail, String traceId) throws JsonProcessingException {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatusCode.valueOf(status), detail);
        problem.setProperty("traceId", traceId);
        return json.writeValueAsString(problem);
    }
}
