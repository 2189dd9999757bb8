package dev.journey.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Producer;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.springrabbit.SpringRabbitMQComponent;
import org.apache.camel.component.springrabbit.SpringRabbitMQConstants;
import org.apache.camel.component.springrabbit.SpringRabbitMQEndpoint;
import org.apache.camel.component.springrabbit.SpringRabbitMQProducer;
import org.apache.camel.support.DefaultEndpoint;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageDeliveryMode;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** Each test begins with an empty broker and no connection to it. */
@SpringBootTest(
        properties = {
            "journey.rabbitmq.bindings[0].exchange=" + PublishingTest.EXCHANGE,
            "journey.rabbitmq.bindings[0].routing-key=" + PublishingTest.ROUTING_KEY,
            "journey.rabbitmq.bindings[0].queue=" + PublishingTest.QUEUE,
            "journey.rabbitmq.bindings[1].queue=" + PublishingTest.LONE_QUEUE
        })
@Timeout(60)
class PublishingTest {

    static final String EXCHANGE = "test.exchange";
    static final String ROUTING_KEY = "test.key";
    static final String QUEUE = "test.queue";
    static final String LONE_QUEUE = "test.lone-queue";

    private static Connection peer;
    private static Channel channel;

    @Autowired
    private CamelContext context;

    @Autowired
    private ProducerTemplate camel;

    @Autowired
    private CachingConnectionFactory connectionFactory;

    @DynamicPropertySource
    static void broker(DynamicPropertyRegistry registry) {
        registry.add("spring.rabbitmq.host", () -> Broker.HOST);
        registry.add("spring.rabbitmq.port", () -> Broker.PORT);
    }

    @BeforeAll
    static void connect() throws Exception {
        peer = Broker.connect();
        channel = peer.createChannel();
    }

    @AfterAll
    static void disconnect() throws Exception {
        empty();
        peer.close();
    }

    @BeforeEach
    void startEmpty() {
        empty();
        connectionFactory.resetConnection();
    }

    private static void empty() {
        Broker.deleteQueue(peer, QUEUE);
        Broker.deleteQueue(peer, LONE_QUEUE);
        Broker.deleteExchange(peer, EXCHANGE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"direct:plain", "direct:dynamic", "direct:lazy", "direct:publisher-connection", "direct:enabled"
            })
    void firstMessageReachesTheQueueOfAnEmptyBroker(String route) throws Exception {
        camel.sendBodyAndHeader(route, "first", "target", EXCHANGE);

        assertThat(take(QUEUE)).isEqualTo("first");
    }

    @Test
    void declaresDurably() throws Exception {
        camel.sendBody("direct:plain", "first");

        // The broker refuses these if they differ from what is there.
        channel.exchangeDeclare(EXCHANGE, "direct", true, false, Map.of());
        channel.queueDeclare(QUEUE, true, false, false, Map.of());
        channel.queueDeclare(LONE_QUEUE, true, false, false, Map.of());
    }

    @Test
    void reachesAQueueWithoutAnExchange() throws Exception {
        camel.sendBody("direct:lone", "dead");

        assertThat(take(LONE_QUEUE)).isEqualTo("dead");
    }

    @Test
    void publishesPersistently() throws Exception {
        camel.sendBodyAndHeader(
                "direct:plain", "kept", SpringRabbitMQConstants.DELIVERY_MODE, MessageDeliveryMode.NON_PERSISTENT);

        GetResponse response = channel.basicGet(QUEUE, true);
        BasicProperties properties = response.getProps();
        assertThat(properties.getDeliveryMode()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"direct:plain", "direct:dynamic", "direct:lazy", "direct:publisher-connection", "direct:enabled"
            })
    void unroutableIsAnError(String route) throws Exception {
        camel.sendBodyAndHeader(route, "first", "target", EXCHANGE);
        channel.queueUnbind(QUEUE, EXCHANGE, ROUTING_KEY);

        assertNotConfirmed(() -> camel.sendBodyAndHeader(route, "second", "target", EXCHANGE));

        camel.sendBodyAndHeader(route, "third", "target", EXCHANGE);
        assertThat(take(QUEUE)).isEqualTo("first");
        assertThat(take(QUEUE)).isEqualTo("third");
    }

    @Test
    void deletedQueueIsAnError() throws Exception {
        camel.sendBody("direct:lone", "first");
        channel.queueDelete(LONE_QUEUE);

        assertNotConfirmed(() -> camel.sendBody("direct:lone", "second"));

        camel.sendBody("direct:lone", "third");
        assertThat(take(LONE_QUEUE)).isEqualTo("third");
    }

    // Of a hundred refusals some do not have the broker's reason.
    @RepeatedTest(50)
    void deletedExchangeIsAnErrorUntilItIsDeclaredAgain() throws Exception {
        camel.sendBody("direct:plain", "first");
        channel.exchangeDelete(EXCHANGE);

        assertNotConfirmed(() -> camel.sendBody("direct:plain", "second"));

        camel.sendBody("direct:plain", "third");
        assertThat(take(QUEUE)).isEqualTo("first");
        assertThat(take(QUEUE)).isEqualTo("third");
    }

    @Test
    void missingExchangeIsAnError() {
        assertNotConfirmed(() -> camel.sendBodyAndHeader("direct:dynamic", "lost", "target", "no-such-exchange"));
        assertNotConfirmed(() -> camel.sendBody("direct:missing", "lost"));
    }

    @Test
    void refusedDeclarationIsAnErrorUntilItSucceeds() throws Exception {
        channel.queueDeclare(LONE_QUEUE, true, true, false, Map.of());

        long start = System.nanoTime();
        for (int attempt = 0; attempt < 2; attempt++) {
            assertThatThrownBy(() -> camel.sendBody("direct:lone", "lost")).hasCauseInstanceOf(AmqpException.class);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));

        channel.queueDelete(LONE_QUEUE);
        camel.sendBody("direct:lone", "kept");
        assertThat(take(LONE_QUEUE)).isEqualTo("kept");
    }

    @Test
    void confirmsAfterARouteRestart() throws Exception {
        for (int restart = 0; restart < 2; restart++) {
            context.getRouteController().stopRoute("plain");
            context.getRouteController().startRoute("plain");

            camel.sendBody("direct:plain", "after");
            assertThat(take(QUEUE)).isEqualTo("after");
            channel.queueUnbind(QUEUE, EXCHANGE, ROUTING_KEY);
            assertNotConfirmed(() -> camel.sendBody("direct:plain", "lost"));
            channel.queueBind(QUEUE, EXCHANGE, ROUTING_KEY);
        }
    }

    @Test
    void confirmsAfterAProducerRestart() throws Exception {
        Producer producer =
                context.getEndpoint("spring-rabbitmq:no-such-exchange").createProducer();
        producer.start();
        producer.stop();
        producer.start();

        assertThat(((SpringRabbitMQProducer) producer).getInOnlyTemplate())
                .isInstanceOf(ConfirmingRabbitTemplate.class);
        producer.stop();
    }

    @Test
    void keepsEveryOptionOfTheEndpoint() throws Exception {
        SpringRabbitMQEndpoint plain = new SpringRabbitMQEndpoint(
                "spring-rabbitmq:x", context.getComponent("spring-rabbitmq", SpringRabbitMQComponent.class), "x");
        for (Field field : SpringRabbitMQEndpoint.class.getDeclaredFields()) {
            Object other = other(field.getType());
            if (!Modifier.isStatic(field.getModifiers()) && other != null) {
                field.setAccessible(true);
                field.set(plain, other);
            }
        }
        plain.setCamelContext(context);
        plain.setConnectionFactory(connectionFactory);
        plain.setLazyStartProducer(true);
        plain.setBridgeErrorHandler(true);

        ConfirmingEndpoint copy = new ConfirmingEndpoint(plain, Duration.ofSeconds(1), new BlockedConnections());

        for (Class<?> type : Set.of(SpringRabbitMQEndpoint.class, DefaultEndpoint.class)) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())
                        && !Set.of("id", "confirm").contains(field.getName())) {
                    field.setAccessible(true);
                    assertThat(field.get(copy)).as(field.getName()).isEqualTo(field.get(plain));
                }
            }
        }
    }

    private static Object other(Class<?> type) {
        return Map.<Class<?>, Object>of(
                        String.class, "other", boolean.class, true, long.class, 7L, int.class, 7, Integer.class, 7)
                .get(type);
    }

    @Test
    void staysInterrupted() {
        ConfirmingRabbitTemplate template = template(connectionFactory);

        Thread.currentThread().interrupt();
        Throwable failure = catchThrowable(() -> template.send(EXCHANGE, ROUTING_KEY, new Message(new byte[0])));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(failure).isInstanceOf(PublishNotConfirmedException.class);
    }

    @Test
    void refusesAConnectionFactoryThatCannotConfirm() {
        CachingConnectionFactory plain = new CachingConnectionFactory(Broker.HOST, Broker.PORT);

        assertThatThrownBy(() -> template(plain)).isInstanceOf(IllegalArgumentException.class);
    }

    private static ConfirmingRabbitTemplate template(CachingConnectionFactory connectionFactory) {
        return new ConfirmingRabbitTemplate(connectionFactory, Duration.ofSeconds(1), new BlockedConnections(), null);
    }

    private static void assertNotConfirmed(ThrowingCallable publish) {
        assertThatThrownBy(publish)
                .isInstanceOf(CamelExecutionException.class)
                .cause()
                .isInstanceOf(PublishNotConfirmedException.class)
                .isInstanceOf(AmqpException.class)
                .message()
                .doesNotContain(Broker.HOST, Integer.toString(Broker.PORT));
    }

    private static String take(String queue) throws Exception {
        GetResponse response = channel.basicGet(queue, true);
        return response == null ? null : new String(response.getBody(), StandardCharsets.UTF_8);
    }

    @Configuration
    @EnableAutoConfiguration
    static class Application {

        @Bean
        RouteBuilder routes() {
            return new RouteBuilder() {
                @Override
                public void configure() {
                    String target = "spring-rabbitmq:" + EXCHANGE + "?routingKey=" + ROUTING_KEY;
                    from("direct:plain").routeId("plain").to(target);
                    from("direct:lazy").to(target + "&lazyStartProducer=true");
                    from("direct:publisher-connection").to(target + "&usePublisherConnection=true");
                    from("direct:enabled").to(target + "&confirm=enabled");
                    from("direct:dynamic").toD("spring-rabbitmq:${header.target}?routingKey=" + ROUTING_KEY);
                    from("direct:lone").to("spring-rabbitmq:default?routingKey=" + LONE_QUEUE);
                    from("direct:missing").to("spring-rabbitmq:no-such-exchange");
                }
            };
        }
    }
}
