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

    @Override
    public boolean supports(Endpoint endpoint) {
        return endpoint instanceof SpringRabbitMQEndpoint;
    }

    @Override
    public SpanKind kind(Op operation) {
        return operation == Op.EVENT_RECEIVED ? SpanKind.CONSUMER : SpanKind.PRODUCER;
    }

    @Override
    public String name(Exchange exchange, Endpoint endpoint, Op operation) {
        return operationName(operation) + " " + destination(exchange, (SpringRabbitMQEndpoint) endpoint, operation);
    }

    @Override
    public void start(SpanBuilder span, Exchange exchange, Endpoint endpoint, Op operation) {
        SpringRabbitMQEndpoint rabbit = (SpringRabbitMQEndpoint) endpoint;
        boolean received = operation == Op.EVENT_RECEIVED;
        Message message = exchange.getMessage();
        span.setAttribute(MESSAGING_SYSTEM, "rabbitmq");
        span.setAttribute(MESSAGING_OPERATION_TYPE, received ? "process" : "send");
        span.setAttribute(MESSAGING_OPERATION_NAME, operationName(operation));
        span.setAttribute(MESSAGING_DESTINATION_NAME, destination(exchange, rabbit, operation));
        span.setAttribute(MESSAGING_RABBITMQ_DESTINATION_ROUTING_KEY, routingKey(message, rabbit, operation));
        span.setAttribute(MESSAGING_MESSAGE_ID, message.getHeader(SpringRabbitMQConstants.MESSAGE_ID, String.class));
        if (received) {
            span.setAttribute(
                    MESSAGING_RABBITMQ_MESSAGE_DELIVERY_TAG,
                    message.getHeader(SpringRabbitMQConstants.DELIVERY_TAG, Long.class));
        }
        if (rabbit.getConnectionFactory() != null) {
            span.setAttribute(
                    ServerAttributes.SERVER_ADDRESS,
                    rabbit.getConnectionFactory().getHost());
            span.setAttribute(ServerAttributes.SERVER_PORT, (long)
                    rabbit.getConnectionFactory().getPort());
        }
    }

    @Override
    public String end(Span span, Exchange exchange, Endpoint endpoint, Op operation, Throwable failure) {
        return failure == null ? null : failure.getClass().getName();
    }

    private static String operationName(Op operation) {
        return operation == Op.EVENT_RECEIVED ? "process" : "publish";
    }

    // Semantic conventions, RabbitMQ: producer {exchange}:{routing key}, consumer {exchange}:{routing key}:{queue};
    // what is empty, or a queue that is named as the routing key, is left out.
    private static String destination(Exchange exchange, SpringRabbitMQEndpoint endpoint, Op operation) {
        Message message = exchange.getMessage();
        String exchangeName = operation == Op.EVENT_RECEIVED
                ? firstOf(
                        message.getHeader(SpringRabbitMQConstants.EXCHANGE_NAME, String.class),
                        endpoint.getExchangeName())
                : firstOf(
                        message.getHeader(SpringRabbitMQConstants.EXCHANGE_OVERRIDE_NAME, String.class),
                        endpoint.getExchangeName());
        String routingKey = routingKey(message, endpoint, operation);
        String name = joined(DEFAULT_EXCHANGE.equals(exchangeName) ? "" : exchangeName, routingKey);
        if (operation == Op.EVENT_RECEIVED && !routingKey.equals(endpoint.getQueues())) {
            name = joined(name, firstOf(endpoint.getQueues(), ""));
        }
        return name.isEmpty() ? "amq.default" : name;
    }

    private static String joined(String first, String second) {
        return first.isEmpty() || second.isEmpty() ? first + second : first + ":" + second;
    }

    private static String routingKey(Message message, SpringRabbitMQEndpoint endpoint, Op operation) {
        String header = operation == Op.EVENT_RECEIVED
                ? SpringRabbitMQConstants.ROUTING_KEY
                : SpringRabbitMQConstants.ROUTING_OVERRIDE_KEY;
        return firstOf(message.getHeader(header, String.class), endpoint.getRoutingKey());
    }

    private static String firstOf(String first, String second) {
        return Objects.requireNonNullElse(first, Objects.requireNonNullElse(second, ""));
    }
}
