package dev.journey.benchmark.byhand.checkout;

import static io.opentelemetry.semconv.incubating.MessagingIncubatingAttributes.MESSAGING_DESTINATION_NAME;
import static io.opentelemetry.semconv.incubating.MessagingIncubatingAttributes.MESSAGING_MESSAGE_ID;
import static io.opentelemetry.semconv.incubating.MessagingIncubatingAttributes.MESSAGING_OPERATION_NAME;
import static io.opentelemetry.semconv.incubating.MessagingIncubatingAttributes.MESSAGING_OPERATION_TYPE;
import static io.opentelemetry.semconv.incubating.MessagingIncubatingAttributes.MESSAGING_RABBITMQ_DESTINATION_ROUTING_KEY;
import static io.opentelemetry.semconv.incubating.MessagingIncubatingAttributes.MESSAGING_SYSTEM;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import io.opentelemetry.semconv.ErrorAttributes;
import io.opentelemetry.semconv.ServerAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.amqp.core.MessageDeliveryMode;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.rabbit.connection.CorrelationData;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Publishes {@code checkout.processed} and waits for the broker's confirm; makes the producer span. */
@Component
class CheckoutPublisher {

    private static final TextMapSetter<MessageProperties> SETTER = MessageProperties::setHeader;

    private final RabbitTemplate template;
    private final ObjectMapper json;
    private final Tracer tracer;
    private final TextMapPropagator propagator;
    private final String exchange;
    private final String routingKey;
    private final Duration timeout;
    private final boolean tuned;

    CheckoutPublisher(
            RabbitTemplate template,
            ObjectMapper json,
            Tracer tracer,
            TextMapPropagator propagator,
            @Value("${journey.exchange}") String exchange,
            @Value("${journey.routing-key}") String routingKey,
            @Value("${journey.confirm-timeout}") Duration timeout,
            @Value("${journey.tuned}") boolean tuned) {
        this.template = template;
        this.json = json;
        this.tracer = tracer;
        this.propagator = propagator;
        this.exchange = exchange;
        this.routingKey = routingKey;
        this.timeout = timeout;
        this.tuned = tuned;
        template.setReturnsCallback(returned -> {});
    }

    /** @throws AmqpException if the broker did not confirm that the event is in a queue */
    void publish(List<Integer> items, int totalAmount) {
        Instant now = Instant.now();
        CheckoutProcessed event = new CheckoutProcessed(
                UUID.randomUUID().toString(),
                UUID.randomUUID().toString(),
                now.truncatedTo(ChronoUnit.SECONDS).toString(),
                new CheckoutProcessed.Payload(items, totalAmount));
        String destination = exchange + ":" + routingKey;
        Span span = tracer.spanBuilder("publish " + destination)
                .setSpanKind(SpanKind.PRODUCER)
                .setAttribute(MESSAGING_SYSTEM, "rabbitmq")
                .setAttribute(MESSAGING_OPERATION_TYPE, "send")
                .setAttribute(MESSAGING_OPERATION_NAME, "publish")
                .setAttribute(MESSAGING_DESTINATION_NAME, destination)
                .setAttribute(MESSAGING_RABBITMQ_DESTINATION_ROUTING_KEY, routingKey)
                .setAttribute(MESSAGING_MESSAGE_ID, event.id())
                .setAttribute(
                        ServerAttributes.SERVER_ADDRESS,
                        template.getConnectionFactory().getHost())
                .setAttribute(ServerAttributes.SERVER_PORT, (long)
                        template.getConnectionFactory().getPort())
                .startSpan();
        try {
            Message message = MessageBuilder.withBody(json.writeValueAsBytes(event))
                    .setContentType(MessageProperties.CONTENT_TYPE_JSON)
                    .setMessageId(event.id())
                    .setCorrelationId(event.correlationId())
                    .setTimestamp(Date.from(now))
                    .setDeliveryMode(MessageDeliveryMode.PERSISTENT)
                    .build();
            propagator.inject(Context.current().with(span), message.getMessageProperties(), SETTER);
            send(message);
        } catch (AmqpException exception) {
            span.setAttribute(ErrorAttributes.ERROR_TYPE, exception.getClass().getName());
            span.setStatus(StatusCode.ERROR);
            span.recordException(exception);
            throw exception;
        } catch (JsonProcessingException exception) {
            throw new IllegalStateException(exception);
        } finally {
            span.end();
        }
    }

    private void send(Message message) {
        CorrelationData correlation = new CorrelationData();
        if (tuned) {
            // The channel is held until the confirm has come.
            template.execute(channel -> {
                template.doSend(channel, exchange, routingKey, message, true, correlation);
                awaitConfirm(correlation);
                return null;
            });
        } else {
            template.send(exchange, routingKey, message, correlation);
            awaitConfirm(correlation);
        }
    }

    private void awaitConfirm(CorrelationData correlation) {
        try {
            CorrelationData.Confirm confirm = correlation.getFuture().get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            if (!confirm.isAck() || correlation.getReturned() != null) {
                throw new AmqpException("The broker did not take the message");
            }
        } catch (InterruptedException exception) {
            Thread.currentThread().interrupt();
            throw new AmqpException(exception);
        } catch (ExecutionException | TimeoutException exception) {
            throw new AmqpException(exception);
        }
    }
}
