package dev.journey.grpc;

import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;

/**
 * The gRPC status of an exchange, for routes: the bean {@code grpcStatus}.
 *
 * <p>A route that serves a call ends it with a status by {@link #fail}; a route that makes a call reads the status that
 * the call ended with by {@link #code} and {@link #description}.
 */
public class GrpcStatus {

    /**
     * Fails the exchange with a status. The exception that is being handled stays as its cause, for logs and traces; the
     * caller never sees that one.
     *
     * <p>Within an {@code onException}, handled or not, the steps that follow are still run and the exchange then ends as
     * failed. Anywhere else the step itself fails.
     *
     * @param code a status code's name, as {@code NOT_FOUND}
     * @param description what the caller is told; if null, the message of the exception that is being handled
     * @throws IllegalArgumentException if there is no such code, or if it is {@code OK}
     * @throws StatusRuntimeException outside of an {@code onException}
     */
    public void fail(String code, String description, Exchange exchange) {
        Throwable caught = caught(exchange);
        Status status = Status.fromCode(Status.Code.valueOf(code)).withCause(caught);
        if (status.isOk()) {
            throw new IllegalArgumentException("A call cannot fail with the status OK");
        }
        String told = description == null && caught != null ? caught.getMessage() : description;
        StatusRuntimeException failure = status.withDescription(told).asRuntimeException();
        if (!isInOnException(exchange)) {
            throw failure;
        }
        // Camel would log an exception thrown here as an error of its own. It takes the exchange's exception from this
        // property once the onException is through, and only if that has not handled it.
        exchange.setProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, failure);
        exchange.getExchangeExtension().setErrorHandlerHandled(false);
    }

    /** The name of the status code that the caught exception carries; {@code UNKNOWN} if it carries none. */
    public String code(Exchange exchange) {
        return find(caught(exchange)).orElse(Status.UNKNOWN).getCode().name();
    }

    /** The description of the status that the caught exception carries; null if there is none. */
    public String description(Exchange exchange) {
        return find(caught(exchange)).map(Status::getDescription).orElse(null);
    }

    /** The outermost status in a failure's cause chain. Camel wraps what a synchronous call throws. */
    static Optional<Status> find(Throwable failure) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Throwable cause = failure; cause != null && seen.add(cause); cause = cause.getCause()) {
            if (cause instanceof StatusRuntimeException exception) {
                return Optional.of(exception.getStatus());
            }
            if (cause instanceof StatusException exception) {
                return Optional.of(exception.getStatus());
            }
        }
        return Optional.empty();
    }

    private static Throwable caught(Exchange exchange) {
        Throwable current = exchange.getException();
        return current != null ? current : exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, Throwable.class);
    }

    /** Camel keeps the routes whose onException is running in this property; a doCatch leaves no mark there. */
    private static boolean isInOnException(Exchange exchange) {
        Deque<?> running = exchange.getProperty(ExchangePropertyKey.FATAL_FALLBACK_ERROR_HANDLER, Deque.class);
        return running != null && !running.isEmpty();
    }
}
