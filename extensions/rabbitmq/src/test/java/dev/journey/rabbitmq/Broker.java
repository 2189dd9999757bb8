package dev.journey.rabbitmq;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.journey.localstack.broker.EmbeddedBroker;
import java.io.IOException;
import java.util.concurrent.TimeoutException;

/**
 * The broker of these tests: an embedded one, or the one at the system property {@code test.rabbitmq.port} (and
 * {@code test.rabbitmq.host}).
 */
final class Broker {

    static final String HOST = System.getProperty("test.rabbitmq.host", "127.0.0.1");
    static final int PORT = System.getProperty("test.rabbitmq.port") == null
            ? EmbeddedBroker.start(0).port()
            : Integer.getInteger("test.rabbitmq.port");

    private Broker() {}

    /** A connection by RabbitMQ's own client, which shares nothing with the code under test. */
    static Connection connect() throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost(HOST);
        factory.setPort(PORT);
        return factory.newConnection();
    }

    static void deleteQueue(Connection peer, String queue) {
        ignoringAbsence(peer, channel -> channel.queueDelete(queue));
    }

    static void deleteExchange(Connection peer, String exchange) {
        ignoringAbsence(peer, channel -> channel.exchangeDelete(exchange));
    }

    /** To delete what is not there is an error on some brokers, and it closes the channel. */
    private static void ignoringAbsence(Connection peer, Deletion deletion) {
        try (Channel channel = peer.createChannel()) {
            deletion.run(channel);
        } catch (AlreadyClosedException | IOException exception) {
            if (!exception.toString().contains("404")
                    && !String.valueOf(exception.getCause()).contains("404")) {
                throw new IllegalStateException(exception);
            }
        } catch (TimeoutException exception) {
            throw new IllegalStateException(exception);
        }
    }

    private interface Deletion {
        void run(Channel channel) throws IOException;
    }
}
