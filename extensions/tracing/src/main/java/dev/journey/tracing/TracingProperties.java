package dev.journey.tracing;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the tracing extension.
 *
 * @param excludePatterns endpoints that make no span, as Camel's patterns; by default the steps inside a service
 * @param exceptionMessages the names, or beginnings of names, of exceptions whose messages may stand in a span; others
 *     may quote a body
 * @param metrics whether the duration of each span is a metric, where there is a registry of metrics
 */
@ConfigurationProperties("journey.tracing")
public record TracingProperties(
        List<String> excludePatterns,
        List<String> exceptionMessages,
        @DefaultValue("true") boolean metrics) {

    private static final List<String> EXCLUDE_PATTERNS =
            List.of("direct:*", "log:*", "bean:*", "class:*", "language:*");
    private static final List<String> EXCEPTION_MESSAGES =
            List.of("io.grpc.", "java.net.", "java.util.concurrent.", "org.springframework.amqp.");

    /** Fills in what is not set. */
    public TracingProperties {
        excludePatterns = excludePatterns == null ? EXCLUDE_PATTERNS : excludePatterns;
        exceptionMessages = exceptionMessages == null ? EXCEPTION_MESSAGES : exceptionMessages;
    }
}
