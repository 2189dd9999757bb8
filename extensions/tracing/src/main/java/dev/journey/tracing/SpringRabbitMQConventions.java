package dev.journey.tracing;

import static io.opentelemetry.semconv.incubating.MessagingIncubatingAttributes.MESSAGING_DESTINATION_NAME;
import static io.opentelemetry.semconv.incubating.MessagingIncubatingAttributes.MESSAGING_MESSAGE_ID;
import static io.opentelemetry.semconv.incubating.MessagingIncubatingAttributes.MESSAGING_OPERATION_NAME;
import static io.opentelemetry.semconv.incubating.MessagingIncubatingAttributes.MESSAGING_OPERATION_TYPE;
import static io.opentelemetry.semconv.incubating.MessagingIncubatingAttributes.MESSAGING_RABBITMQ_DESTINATION_ROUTING_KEY;
import static io.opentelemetry.semconv.incubating.MessagingIncubatingAttributes.MESSAGING_RABBITMQ_MESSAGE_DELIVERY_TAG;
import static io.opentelemetry.semconv.incubating.MessagingIncubatingAttributes.MESSAGING_SYSTEM;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.semconv.ServerAttributes;
import java.util.Objects;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.springrabbit.SpringRabbitMQConstants;
import org.apache.camel.component.springrabbit.SpringRabbitMQEndpoint;
import org.apache.camel.telemetry.Op;

/**
 * AMQP producer and consumer spans of {@code spring-rabbitmq}.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/semconv/messaging/rabbitmq/">Semantic conventions, RabbitMQ</a>
 */
final class SpringRabbitMQConventions implements EndpointConventions {

    private static final String DEFAULT_EXCHANGE = "default";

    // Messages mostly go where the last one went. That these are the very same strings is what makes them quick to
    // compare.
    private volatile Destination lastDestination = Destination.of(Op.EVENT_SENT, "", "", "");

    @Override
    public boolean supports(Endpoint endpoint) {
        return endpoint instanceof SpringRabbitMQEndpoint;
    }

    @Override
    public SpanBuilder start(Tracer tracer, Exchange exchange, Endpoint endpoint, Op operation) {
        SpringRabbitMQEndpoint rabbit = (SpringRabbitMQEndpoint) endpoint;
        boolean received = operation == Op.EVENT_RECEIVED;
        Message message = exchange.getMessage();
        Destination destination = destination(message, rabbit, operation);
        SpanBuilder span = tracer.spanBuilder(destination.spanName())
                .setSpanKind(received ? SpanKind.CONSUMER : SpanKind.PRODUCER)
                .setAttribute(MESSAGING_SYSTEM, "rabbitmq")
                .setAttribute(MESSAGING_OPERATION_TYPE, received ? "process" : "send")
                .setAttribute(MESSAGING_OPERATION_NAME, operationName(operation))
                .setAttribute(MESSAGING_DESTINATION_NAME, destination.name())
                .setAttribute(MESSAGING_RABBITMQ_DESTINATION_ROUTING_KEY, destination.routingKey())
                .setAttribute(
                        MESSAGING_MESSAGE_ID, message.getHeader(SpringRabbitMQConstants.MESSAGE_ID, String.class));
        if (received) {
            span.setAttribute(
                    MESSAGING_RABBITMQ_MESSAGE_DELIVERY_TAG,
                    message.getHeader(SpringRabbitMQConstants.DELIVERY_TAG, Long.class));
        }
        if (rabbit.getConnectionFactory() != null) {
            span.setAttribute(
                            ServerAttributes.SERVER_ADDRESS,
                            rabbit.getConnectionFactory().getHost())
                    .setAttribute(ServerAttributes.SERVER_PORT, (long)
                            rabbit.getConnectionFactory().getPort());
        }
        return span;
    }

    @Override
    public String end(Span span, Exchange exchange, Endpoint endpoint, Op operation, Throwable failure) {
        return failure == null ? null : failure.getClass().getName();
    }

    private static String operationName(Op operation) {
        return operation == Op.EVENT_RECEIVED ? "process" : "publish";
    }

    private Destination destination(Message message, SpringRabbitMQEndpoint endpoint, Op operation) {
        boolean received = operation == Op.EVENT_RECEIVED;
        String exchangeName = firstOf(
                message.getHeader(
                        received
                                ? SpringRabbitMQConstants.EXCHANGE_NAME
                                : SpringRabbitMQConstants.EXCHANGE_OVERRIDE_NAME,
                        String.class),
                endpoint.getExchangeName());
        String routingKey = firstOf(
                message.getHeader(
                        received ? SpringRabbitMQConstants.ROUTING_KEY : SpringRabbitMQConstants.ROUTING_OVERRIDE_KEY,
                        String.class),
                endpoint.getRoutingKey());
        String queues = received ? firstOf(endpoint.getQueues(), "") : "";
        Destination destination = lastDestination;
        if (!destination.is(operation, exchangeName, routingKey, queues)) {
            destination = Destination.of(operation, exchangeName, routingKey, queues);
            lastDestination = destination;
        }
        return destination;
    }

    private static String firstOf(String first, String second) {
        return Objects.requireNonNullElse(first, Objects.requireNonNullElse(second, ""));
    }

    private record Destination(
            Op operation, String exchangeName, String routingKey, String queues, String name, String spanName) {

        // Semantic conventions, RabbitMQ: producer {exchange}:{routing key}, consumer {exchange}:{routing key}:{queue};
        // what is empty, or a queue that is named as the routing key, is left out.
        static Destination of(Op operation, String exchangeName, String routingKey, String queues) {
            String name = joined(DEFAULT_EXCHANGE.equals(exchangeName) ? "" : exchangeName, routingKey);
            if (!routingKey.equals(queues)) {
                name = joined(name, queues);
            }
            if (name.isEmpty()) {
                name = "amq.default";
            }
            return new Destination(
                    operation, exchangeName, routingKey, queues, name, operationName(operation) + " " + name);
        }

        boolean is(Op otherOperation, String otherExchangeName, String otherRoutingKey, String otherQueues) {
            return operation == otherOperation
                    && exchangeName.equals(otherExchangeName)
                    && routingKey.equals(otherRoutingKey)
                    && queues.equals(otherQueues);
        }

        private static String joined(String first, String second) {
            return first.isEmpty() || second.isEmpty() ? first + second : first + ":" + second;
        }
    }
}
