package dev.journey.rabbitmq;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** Settings of this extension, all below {@code journey.rabbitmq}. */
@ConfigurationProperties("journey.rabbitmq")
public class RabbitMQProperties {

    /** What holds for messages that a {@code spring-rabbitmq} producer publishes. */
    private final Publisher publisher = new Publisher();

    /** What holds for {@code spring-rabbitmq} consumers. */
    private final Consumer consumer = new Consumer();

    /** Exchanges, queues and bindings that are declared on every new connection. */
    private List<Binding> bindings = new ArrayList<>();

    public Publisher getPublisher() {
        return publisher;
    }

    public Consumer getConsumer() {
        return consumer;
    }

    public List<Binding> getBindings() {
        return bindings;
    }

    public void setBindings(List<Binding> bindings) {
        this.bindings = bindings;
    }

    /** Settings below {@code journey.rabbitmq.publisher}. */
    public static class Publisher {

        /** The longest that a message may wait for the broker's confirm. */
        private Duration confirmTimeout = Duration.ofSeconds(4);

        public Duration getConfirmTimeout() {
            return confirmTimeout;
        }

        public void setConfirmTimeout(Duration confirmTimeout) {
            this.confirmTimeout = confirmTimeout;
        }
    }

    /** Settings below {@code journey.rabbitmq.consumer}. */
    public static class Consumer {

        /** How long to wait before the next attempt to connect, to find a queue, or to process a message that failed. */
        private Duration recoveryInterval = Duration.ofSeconds(1);

        /** How many ids of processed messages are kept, so that one that comes again is recognised. */
        private int rememberedMessages = 10_000;

        public Duration getRecoveryInterval() {
            return recoveryInterval;
        }

        public void setRecoveryInterval(Duration recoveryInterval) {
            this.recoveryInterval = recoveryInterval;
        }

        public int getRememberedMessages() {
            return rememberedMessages;
        }

        public void setRememberedMessages(int rememberedMessages) {
            this.rememberedMessages = rememberedMessages;
        }
    }

    /** A durable queue and, unless it is reached by the default exchange only, what binds it to an exchange. */
    public static class Binding {

        /** A durable direct exchange. None: the queue is reached by its name through the default exchange. */
        private String exchange;

        /** The routing key that binds the queue to the exchange. */
        private String routingKey = "";

        /** A durable queue. */
        private String queue;

        public String getExchange() {
            return exchange;
        }

        public void setExchange(String exchange) {
            this.exchange = exchange;
        }

        public String getRoutingKey() {
            return routingKey;
        }

        public void setRoutingKey(String routingKey) {
            this.routingKey = routingKey;
        }

        public String getQueue() {
            return queue;
        }

        public void setQueue(String queue) {
            this.queue = queue;
        }
    }
}
