package dev.journey.test;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.journey.localstack.broker.EmbeddedBroker;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeoutException;

/**
 * The broker of a run: the RabbitMQ server that {@code -Dtest.rabbitmq.port} (and {@code -Dtest.rabbitmq.host}) names,
 * or else an embedded one.
 */
final class Broker implements AutoCloseable {

    static final String EXCHANGE = "exchange";
    static final String ROUTING_KEY = "checkout.processed";
    static final String QUEUE = "stock-queue";
    static final String USER = "guest";
    static final String PASSWORD = "guest";

    private static final List<String> QUEUES = List.of(QUEUE, QUEUE + ".dead-letter");

    private final EmbeddedBroker embedded;
    private final InetSocketAddress address;

    private Broker(EmbeddedBroker embedded, InetSocketAddress address) {
        this.embedded = embedded;
        this.address = address;
    }

    /** Starts a broker, or finds the given one, and has nothing of an earlier run in it. */
    static Broker start() throws IOException, TimeoutException {
        Integer port = Integer.getInteger("test.rabbitmq.port");
        Broker broker;
        if (port == null) {
            EmbeddedBroker embedded = EmbeddedBroker.start(0);
            broker = new Broker(embedded, new InetSocketAddress("127.0.0.1", embedded.port()));
        } else {
            broker = new Broker(
                    null, new InetSocketAddress(System.getProperty("test.rabbitmq.host", "127.0.0.1"), port));
        }
        broker.empty();
        return broker;
    }

    InetSocketAddress address() {
        return address;
    }

    /** Connects as a client of its own, past the proxy. */
    Connection connect() throws IOException, TimeoutException {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost(address.getHostString());
        factory.setPort(address.getPort());
        factory.setUsername(USER);
        factory.setPassword(PASSWORD);
        factory.setAutomaticRecoveryEnabled(false);
        return factory.newConnection("journey-test");
    }

    /** Takes away what the services declare, and every message with it. */
    void empty() throws IOException, TimeoutException {
        try (Connection connection = connect()) {
            for (String queue : QUEUES) {
                delete(connection, channel -> channel.queueDelete(queue));
            }
            delete(connection, channel -> channel.exchangeDelete(EXCHANGE));
        }
    }

    private static void delete(Connection connection, Deletion deletion) throws IOException {
        Channel channel = connection.createChannel();
        try {
            deletion.of(channel);
        } catch (IOException notThere) {
            // RabbitMQ deletes what is not there; another broker closes the channel with 404.
        }
    }

    /** The messages in {@code stock-queue} that wait for a consumer. */
    int waitingMessages() throws IOException, TimeoutException {
        try (Connection connection = connect();
                Channel channel = connection.createChannel()) {
            return channel.queueDeclarePassive(QUEUE).getMessageCount();
        }
    }

    @Override
    public void close() {
        if (embedded != null) {
            embedded.close();
        }
    }

    private interface Deletion {
        void of(Channel channel) throws IOException;
    }
}
