package dev.journey.rabbitmq;

import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.autoconfigure.amqp.CachingConnectionFactoryConfigurer;

/**
 * Gives consumers a connection apart from that of publishers: a broker short of memory or disk reads nothing more from a
 * connection that has published, and acknowledgements would wait with the messages.
 *
 * @see <a href="https://www.rabbitmq.com/docs/alarms">Memory and disk alarms</a>
 */
final class ConsumerConnections implements DisposableBean {

    private final CachingConnectionFactory publishers;
    private final CachingConnectionFactory consumers;

    /** @param configurer has given the publishers' its settings */
    ConsumerConnections(CachingConnectionFactory publishers, CachingConnectionFactoryConfigurer configurer) {
        this.publishers = publishers;
        com.rabbitmq.client.ConnectionFactory client =
                publishers.getRabbitConnectionFactory().clone();
        if (!client.isSSL()) {
            // Writes at once what several threads acknowledge. Too much for a broker that reads no more would keep its
            // thread from noticing that, but acknowledgements are small. With TLS the handshake would be its own as
            // well.
            client.useNio();
        }
        consumers = new CachingConnectionFactory(client);
        configurer.configure(consumers);
        consumers.setExecutor(new DeliveryExecutor());
        consumers.setBeanName("consumers");
    }

    /** The one for an endpoint's consumer, unless the endpoint has another than the publishers'. */
    ConnectionFactory of(ConnectionFactory endpoints) {
        return endpoints == publishers ? consumers : endpoints;
    }

    @Override
    public void destroy() {
        consumers.destroy();
    }
}
