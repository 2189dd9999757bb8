package dev.journey.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.LongString;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real messages are as {@code docs/asyncapi.yaml} describes them, at the places that it names. */
@ExtendWith(JourneyExtension.class)
class AsyncApiIT {

    private static final Contract ASYNC_API = Contract.of("docs/asyncapi.yaml");
    private static final Contract EVENT = Contract.of("docs/checkout-processed.schema.json");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Journey journey;

    AsyncApiIT(Journey journey) {
        this.journey = journey;
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"itemsID\":[1]}", "{\"itemsID\":[1,2,3,4,4,4]}"})
    void anEventIsAsDescribed(String basket) throws Exception {
        try (BoundQueue queue = new BoundQueue(journey.broker())) {
            journey.client().checkoutOf(basket);
            Delivery event = queue.take();

            assertThat(EVENT.faults(EVENT.root(), text(event.getBody()))).isEmpty();
            assertThat(faults("TraceContext", event.getProperties())).isEmpty();
            assertThat(event.getProperties().getContentType())
                    .isEqualTo(message("CheckoutProcessed").get("contentType").asText());
            assertThat(event.getEnvelope().getRoutingKey())
                    .isEqualTo(ASYNC_API
                            .root()
                            .at("/channels/checkoutProcessed/address")
                            .asText());
            assertThat(event.getEnvelope().getExchange())
                    .isEqualTo(ASYNC_API
                            .root()
                            .at("/channels/checkoutProcessed/bindings/amqp/exchange/name")
                            .asText());
        }
    }

    @Test
    void aDeadLetterIsAsDescribed() throws Exception {
        JsonNode exchange = ASYNC_API.root().at("/channels/checkoutProcessed/bindings/amqp/exchange/name");
        JsonNode routingKey = ASYNC_API.root().at("/channels/checkoutProcessed/address");
        JsonNode queue = ASYNC_API.root().at("/channels/deadLetters/address");
        try (Connection connection = journey.broker().connect();
                Channel channel = connection.createChannel()) {
            channel.queuePurge(queue.asText());
            channel.basicPublish(
                    exchange.asText(),
                    routingKey.asText(),
                    new BasicProperties.Builder()
                            .contentType("application/json")
                            .build(),
                    "no JSON".getBytes(StandardCharsets.UTF_8));
            GetResponse deadLetter = await("a dead letter")
                    .atMost(LIMIT)
                    .until(() -> channel.basicGet(queue.asText(), true), found -> found != null);

            assertThat(text(deadLetter.getBody())).isEqualTo("no JSON");
            assertThat(faults("DeadLetterHeaders", deadLetter.getProps())).isEmpty();
        }
    }

    /** A schema that lets everything pass would prove nothing. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"id\":\"x\",\"correlationId\":\"9f0b3dd0-3f0a-4c66-8d5c-7f5f1f6f0c11\",\"timestamp\":\"2026-11-24T23:00:00Z\",\"payload\":{\"itemsID\":[1],\"totalAmount\":1}}",
                "{\"id\":\"9f0b3dd0-3f0a-4c66-8d5c-7f5f1f6f0c11\",\"correlationId\":\"9f0b3dd0-3f0a-4c66-8d5c-7f5f1f6f0c11\",\"timestamp\":\"yesterday\",\"payload\":{\"itemsID\":[1],\"totalAmount\":1}}",
                "{\"id\":\"9f0b3dd0-3f0a-4c66-8d5c-7f5f1f6f0c11\",\"correlationId\":\"9f0b3dd0-3f0a-4c66-8d5c-7f5f1f6f0c11\",\"timestamp\":\"2026-11-24T23:00:00Z\",\"payload\":{\"itemsID\":[],\"totalAmount\":1}}",
                "{\"id\":\"9f0b3dd0-3f0a-4c66-8d5c-7f5f1f6f0c11\",\"correlationId\":\"9f0b3dd0-3f0a-4c66-8d5c-7f5f1f6f0c11\",\"timestamp\":\"2026-11-24T23:00:00Z\",\"payload\":{\"itemsID\":[1],\"totalAmount\":1.5}}"
            })
    void whatIsNoEventIsNotTakenForOne(String body) {
        assertThat(EVENT.faults(EVENT.root(), body)).isNotEmpty();
    }

    private static JsonNode message(String name) {
        return ASYNC_API.root().at("/components/messages/" + name);
    }

    private static Iterable<String> faults(String schema, BasicProperties properties) throws Exception {
        Map<String, Object> headers = new HashMap<>(properties.getHeaders());
        headers.replaceAll((name, value) -> value instanceof LongString text ? text.toString() : value);
        return ASYNC_API.faults(ASYNC_API.root().at("/components/schemas/" + schema), JSON.writeValueAsString(headers));
    }

    private static String text(byte[] body) {
        return new String(body, StandardCharsets.UTF_8);
    }
}
