package dev.journey.benchmark.byhand.stock;

import static io.opentelemetry.semconv.incubating.MessagingIncubatingAttributes.MESSAGING_DESTINATION_NAME;
import static io.opentelemetry.semconv.incubating.MessagingIncubatingAttributes.MESSAGING_MESSAGE_ID;
import static io.opentelemetry.semconv.incubating.MessagingIncubatingAttributes.MESSAGING_OPERATION_NAME;
import static io.opentelemetry.semconv.incubating.MessagingIncubatingAttributes.MESSAGING_OPERATION_TYPE;
import static io.opentelemetry.semconv.incubating.MessagingIncubatingAttributes.MESSAGING_RABBITMQ_DESTINATION_ROUTING_KEY;
import static io.opentelemetry.semconv.incubating.MessagingIncubatingAttributes.MESSAGING_RABBITMQ_MESSAGE_DELIVERY_TAG;
import static io.opentelemetry.semconv.incubating.MessagingIncubatingAttributes.MESSAGING_SYSTEM;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.semconv.ErrorAttributes;
import io.opentelemetry.semconv.ServerAttributes;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.amqp.rabbit.connection.CorrelationData;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Takes each processed checkout from its queue, and makes the consumer span. It acks by returning. */
@Component
class StockListener {

    private static final Logger LOG = LoggerFactory.getLogger(StockListener.class);

    private static final TextMapGetter<MessageProperties> GETTER = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(MessageProperties carrier) {
            return carrier.getHeaders().keySet();
        }

        @Override
        public String get(MessageProperties carrier, String key) {
            Object value = carrier.getHeader(key);
            return value == null ? null : value.toString();
        }
    };

    private final ObjectMapper json;
    private final Tracer tracer;
    private final TextMapPropagator propagator;
    private final TakenMessages taken;
    private final RabbitTemplate template;
    private final String deadLetterQueue;
    private final int mostBytes;
    private final Duration confirmTimeout;

    StockListener(
            ObjectMapper json,
            Tracer tracer,
            TextMapPropagator propagator,
            TakenMessages taken,
            RabbitTemplate template,
            @Value("${journey.dead-letter-queue}") String deadLetterQueue,
            @Value("${journey.body-limit}") int mostBytes,
            @Value("${journey.confirm-timeout}") Duration confirmTimeout) {
        this.json = json;
        this.tracer = tracer;
        this.propagator = propagator;
        this.taken = taken;
        this.template = template;
        this.deadLetterQueue = deadLetterQueue;
        this.mostBytes = mostBytes;
        this.confirmTimeout = confirmTimeout;
    }

    /** @throws AmqpException if a message could neither be taken nor set aside: it goes back to its queue */
    @RabbitListener(queues = "${journey.queue}")
    void receive(Message message) {
        MessageProperties properties = message.getMessageProperties();
        String destination = properties.getReceivedExchange() + ":" + properties.getReceivedRoutingKey() + ":"
                + properties.getConsumerQueue();
        Span span = tracer.spanBuilder("process " + destination)
                .setSpanKind(SpanKind.CONSUMER)
                .setParent(propagator.extract(Context.root(), properties, GETTER))
                .setAttribute(MESSAGING_SYSTEM, "rabbitmq")
                .setAttribute(MESSAGING_OPERATION_TYPE, "process")
                .setAttribute(MESSAGING_OPERATION_NAME, "process")
                .setAttribute(MESSAGING_DESTINATION_NAME, destination)
                .setAttribute(MESSAGING_RABBITMQ_DESTINATION_ROUTING_KEY, properties.getReceivedRoutingKey())
                .setAttribute(MESSAGING_MESSAGE_ID, properties.getMessageId())
                .setAttribute(MESSAGING_RABBITMQ_MESSAGE_DELIVERY_TAG, properties.getDeliveryTag())
                .setAttribute(
                        ServerAttributes.SERVER_ADDRESS,
                        template.getConnectionFactory().getHost())
                .setAttribute(ServerAttributes.SERVER_PORT, (long)
                        template.getConnectionFactory().getPort())
                .startSpan();
        try (Scope scope = span.makeCurrent()) {
            take(message);
        } catch (IOException exception) {
            span.setAttribute(ErrorAttributes.ERROR_TYPE, exception.getClass().getName());
            span.setStatus(StatusCode.ERROR);
            span.recordException(exception);
            setAside(message);
        } finally {
            span.end();
        }
    }

    private void take(Message message) throws IOException {
        String contentType = message.getMessageProperties().getContentType();
        if (contentType != null
                && !contentType.startsWith(MessageProperties.CONTENT_TYPE_JSON)
                && !contentType.equals(MessageProperties.CONTENT_TYPE_BYTES)) {
            throw new IOException("The content type is " + contentType);
        }
        if (message.getBody().length == 0 || message.getBody().length > mostBytes) {
            throw new IOException("The body has " + message.getBody().length + " bytes");
        }
        CheckoutProcessed event = json.readValue(message.getBody(), CheckoutProcessed.class);
        String id = message.getMessageProperties().getMessageId();
        if (id != null && taken.contains(id)) {
            LOG.info("This order was taken before");
            return;
        }
        int items = event.payload().itemsID() == null
                ? 0
                : event.payload().itemsID().size();
        int totalAmount =
                event.payload().totalAmount() == null ? 0 : event.payload().totalAmount();
        LOG.info("Order taken: {} items, total amount {}", items, totalAmount);
        if (id != null) {
            taken.add(id);
        }
    }

    private void setAside(Message message) {
        CorrelationData correlation = new CorrelationData();
        template.send("", deadLetterQueue, message, correlation);
        try {
            CorrelationData.Confirm confirm =
                    correlation.getFuture().get(confirmTimeout.toNanos(), TimeUnit.NANOSECONDS);
            if (!confirm.isAck() || correlation.getReturned() != null) {
                throw new AmqpException("The broker did not take the dead letter");
            }
        } catch (InterruptedException exception) {
            Thread.currentThread().interrupt();
            throw new AmqpException(exception);
        } catch (ExecutionException | TimeoutException exception) {
            throw new AmqpException(exception);
        }
        LOG.warn("A message could not be processed and is in {}", deadLetterQueue);
    }
}
