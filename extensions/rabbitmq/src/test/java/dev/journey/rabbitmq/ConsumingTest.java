package dev.journey.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import java.io.ByteArrayOutputStream;
import java.io.ObjectOutputStream;
import java.lang.reflect.Proxy;
import java.net.ConnectException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.EndpointInject;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.component.springrabbit.DefaultMessagePropertiesConverter;
import org.apache.camel.component.springrabbit.SpringRabbitMQComponent;
import org.apache.camel.component.springrabbit.SpringRabbitMQConstants;
import org.apache.camel.component.springrabbit.SpringRabbitMQEndpoint;
import org.apache.camel.spi.ComponentCustomizer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.amqp.AmqpConnectException;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.listener.AbstractMessageListenerContainer;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.util.ReflectionTestUtils;

/** What a stranger's message may bring into a route. */
@SpringBootTest(
        properties = {
            "journey.rabbitmq.consumer.recovery-interval=100ms",
            "journey.rabbitmq.bindings[0].queue=" + ConsumingTest.IN,
            "journey.rabbitmq.bindings[1].queue=" + ConsumingTest.AT_ONCE,
            "journey.rabbitmq.bindings[2].queue=" + ConsumingTest.OUT
        })
@DirtiesContext
@ExtendWith(OutputCaptureExtension.class)
@Timeout(60)
class ConsumingTest {

    private static final int CONCURRENT = Runtime.getRuntime().availableProcessors() + 2;
    private static final AtomicInteger ERRORS = new AtomicInteger();
    private static final CyclicBarrier TOGETHER = new CyclicBarrier(CONCURRENT);

    static final String IN = "consuming.in";
    static final String AT_ONCE = "consuming.at-once";
    static final String OUT = "consuming.out";

    private static Connection peer;
    private static Channel channel;

    @Autowired
    private ProducerTemplate camel;

    @Autowired
    private CamelContext context;

    @Autowired
    private CachingConnectionFactory connectionFactory;

    @EndpointInject("mock:received")
    private MockEndpoint received;

    @EndpointInject("mock:at-once")
    private MockEndpoint atOnce;

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
        Broker.deleteQueue(peer, AT_ONCE);
        Broker.deleteQueue(peer, OUT);
    }

    @AfterAll
    static void disconnect() throws Exception {
        peer.close();
    }

    @BeforeEach
    void forget() {
        received.reset();
    }

    @Test
    void keepsCamelHeadersOut() throws Exception {
        received.expectedMessageCount(1);
        Map<String, Object> headers = Map.of(
                "CamelFileName", "x",
                "CAMELFileName", "x",
                "cAmElHttpUri", "x",
                "org.apache.camel.any", "x",
                "Org.Apache.Camel.any", "x",
                "CC", List.of(OUT),
                "spring_listener_return_correlation", "x",
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
        received.expectedMessageCount(1);
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

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "text/x-any", "application/json"})
    void leavesABodyAsBytesWhateverTheMessageSaysOfIt(String contentType) throws Exception {
        received.expectedMessageCount(1);
        publish(
                new BasicProperties.Builder()
                        .contentType(contentType)
                        .contentEncoding("no-such-encoding")
                        .headers(Map.of("__TypeId__", "java.net.URL", "springBatchFormat", "lengthHeader4"))
                        .build(),
                new byte[] {0, 0, 0, 1, 7, 0, 0});

        received.assertIsSatisfied();
        assertThat(received.getExchanges().get(0).getMessage().getBody()).isEqualTo(new byte[] {0, 0, 0, 1, 7, 0, 0});
        assertThat(received.getExchanges().get(0).getMessage().getHeader(SpringRabbitMQConstants.CONTENT_LENGTH))
                .isEqualTo(7L);
    }

    @Tag("rabbitmq") // The embedded broker does not tell a consumer.
    @Test
    void declaresADeletedQueueAgainAndGoesOn() throws Exception {
        channel.queueDelete(IN);

        await().until(() -> {
            publish(new BasicProperties.Builder().build(), new byte[] {1});
            return received.getReceivedCounter() > 0;
        });
    }

    @Test
    void finishesTheWorkInHandWhenItIsStoppedAndGivesBackTheRest() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch finish = heldFrom(started);
        for (int message = 0; message < 5; message++) {
            publish(new BasicProperties.Builder().build(), new byte[] {1});
        }
        started.await();

        CompletableFuture<Void> stop = CompletableFuture.runAsync(this::stop);
        Object container = ReflectionTestUtils.getField(context.getRoute("in").getConsumer(), "listenerContainer");
        await().until(() -> !((AbstractMessageListenerContainer) container).isActive());
        finish.countDown();
        stop.get(10, TimeUnit.SECONDS);

        try {
            assertThat(received.getReceivedCounter()).isEqualTo(1);
            await().until(() -> channel.messageCount(IN) == 4);
        } finally {
            channel.queuePurge(IN);
            context.getRouteController().startRoute("in");
        }
    }

    @Test
    void whatPublishersDoToTheirConnectionIsNothingToAConsumer() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch finish = heldFrom(started);
        publish(new BasicProperties.Builder().build(), new byte[] {1});
        started.await();

        connectionFactory.resetConnection();
        camel.sendBody("direct:out", "body");
        finish.countDown();
        publish(new BasicProperties.Builder().build(), new byte[] {2});
        await().until(() -> received.getReceivedCounter() > 1);

        assertThat(received.getExchanges())
                .extracting(exchange -> exchange.getMessage().getBody())
                .containsExactly(new byte[] {1}, new byte[] {2});
    }

    @Test
    void anIdleConsumerStopsAtOnce() throws Exception {
        received.expectedMessageCount(1);
        CompletableFuture.runAsync(this::stop).get(3, TimeUnit.SECONDS);

        context.getRouteController().startRoute("in");
        publish(new BasicProperties.Builder().build(), new byte[] {1});
        received.assertIsSatisfied();
    }

    @Test
    void aDeliveryThatTakesLongHoldsUpNoOther() throws Exception {
        atOnce.expectedMessageCount(CONCURRENT);
        for (int message = 0; message < CONCURRENT; message++) {
            channel.basicPublish("", AT_ONCE, new BasicProperties.Builder().build(), new byte[] {1});
        }

        atOnce.assertIsSatisfied();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void hasAllItsConsumersWhicheverConnectionWasRefused(int which) throws Exception {
        context.getRouteController().stopRoute("at-once");
        ((SpringRabbitMQEndpoint) context.getRoute("at-once").getEndpoint())
                .setConnectionFactory(refusing(connectionFactory, which));
        context.getRouteController().startRoute("at-once");

        await().until(() -> channel.consumerCount(AT_ONCE) == CONCURRENT);
    }

    /** Refuses one connection. */
    private static ConnectionFactory refusing(ConnectionFactory connectionFactory, int which) {
        AtomicInteger connections = new AtomicInteger();
        return (ConnectionFactory) Proxy.newProxyInstance(
                ConnectionFactory.class.getClassLoader(),
                new Class<?>[] {ConnectionFactory.class},
                (proxy, method, of) -> {
                    if (method.getName().equals("createConnection") && connections.incrementAndGet() == which) {
                        throw new AmqpConnectException(new ConnectException("refused"));
                    }
                    return method.invoke(connectionFactory, of);
                });
    }

    @Tag("rabbitmq") // The embedded broker hardly compares declarations.
    @Test
    void takesUpAQueueOnceItHasTheRightArguments(CapturedOutput output) throws Exception {
        stop();
        channel.queueDelete(IN);
        channel.queueDeclare(IN, true, false, false, Map.of("x-max-length", 10));
        connectionFactory.resetConnection();
        context.getRouteController().startRoute("in");
        await().until(() -> output.getOut().contains("inequivalent arg"));

        channel.queueDelete(IN);

        await().until(() -> {
            publish(new BasicProperties.Builder().build(), new byte[] {1});
            return received.getReceivedCounter() > 0;
        });
    }

    /** Counts down when work begins, which lasts until the answer is counted down. */
    private CountDownLatch heldFrom(CountDownLatch started) {
        CountDownLatch finish = new CountDownLatch(1);
        received.whenAnyExchangeReceived(exchange -> {
            started.countDown();
            finish.await();
        });
        return finish;
    }

    private void stop() {
        try {
            context.getRouteController().stopRoute("in");
        } catch (Exception exception) {
            throw new IllegalStateException(exception);
        }
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

    @Test
    void aMessageThatMeetsAnErrorStaysInItsQueueToo() throws Exception {
        received.expectedMessageCount(1);
        ERRORS.set(3);
        publish(new BasicProperties.Builder().messageId("kept").build(), new byte[] {1});

        received.assertIsSatisfied();
        assertThat(ERRORS).hasValue(0);
        assertThat(received.getExchanges().get(0).getMessage().getHeader("CamelSpringRabbitmqMessageId"))
                .isEqualTo("kept");
    }

    private static void publish(BasicProperties properties, byte[] body) throws Exception {
        channel.basicPublish("", IN, properties, body);
    }

    @Configuration
    @EnableAutoConfiguration
    static class Application {

        /** As where a library is missing: before the route begins. */
        @Bean
        ComponentCustomizer errors() {
            return ComponentCustomizer.builder(SpringRabbitMQComponent.class)
                    .withOrder(Ordered.LOWEST_PRECEDENCE)
                    .build(component ->
                            component.setMessagePropertiesConverter(new DefaultMessagePropertiesConverter() {
                                @Override
                                public Map<String, Object> fromMessageProperties(
                                        MessageProperties properties, Exchange exchange) {
                                    if (ERRORS.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                                        throw new NoClassDefFoundError("missing");
                                    }
                                    return super.fromMessageProperties(properties, exchange);
                                }
                            }));
        }

        @Bean
        RouteBuilder routes() {
            return new RouteBuilder() {
                @Override
                public void configure() {
                    from("spring-rabbitmq:default?queues=" + IN + "&autoDeclare=false")
                            .routeId("in")
                            .to("mock:received");
                    from("spring-rabbitmq:default?queues=" + AT_ONCE
                                    + "&autoDeclare=false&prefetchCount=1&concurrentConsumers=1&maxConcurrentConsumers="
                                    + CONCURRENT)
                            .routeId("at-once")
                            // Broken, each fails, and comes again for ever.
                            .process(exchange -> TOGETHER.await(10, TimeUnit.SECONDS))
                            .to("mock:at-once");
                    from("direct:out").to("spring-rabbitmq:default?routingKey=" + OUT);
                }
            };
        }
    }
}
