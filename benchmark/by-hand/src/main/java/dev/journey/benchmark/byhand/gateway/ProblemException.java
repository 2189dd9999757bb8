package dev.journey.benchmark.byhand.gateway;

import org.springframework.http.HttpStatus;

/** A failure and what the caller is told of it. */
final class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final HttpStatus status;

    ProblemException(HttpStatus status, String detail) {
        super(detail);
        this.status = status;
    }

    HttpStatus status() {
        return status;
    }
}
