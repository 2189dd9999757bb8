package dev.journey.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.util.TestSocketUtils;

/** The broker is down when the application starts. */
@SpringBootTest(
        properties = {
            "journey.rabbitmq.publisher.confirm-timeout=2s",
            "journey.rabbitmq.bindings[0].exchange=outage.exchange",
            "journey.rabbitmq.bindings[0].routing-key=outage.key",
            "journey.rabbitmq.bindings[0].queue=outage.queue"
        })
@Timeout(60)
class OutageTest {

    private static final int PORT = TestSocketUtils.findAvailableTcpPort();

    private final Relay relay = new Relay(PORT);

    @Autowired
    private ProducerTemplate camel;

    @Autowired
    private CachingConnectionFactory connectionFactory;

    @Autowired
    private BlockedConnections blocked;

    @Autowired
    @Qualifier("rabbitHealthIndicator")
    private HealthIndicator health;

    @DynamicPropertySource
    static void broker(DynamicPropertyRegistry registry) {
        registry.add("spring.rabbitmq.host", () -> "127.0.0.1");
        registry.add("spring.rabbitmq.port", () -> PORT);
    }

    @AfterEach
    void cleanUp() throws Exception {
        relay.down();
        connectionFactory.resetConnection();
        try (Connection peer = Broker.connect()) {
            Broker.deleteQueue(peer, "outage.queue");
            Broker.deleteExchange(peer, "outage.exchange");
        }
    }

    @Test
    void failsAtOnceWithoutABrokerAndWorksOnceItIsThere() throws Exception {
        assertThat(failureWithin(Duration.ofSeconds(1))).isInstanceOf(AmqpException.class);

        relay.up();
        publish();

        relay.down();
        assertThat(failureWithin(Duration.ofSeconds(1))).isInstanceOf(AmqpException.class);

        relay.up();
        publish();
    }

    @Test
    void doesNotWaitLongForABrokerThatFreezes() throws Exception {
        relay.up();
        publish();
        // Otherwise it would be the opening of a channel that fails.
        await().until(() -> connectionFactory.getCacheProperties().get("idleChannelsNotTx"), "1"::equals);
        relay.freeze();

        assertThat(failureWithin(Duration.ofMillis(2500)))
                .isInstanceOf(PublishNotConfirmedException.class)
                .hasMessageContaining("in time");
    }

    @Test
    void doesNotLetCallersQueueUpForABrokerThatIsFrozen() throws Exception {
        relay.up();
        relay.freeze();
        ExecutorService callers = Executors.newFixedThreadPool(10);
        try {
            long start = System.nanoTime();
            List<Future<Throwable>> failures = new ArrayList<>();
            for (int caller = 0; caller < 10; caller++) {
                failures.add(callers.submit(() -> failureWithin(Duration.ofSeconds(5))));
            }
            for (Future<Throwable> failure : failures) {
                assertThat(failure.get()).isInstanceOf(AmqpException.class);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        } finally {
            callers.shutdownNow();
        }
    }

    @Test
    void doesNotWaitForOthersThatConnectToABrokerThatIsFrozen() throws Exception {
        relay.up();
        relay.freeze();
        ExecutorService others = Executors.newFixedThreadPool(3);
        try {
            for (int other = 0; other < 3; other++) {
                others.execute(connectionFactory::createConnection);
            }
            await().until(relay::hasClients);

            assertThat(failureWithin(Duration.ofSeconds(2)))
                    .isInstanceOf(PublishNotConfirmedException.class)
                    .hasMessageContaining("no connection");
        } finally {
            others.shutdownNow();
        }
    }

    @Test
    void failsAtOnceWhileTheBrokerTakesNoMessages() throws Exception {
        relay.up();
        publish();
        relay.block();
        await().until(() -> !blocked.isEmpty());

        assertThat(failureWithin(Duration.ofMillis(500)))
                .isInstanceOf(PublishNotConfirmedException.class)
                .hasMessageContaining("takes no messages");
        assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);

        relay.unblock();
        await().until(() -> blocked.isEmpty());
        publish();
        assertThat(health.health().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void isNotHealthyWithAPasswordThatTheBrokerRefuses() throws Exception {
        relay.up();
        connectionFactory.setPassword("wrong");
        try {
            assertThat(health.health().getDetails().get("reason"))
                    .isEqualTo("The broker refuses the user or its password");
        } finally {
            connectionFactory.setPassword("guest");
        }
    }

    @Test
    void isNotHealthyWithoutABrokerNorWaitsForAFrozenOne() throws Exception {
        assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);

        relay.up();
        assertThat(health.health().getStatus()).isEqualTo(Status.UP);

        relay.freeze();
        long start = System.nanoTime();
        assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
    }

    private void publish() {
        camel.sendBody("direct:publish", "event");
    }

    private Throwable failureWithin(Duration limit) {
        long start = System.nanoTime();
        Throwable failure = catchThrowable(this::publish);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(limit);
        return failure.getCause();
    }

    @Configuration
    @EnableAutoConfiguration
    static class Application {

        @Bean
        RouteBuilder routes() {
            return new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:publish").to("spring-rabbitmq:outage.exchange?routingKey=outage.key");
                }
            };
        }
    }
}
