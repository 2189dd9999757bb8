package dev.journey.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a message that comes twice, cannot be processed or is none: it is worked on once or set aside. */
@ExtendWith(JourneyExtension.class)
class DeliveryIT {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String DEAD_LETTERS = Broker.QUEUE + ".dead-letter";
    private static final String RUNNING = "The saved routes run now";
    private static final String GOOD = "{\"id\":\"1\",\"payload\":{\"itemsID\":[1,2],\"totalAmount\":548}}";
    private static final String FAILING = "{\"id\":\"1\",\"payload\":{\"itemsID\":[1,2],\"totalAmount\":666}}";

    private static final String FAILING_WORK = String.join(
            "\n",
            "- route:",
            "    id: stock-work",
            "    errorHandler: { noErrorHandler: {} }",
            "    from:",
            "      uri: direct:work",
            "      steps:",
            "        - filter:",
            "            simple: \"${body.payload.totalAmount} == 666\"",
            "            steps:",
            "              - log: { message: An attempt }",
            "              - throwException: { exceptionType: java.lang.IllegalStateException, message: secret }",
            "");

    private final Journey journey;
    private final TraceParent caller = TraceParent.sampledOne();
    private Connection connection;
    private Channel channel;

    DeliveryIT(Journey journey) {
        this.journey = journey;
    }

    @BeforeEach
    void connect() throws Exception {
        journey.recover();
        connection = journey.broker().connect();
        channel = connection.createChannel();
        channel.queuePurge(DEAD_LETTERS);
    }

    @AfterEach
    void disconnect() throws Exception {
        connection.close();
    }

    static Stream<Arguments> messagesOfNoContract() throws IOException {
        BasicProperties json = new BasicProperties.Builder()
                .contentType("application/json")
                .messageId("none")
                .build();
        return Stream.of(
                Arguments.of("no JSON", json, "no JSON"),
                Arguments.of("nothing", json, ""),
                Arguments.of("null", json, "null"),
                Arguments.of("another shape", json, "[1]"),
                Arguments.of("no order", json, "{}"),
                Arguments.of("a wrong type", json, GOOD.replace("548", "\"548\"")),
                Arguments.of("a part of an item", json, GOOD.replace("[1,2]", "[1.5]")),
                Arguments.of("an item that is null", json, GOOD.replace("[1,2]", "[null]")),
                Arguments.of("more after the JSON", json, GOOD + "x"),
                Arguments.of("a key twice", json, GOOD.replace("\"id\":\"1\"", "\"id\":\"1\",\"id\":\"2\"")),
                Arguments.of("deep nesting", json, "[".repeat(50_000)),
                Arguments.of("more than the limit", json, GOOD + " ".repeat(65_536)),
                Arguments.of(
                        "a serialized object",
                        json.builder()
                                .contentType("application/x-java-serialized-object")
                                .build(),
                        serialized()),
                Arguments.of(
                        "what claims to be one",
                        json.builder()
                                .contentType("application/x-java-serialized-object")
                                .build(),
                        GOOD),
                Arguments.of(
                        "text in an encoding that is none",
                        json.builder()
                                .contentType("text/plain")
                                .contentEncoding("none")
                                .build(),
                        GOOD),
                Arguments.of(
                        "an encoding that is none",
                        json.builder().contentEncoding("none").build(),
                        GOOD));
    }

    private static String serialized() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream objects = new ObjectOutputStream(bytes)) {
            objects.writeObject(List.of(1));
        }
        return bytes.toString(UTF_8);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("messagesOfNoContract")
    void whatIsNoMessageOfTheContractIsSetAsideAtOnce(String name, BasicProperties properties, String body)
            throws Exception {
        assertSetAsideAtOnce(properties, body);
    }

    @Tag("rabbitmq") // The embedded broker knows nothing of CC.
    @Test
    void noPropertyHasADeadLetterComeBackOrBeGone() throws Exception {
        assertSetAsideAtOnce(
                new BasicProperties.Builder()
                        .contentType("application/json")
                        .messageId("none")
                        .replyTo(Broker.QUEUE)
                        .expiration("600000")
                        .userId(Broker.USER)
                        .headers(Map.of("CC", List.of(Broker.QUEUE), "cAmElX", "x", "secret", "x"))
                        .build(),
                "no JSON");
    }

    private void assertSetAsideAtOnce(BasicProperties properties, String body) throws Exception {
        publish(properties, body);

        GetResponse deadLetter = awaitDeadLetter();
        assertThat(new String(deadLetter.getBody(), UTF_8)).isEqualTo(body);
        assertDeadLetter(deadLetter, "1");
        assertThat(header(deadLetter, "dead-letter-reason"))
                .matches(
                        "(com.fasterxml.jackson.|org.apache.camel.support.processor.PredicateValidationException: ).*");
        BasicProperties dead = deadLetter.getProps();
        assertThat(dead.getMessageId()).isEqualTo("none");
        assertThat(dead.getContentType()).isEqualTo(properties.getContentType());
        assertThat(dead.getReplyTo()).isNull();
        assertThat(dead.getExpiration()).isNull();
        assertThat(dead.getUserId()).isNull();
        assertDeadLetterTrace(deadLetter);
        assertThat(journey.broker().waitingMessages()).isZero();
    }

    @Test
    void workThatFailsIsTriedAgainAndThenSetAsideAndCanBePutBack() throws Exception {
        Path file = journey.stock().routes().resolve("checkout-processed.camel.yaml");
        String route = Files.readString(file);
        String work = "              - log: { message: \"Order taken";
        save(file, route.replace(work, "              - to: { uri: direct:work }\n" + work) + FAILING_WORK);
        String id = UUID.randomUUID().toString();
        try {
            publish(new BasicProperties.Builder().messageId(id).build(), FAILING);

            GetResponse deadLetter = awaitDeadLetter();
            assertDeadLetter(deadLetter, "4");
            assertThat(header(deadLetter, "dead-letter-reason")).isEqualTo("java.lang.IllegalStateException");
            assertThat(new String(deadLetter.getBody(), UTF_8)).isEqualTo(FAILING);
            assertThat(deadLetter.getProps().getMessageId()).isEqualTo(id);
            assertThat(said("An attempt")).isEqualTo(4);
            assertDeadLetterTrace(deadLetter);
            channel.basicPublish("", DEAD_LETTERS, deadLetter.getProps(), deadLetter.getBody());
        } finally {
            save(file, route);
        }

        assertThat(replay()).contains(id, "1 of 1 messages were replayed");

        await("the work").atMost(LIMIT).until(() -> said("Order taken") == 1);
        assertThat(channel.messageCount(DEAD_LETTERS)).isZero();
        await("the span of the second time")
                .atMost(LIMIT)
                .until(() -> journey.spans().trace(caller.traceId()).spans().stream()
                                .filter(span -> span.kind() == SpanKind.SPAN_KIND_CONSUMER)
                                .count()
                        == 2);
    }

    @Test
    void aMessageThatComesTwiceIsWorkedOnOnce() throws Exception {
        BasicProperties properties = new BasicProperties.Builder()
                .messageId(UUID.randomUUID().toString())
                .build();

        publish(properties, GOOD);
        await("the work").atMost(LIMIT).until(() -> said("Order taken") == 1);
        publish(properties, GOOD);
        await("the second to be recognised").atMost(LIMIT).until(() -> said("This order was taken before") == 1);

        assertThat(said("Order taken")).isEqualTo(1);
        assertThat(channel.messageCount(DEAD_LETTERS)).isZero();
    }

    // The id stands in an expression of the route.
    @ParameterizedTest
    @ValueSource(strings = {"${exchangeId}", "a,${bean:trace?method=id},b", "' == '' || 'a", "a) b", "null", " "})
    void anIdIsTakenAsItIs(String id) throws Exception {
        String other = id + "2";
        publish(new BasicProperties.Builder().messageId(id).build(), GOOD);
        publish(new BasicProperties.Builder().messageId(other).build(), GOOD);
        await("the work").atMost(LIMIT).until(() -> said("Order taken") == 2);

        publish(new BasicProperties.Builder().messageId(id).build(), GOOD);
        await("the second to be recognised").atMost(LIMIT).until(() -> said("This order was taken before") == 1);
        assertThat(said("Order taken")).isEqualTo(2);
    }

    @Test
    void messagesWithoutAnIdAreAllWorkedOn() throws Exception {
        publish(new BasicProperties(), GOOD);
        publish(new BasicProperties(), GOOD);

        await("the work").atMost(LIMIT).until(() -> said("Order taken") == 2);
    }

    @Test
    void aDeadLetterIsNotLostWithItsQueue() throws Exception {
        channel.queueDelete(DEAD_LETTERS);

        publish(new BasicProperties(), "no JSON");

        await("the queue to be declared again").atMost(LIMIT).until(() -> {
            try (Channel asking = connection.createChannel()) {
                return asking.messageCount(DEAD_LETTERS) == 1;
            } catch (IOException notThere) {
                return false;
            }
        });
        await("the queue to be empty")
                .atMost(LIMIT)
                .until(() -> journey.broker().waitingMessages() == 0);
    }

    @Tag("rabbitmq") // The embedded broker does not tell a consumer.
    @Test
    void queueAndExchangeThatAreDeletedAreDeclaredAgain() throws Exception {
        channel.exchangeDelete(Broker.EXCHANGE);
        channel.queueDelete(Broker.QUEUE);

        await("a checkout")
                .atMost(LIMIT)
                .until(() -> journey.client().checkout().statusCode() == 202);
        String id = GatewayClient.traceId(journey.client().checkout());
        JourneyExpectation.assertJourney(journey.spans().awaitTrace(id, 5));
    }

    @Test
    void stockIsBackAfterItsConnectionBroke() throws Exception {
        journey.brokerProxy().cut();
        journey.brokerProxy().restore();

        publish(new BasicProperties(), GOOD);

        await("the work").atMost(LIMIT).until(() -> said("Order taken") == 1);
    }

    private void publish(BasicProperties properties, String body) throws Exception {
        Map<String, Object> headers = new HashMap<>(Map.of("traceparent", caller.toString()));
        if (properties.getHeaders() != null) {
            headers.putAll(properties.getHeaders());
        }
        channel.basicPublish(
                Broker.EXCHANGE,
                Broker.ROUTING_KEY,
                properties.builder().headers(headers).build(),
                body.getBytes(UTF_8));
    }

    private GetResponse awaitDeadLetter() {
        return await("a dead letter")
                .atMost(LIMIT)
                .until(() -> channel.basicGet(DEAD_LETTERS, true), found -> found != null);
    }

    private void assertDeadLetter(GetResponse deadLetter, String attempts) {
        assertThat(header(deadLetter, "dead-letter-attempts")).isEqualTo(attempts);
        assertThat(header(deadLetter, "dead-letter-exchange")).isEqualTo(Broker.EXCHANGE);
        assertThat(header(deadLetter, "dead-letter-routing-key")).isEqualTo(Broker.ROUTING_KEY);
        assertThat(deadLetter.getProps().getDeliveryMode()).isEqualTo(2);
        assertThat(deadLetter.getProps().getHeaders().keySet())
                .isSubsetOf(
                        "dead-letter-reason",
                        "dead-letter-attempts",
                        "dead-letter-exchange",
                        "dead-letter-routing-key",
                        "traceparent",
                        "spring_listener_return_correlation",
                        "spring_returned_message_correlation");
    }

    /** One span of the work, however often it was tried, and below it that of the dead letter. */
    private void assertDeadLetterTrace(GetResponse deadLetter) throws InterruptedException {
        Trace trace = journey.spans().awaitTrace(caller.traceId(), 2);
        ReceivedSpan consumer = trace.stockConsumer();
        ReceivedSpan producer = trace.span("stock", SpanKind.SPAN_KIND_PRODUCER);
        assertThat(consumer.parentId()).as(trace::toString).isEqualTo(caller.spanId());
        assertThat(consumer.status()).as(trace::toString).isEqualTo(StatusCode.STATUS_CODE_ERROR);
        assertThat(producer.parentId()).as(trace::toString).isEqualTo(consumer.id());
        assertThat(header(deadLetter, "traceparent")).contains(caller.traceId(), producer.id());
    }

    private static String header(GetResponse message, String name) {
        return String.valueOf(message.getProps().getHeaders().get(name));
    }

    /** How many lines of the caller's trace there are that stock said. */
    private long said(String text) {
        return journey.stock().lines().stream()
                .map(LogLine::text)
                .filter(line -> line.contains(caller.traceId()) && line.contains(text))
                .count();
    }

    private void save(Path file, String text) throws IOException {
        long running = reloads();
        Files.writeString(file, text);
        await("the reload").atMost(LIMIT).until(() -> reloads() > running);
    }

    private long reloads() {
        return journey.stock().lines().stream()
                .filter(line -> line.text().contains(RUNNING))
                .count();
    }

    private String replay() throws Exception {
        ProcessBuilder builder = new ProcessBuilder("scripts/replay-dead-letters")
                .directory(Path.of("").toAbsolutePath().getParent().getParent().toFile())
                .redirectErrorStream(true);
        builder.environment()
                .putAll(Map.of(
                        "RABBITMQ_HOST",
                        journey.broker().address().getHostString(),
                        "RABBITMQ_PORT",
                        Integer.toString(journey.broker().address().getPort()),
                        "RABBITMQ_USER",
                        Broker.USER,
                        "RABBITMQ_PASS",
                        Broker.PASSWORD));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
