package dev.journey.benchmark.byhand.gateway;

import io.grpc.StatusRuntimeException;
import io.opentelemetry.api.trace.Span;
import java.io.IOException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Answers every error as a problem (RFC 9457). */
@RestControllerAdvice
class Problems {

    @ExceptionHandler
    ResponseEntity<ProblemDetail> problem(ProblemException exception) {
        return reply(exception.status(), exception.getMessage());
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> notJson(IOException exception) {
        return reply(HttpStatus.BAD_REQUEST, "The body must be JSON such as {\"itemsID\":[1,2]}");
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> noContentType(InvalidMediaTypeException exception) {
        return reply(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "The body must be application/json");
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> notAllowed(HttpRequestMethodNotSupportedException exception) {
        return reply(HttpStatus.METHOD_NOT_ALLOWED, "The method must be POST");
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> checkoutFailed(StatusRuntimeException exception) {
        return switch (exception.getStatus().getCode()) {
            case INVALID_ARGUMENT ->
                reply(HttpStatus.BAD_REQUEST, exception.getStatus().getDescription());
            case NOT_FOUND ->
                reply(HttpStatus.UNPROCESSABLE_ENTITY, exception.getStatus().getDescription());
            case UNAVAILABLE -> reply(HttpStatus.SERVICE_UNAVAILABLE, "The checkout could not be taken; try again");
            case DEADLINE_EXCEEDED -> reply(HttpStatus.GATEWAY_TIMEOUT, "The checkout service did not answer in time");
            default -> reply(HttpStatus.INTERNAL_SERVER_ERROR, "The checkout failed");
        };
    }

    private static ResponseEntity<ProblemDetail> reply(HttpStatus status, String detail) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        String traceId = Span.current().getSpanContext().getTraceId();
        problem.setProperty("traceId", traceId);
        ResponseEntity.BodyBuilder answer =
                ResponseEntity.status(status).header(CheckoutController.TRACE_ID_HEADER, traceId);
        if (status == HttpStatus.SERVICE_UNAVAILABLE) {
            answer.header(HttpHeaders.RETRY_AFTER, "1");
        }
        return answer.body(problem);
    }
}
