package dev.journey.tracing;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.semconv.ExceptionAttributes;
import java.util.List;

/**
 * Records an exception as a span event (semantic conventions, "Exceptions on spans") without what the exception may
 * quote: a parser's message holds a piece of the body, so only the messages of named exceptions are kept, and the stack
 * trace is of types and frames.
 */
final class ExceptionEvents {

    private static final int MAXIMUM_CAUSES = 8;
    private static final int MAXIMUM_FRAMES = 24;

    private final List<String> messages;

    ExceptionEvents(List<String> messages) {
        this.messages = List.copyOf(messages);
    }

    void record(Span span, Throwable exception) {
        // One that is recorded for its duration alone has nobody to read the event.
        if (!span.getSpanContext().isSampled()) {
            return;
        }
        AttributesBuilder attributes = Attributes.builder()
                .put(ExceptionAttributes.EXCEPTION_TYPE, exception.getClass().getName())
                .put(ExceptionAttributes.EXCEPTION_STACKTRACE, stackTrace(exception));
        if (exception.getMessage() != null && mayBeTold(exception)) {
            attributes.put(ExceptionAttributes.EXCEPTION_MESSAGE, exception.getMessage());
        }
        span.addEvent("exception", attributes.build());
    }

    private boolean mayBeTold(Throwable exception) {
        String name = exception.getClass().getName();
        return messages.stream().anyMatch(name::startsWith);
    }

    private static String stackTrace(Throwable exception) {
        StringBuilder text = new StringBuilder();
        Throwable cause = exception;
        for (int depth = 0; cause != null && depth < MAXIMUM_CAUSES; depth++, cause = cause.getCause()) {
            text.append(depth == 0 ? "" : "Caused by: ")
                    .append(cause.getClass().getName())
                    .append('\n');
            StackTraceElement[] frames = cause.getStackTrace();
            for (int i = 0; i < Math.min(frames.length, MAXIMUM_FRAMES); i++) {
                text.append("\tat ").append(frames[i]).append('\n');
            }
            if (frames.length > MAXIMUM_FRAMES) {
                text.append("\t... ").append(frames.length - MAXIMUM_FRAMES).append(" more\n");
            }
        }
        return text.toString();
    }
}
