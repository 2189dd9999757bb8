package dev.journey.test;

import static dev.journey.test.ProblemExpectation.assertProblem;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.LongString;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The event between checkout and stock as an independent AMQP client sees and sends it. */
@ExtendWith(JourneyExtension.class)
class AmqpContractIT {

    private static final String UUID_FORM = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Journey journey;

    AmqpContractIT(Journey journey) {
        this.journey = journey;
    }

    @Test
    void theMessageIsPersistentJsonWithItsIdsAndTime() throws Exception {
        Instant before = Instant.now().truncatedTo(ChronoUnit.SECONDS);

        Delivery message = messageOf(() -> journey.client().checkout());

        AMQP.BasicProperties properties = message.getProperties();
        assertThat(properties.getDeliveryMode()).isEqualTo(2);
        assertThat(properties.getContentType()).isEqualTo("application/json");
        assertThat(properties.getContentEncoding()).isIn(null, "UTF-8", "utf-8");
        assertThat(properties.getMessageId()).matches(UUID_FORM);
        assertThat(properties.getCorrelationId()).matches(UUID_FORM).isNotEqualTo(properties.getMessageId());
        assertThat(properties.getTimestamp().toInstant()).isBetween(before, Instant.now());
        assertThat(properties.getExpiration()).isNull();
        assertThat(message.getEnvelope().getExchange()).isEqualTo(Broker.EXCHANGE);
        assertThat(message.getEnvelope().getRoutingKey()).isEqualTo(Broker.ROUTING_KEY);
    }

    @Test
    void theBodyIsTheContractsEnvelope() throws Exception {
        Delivery message = messageOf(() -> journey.client().checkoutOf("{\"itemsID\":[4,3,2,1]}"));

        JsonNode body = MAPPER.readTree(message.getBody());
        assertThat(body.fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("id", "correlationId", "timestamp", "payload");
        assertThat(body.get("id").asText()).isEqualTo(message.getProperties().getMessageId());
        assertThat(body.get("correlationId").asText())
                .isEqualTo(message.getProperties().getCorrelationId());
        String timestamp = body.get("timestamp").asText();
        assertThat(timestamp).endsWith("Z");
        assertThat(Instant.parse(timestamp)).isCloseTo(Instant.now(), within(30, ChronoUnit.SECONDS));
        assertThat(body.get("payload")).isEqualTo(MAPPER.readTree("{\"itemsID\":[4,3,2,1],\"totalAmount\":1234}"));
    }

    @Test
    void twoMessagesAreNotTheSame() throws Exception {
        AMQP.BasicProperties first =
                messageOf(() -> journey.client().checkout()).getProperties();
        AMQP.BasicProperties second =
                messageOf(() -> journey.client().checkout()).getProperties();

        assertThat(first.getMessageId()).isNotEqualTo(second.getMessageId());
        assertThat(first.getCorrelationId()).isNotEqualTo(second.getCorrelationId());
    }

    @Test
    void theHeadersAreTheProducersTraceContextAndNothingOfTheRequest() throws Exception {
        try (BoundQueue queue = new BoundQueue(journey.broker())) {
            HttpResponse<String> response = journey.client()
                    .send(GatewayClient.PATH + "?token=secret", request -> request.header("Authorization", "secret")
                            .header("Cookie", "secret")
                            .header("X-Anything", "secret")
                            .header("CamelAnything", "secret")
                            .POST(BodyPublishers.noBody()));
            Delivery message = queue.take();

            Trace trace = journey.spans().awaitTrace(GatewayClient.traceId(response), 5);
            Map<String, Object> headers = message.getProperties().getHeaders();
            assertThat(headers.get("traceparent"))
                    .isInstanceOf(LongString.class)
                    .asString()
                    // Sampled, and it may say that the id is random (Trace Context, level 2).
                    .matches("00-" + trace.id() + "-" + trace.checkoutProducer().id() + "-0[13]");
            assertThat(headers.keySet())
                    .allSatisfy(name -> assertThat(name.toLowerCase()).doesNotStartWith("camel"));
            assertThat(headers.toString()).doesNotContain("secret");
            // Spring AMQP adds its own two, by which it finds the publisher of a returned message.
            assertThat(headers.keySet())
                    .isSubsetOf(
                            "traceparent", "spring_listener_return_correlation", "spring_returned_message_correlation");
        }
    }

    @Test
    void exchangeAndQueueAreDeclaredAsTheContractSays() throws Exception {
        try (Connection connection = journey.broker().connect()) {
            declare(connection, channel -> channel.exchangeDeclarePassive(Broker.EXCHANGE));
            declare(
                    connection,
                    channel -> channel.exchangeDeclare(Broker.EXCHANGE, "direct", true, false, false, Map.of()));
            declare(connection, channel -> channel.queueDeclarePassive(Broker.QUEUE));
            declare(connection, channel -> channel.queueDeclare(Broker.QUEUE, true, false, false, Map.of()));
        }
    }

    static Stream<Arguments> otherDeclarations() {
        return Stream.of(
                otherDeclaration(
                        "another type of exchange",
                        channel -> channel.exchangeDeclare(Broker.EXCHANGE, "fanout", true)),
                otherDeclaration(
                        "an exchange that is not durable",
                        channel -> channel.exchangeDeclare(Broker.EXCHANGE, "direct", false)),
                otherDeclaration(
                        "a queue that is not durable",
                        channel -> channel.queueDeclare(Broker.QUEUE, false, false, false, Map.of())),
                otherDeclaration(
                        "a queue that deletes itself",
                        channel -> channel.queueDeclare(Broker.QUEUE, true, false, true, Map.of())),
                otherDeclaration(
                        "a queue with an argument",
                        channel -> channel.queueDeclare(
                                Broker.QUEUE, true, false, false, Map.of("x-dead-letter-exchange", "other"))));
    }

    private static Arguments otherDeclaration(String name, Declaration declaration) {
        return Arguments.of(name, declaration);
    }

    @Tag("rabbitmq") // The embedded broker hardly compares declarations.
    @ParameterizedTest(name = "{0}")
    @MethodSource("otherDeclarations")
    void theBrokerRefusesAnotherDeclaration(String name, Declaration declaration) throws Exception {
        try (Connection connection = journey.broker().connect()) {
            IOException refusal = catchThrowableOfType(IOException.class, () -> declare(connection, declaration));

            assertThat(refusal).as("a refusal").isNotNull().hasCauseInstanceOf(ShutdownSignalException.class);
            Object reason = ((ShutdownSignalException) refusal.getCause()).getReason();
            assertThat(reason).isInstanceOf(AMQP.Channel.Close.class);
            assertThat(((AMQP.Channel.Close) reason).getReplyCode()).isEqualTo(AMQP.PRECONDITION_FAILED);
        }
    }

    @Test
    void theExchangeIsDirect() throws Exception {
        try (BoundQueue queue = new BoundQueue(journey.broker())) {
            publish(Broker.ROUTING_KEY + ".not", new AMQP.BasicProperties(), originalBody());
            publish(Broker.ROUTING_KEY, originalMessage(UUID.randomUUID().toString(), Map.of()), originalBody());

            assertThat(queue.take().getEnvelope().getRoutingKey()).isEqualTo(Broker.ROUTING_KEY);
        }
    }

    static Stream<Arguments> originalMessages() {
        return Stream.of(
                Arguments.of("traceparent as text", "text"),
                Arguments.of("traceparent as bytes", "bytes"),
                Arguments.of("without traceparent", "none"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("originalMessages")
    void aMessageInTheOriginalsFormIsProcessed(String name, String form) throws Exception {
        TraceParent caller = TraceParent.sampledOne();
        String messageId = UUID.randomUUID().toString();
        Map<String, Object> headers = new HashMap<>();
        switch (form) {
            case "text" -> headers.put("traceparent", caller.toString());
            case "bytes" -> headers.put("traceparent", caller.toString().getBytes(UTF_8));
            default -> {}
        }

        publish(Broker.ROUTING_KEY, originalMessage(messageId, headers), originalBody());

        await("the message to be processed").atMost(LIMIT).untilAsserted(() -> assertThat(consumers(messageId))
                .hasSize(1));
        Trace trace = journey.spans().awaitTrace(consumers(messageId).get(0).traceId(), 1);
        ReceivedSpan consumer = trace.stockConsumer();
        if (headers.isEmpty()) {
            assertThat(consumer.parentId()).as(trace::toString).isEmpty();
        } else {
            assertThat(trace.id()).isEqualTo(caller.traceId());
            assertThat(consumer.parentId()).as(trace::toString).isEqualTo(caller.spanId());
        }
        assertThat(consumer.eventNames()).as(trace::toString).isEmpty();
        await("the queue to be empty")
                .atMost(LIMIT)
                .until(() -> journey.broker().waitingMessages() == 0);
    }

    @Test
    void whatIsProcessedIsAcknowledged() throws Exception {
        try {
            String ours = GatewayClient.traceId(journey.client().checkout());
            TraceParent theirs = TraceParent.sampledOne();
            publish(
                    Broker.ROUTING_KEY,
                    originalMessage(UUID.randomUUID().toString(), Map.of("traceparent", theirs.toString())),
                    originalBody());
            journey.spans().awaitTrace(ours, 5);
            journey.spans().awaitTrace(theirs.traceId(), 1);

            journey.stock().stop();

            // A broker gives what was not acknowledged back to the queue.
            await("the queue without its consumer")
                    .during(Duration.ofSeconds(1))
                    .atMost(Duration.ofSeconds(3))
                    .until(() -> journey.broker().waitingMessages() == 0);
        } finally {
            journey.recover();
        }
    }

    @Test
    void aCheckoutThatNoQueueTakesIsAnErrorToTheCaller() throws Exception {
        try {
            journey.stock().stop();
            try (Connection connection = journey.broker().connect();
                    Channel channel = connection.createChannel()) {
                channel.queueUnbind(Broker.QUEUE, Broker.EXCHANGE, Broker.ROUTING_KEY);

                HttpResponse<String> response = journey.client().checkout();

                assertProblem(response, 503);
                assertThat(response.headers().firstValue("Retry-After")).isPresent();
                Trace trace = journey.spans().awaitTrace(GatewayClient.traceId(response), 4);
                assertThat(trace.checkoutProducer().exceptions())
                        .as(trace::toString)
                        .hasSize(1);
                assertThat(journey.broker().waitingMessages()).isZero();

                channel.queueBind(Broker.QUEUE, Broker.EXCHANGE, Broker.ROUTING_KEY);
                assertThat(journey.client().checkout().statusCode()).isEqualTo(202);
            }
        } finally {
            journey.recover();
        }
    }

    @Test
    void theFirstCheckoutOnAnEmptyBrokerWaitsForAStockThatHasNeverRun() throws Exception {
        try {
            journey.stock().stop();
            journey.checkout().stop();
            journey.broker().empty();
            journey.checkout().start();
            journey.checkout().awaitReady();
            awaitThatTheGatewayReachesCheckout();

            HttpResponse<String> response = journey.client().checkout();

            assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
            String id = GatewayClient.traceId(response);
            assertThat(journey.broker().waitingMessages()).isEqualTo(1);
            assertThat(journey.spans().awaitTrace(id, 4).spans())
                    .extracting(ReceivedSpan::service)
                    .doesNotContain("stock");

            journey.stock().start();
            journey.stock().awaitReady();
            JourneyExpectation.assertJourney(journey.spans().awaitTrace(id, 5));
            await("the queue to be empty")
                    .atMost(LIMIT)
                    .until(() -> journey.broker().waitingMessages() == 0);
        } finally {
            journey.recover();
        }
    }

    @Test
    void theFirstCheckoutOnAnEmptyBrokerReachesAStockThatWasThereFirst() throws Exception {
        try {
            journey.stock().stop();
            journey.checkout().stop();
            journey.broker().empty();
            journey.stock().start();
            journey.stock().awaitReady();
            journey.checkout().start();
            journey.checkout().awaitReady();
            awaitThatTheGatewayReachesCheckout();

            HttpResponse<String> response = journey.client().checkout();

            assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
            JourneyExpectation.assertJourney(journey.spans().awaitTrace(GatewayClient.traceId(response), 5));
        } finally {
            journey.recover();
        }
    }

    // An unknown item comes as far as checkout and never to the broker, which is to see a first checkout.
    private void awaitThatTheGatewayReachesCheckout() {
        await("the gateway to find checkout again")
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> journey.client().checkoutOf("{\"itemsID\":[99]}").statusCode() == 422);
    }

    private Delivery messageOf(Checkout checkout) throws Exception {
        try (BoundQueue queue = new BoundQueue(journey.broker())) {
            assertThat(checkout.send().statusCode()).isEqualTo(202);
            Delivery message = queue.take();
            assertThat(queue.isEmpty()).isTrue();
            return message;
        }
    }

    private List<ReceivedSpan> consumers(String messageId) {
        return journey.spans().spans().stream()
                .filter(span -> span.service().equals("stock"))
                .filter(span -> messageId.equals(span.attributes().get("messaging.message.id")))
                .toList();
    }

    private static AMQP.BasicProperties originalMessage(String messageId, Map<String, Object> headers) {
        return new AMQP.BasicProperties.Builder()
                .contentEncoding("application/json")
                .deliveryMode(2)
                .messageId(messageId)
                .headers(headers)
                .build();
    }

    private static byte[] originalBody() {
        return ("{\"id\":\"" + UUID.randomUUID() + "\",\"correlationId\":\"" + UUID.randomUUID() + "\",\"timestamp\":\""
                        + Instant.now() + "\",\"payload\":{}}")
                .getBytes(UTF_8);
    }

    private void publish(String routingKey, AMQP.BasicProperties properties, byte[] body) throws Exception {
        try (Connection connection = journey.broker().connect();
                Channel channel = connection.createChannel()) {
            channel.confirmSelect();
            channel.basicPublish(Broker.EXCHANGE, routingKey, properties, body);
            channel.waitForConfirmsOrDie(5_000);
        }
    }

    private static void declare(Connection connection, Declaration declaration) throws IOException {
        // A refused declaration closes its channel.
        declaration.on(connection.createChannel());
    }

    private interface Checkout {
        HttpResponse<String> send() throws Exception;
    }

    private interface Declaration {
        void on(Channel channel) throws IOException;
    }
}
