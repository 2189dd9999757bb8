package dev.journey.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import java.io.ByteArrayOutputStream;
import java.io.ObjectOutputStream;
import java.util.Map;
import org.apache.camel.EndpointInject;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** What a stranger's message may bring into a route. */
@SpringBootTest(
        properties = {
            "journey.rabbitmq.consumer.recovery-interval=100ms",
            "journey.rabbitmq.bindings[0].queue=" + ConsumingTest.IN,
            "journey.rabbitmq.bindings[1].queue=" + ConsumingTest.OUT
        })
@DirtiesContext
@Timeout(60)
class ConsumingTest {

    static final String IN = "consuming.in";
    static final String OUT = "consuming.out";

    private static Connection peer;
    private static Channel channel;

    @Autowired
    private ProducerTemplate camel;

    @EndpointInject("mock:received")
    private MockEndpoint received;

    @DynamicPropertySource
    static void broker(DynamicPropertyRegistry registry) {
        registry.add("spring.rabbitmq.host", () -> Broker.HOST);
        registry.add("spring.rabbitmq.port", () -> Broker.PORT);
    }

    @BeforeAll
    static void connect() throws Exception {
        peer = Broker.connect();
        channel = peer.createChannel();
        Broker.deleteQueue(peer, IN);
        Broker.deleteQueue(peer, OUT);
    }

    @AfterAll
    static void disconnect() throws Exception {
        peer.close();
    }

    @BeforeEach
    void forget() {
        received.reset();
        received.expectedMessageCount(1);
    }

    @Test
    void keepsCamelHeadersOut() throws Exception {
        Map<String, Object> headers = Map.of(
                "CamelFileName", "x",
                "CAMELFileName", "x",
                "cAmElHttpUri", "x",
                "org.apache.camel.any", "x",
                "Org.Apache.Camel.any", "x",
                "harmless", "y");
        publish(new BasicProperties.Builder().headers(headers).build(), new byte[] {1});

        received.assertIsSatisfied();
        Map<String, Object> arrived =
                received.getExchanges().get(0).getMessage().getHeaders();
        assertThat(arrived.get("harmless")).hasToString("y");
        assertThat(arrived.keySet())
                .filteredOn(name -> !name.startsWith("CamelSpringRabbitmq"))
                .containsExactly("harmless");
    }

    @Test
    void keepsCamelHeadersIn() throws Exception {
        camel.sendBodyAndHeaders(
                "direct:out", "body", Map.of("CAMELSecret", "x", "org.apache.camel.secret", "x", "harmless", "y"));

        GetResponse response = channel.basicGet(OUT, true);
        assertThat(response.getProps().getHeaders())
                .containsKey("harmless")
                .doesNotContainKeys("CAMELSecret", "org.apache.camel.secret");
    }

    @Test
    void leavesSerializedObjectsAsBytes() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream objects = new ObjectOutputStream(bytes)) {
            objects.writeObject("payload");
        }
        publish(
                new BasicProperties.Builder()
                        .contentType("application/x-java-serialized-object")
                        .build(),
                bytes.toByteArray());

        received.assertIsSatisfied();
        assertThat(received.getExchanges().get(0).getMessage().getBody()).isEqualTo(bytes.toByteArray());
    }

    @Test
    void aMessageThatFailsStaysInItsQueueUntilItDoesNot() throws Exception {
        received.expectedMessageCount(7);
        received.whenAnyExchangeReceived(exchange -> {
            if (received.getReceivedCounter() < 7) {
                throw new IllegalStateException("not yet");
            }
        });
        publish(new BasicProperties.Builder().messageId("kept").build(), new byte[] {1});

        received.assertIsSatisfied();
        assertThat(received.getExchanges())
                .allSatisfy(exchange -> assertThat(exchange.getMessage().getHeader("CamelSpringRabbitmqMessageId"))
                        .isEqualTo("kept"));
        await().untilAsserted(() -> assertThat(channel.messageCount(IN)).isZero());
    }

    private static void publish(BasicProperties properties, byte[] body) throws Exception {
        channel.basicPublish("", IN, properties, body);
    }

    @Configuration
    @EnableAutoConfiguration
    static class Application {

        @Bean
        RouteBuilder routes() {
            return new RouteBuilder() {
                @Override
                public void configure() {
                    from("spring-rabbitmq:default?queues=" + IN + "&autoDeclare=false")
                            .to("mock:received");
                    from("direct:out").to("spring-rabbitmq:default?routingKey=" + OUT);
                }
            };
        }
    }
}
