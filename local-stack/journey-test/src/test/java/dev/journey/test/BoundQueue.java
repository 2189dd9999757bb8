package dev.journey.test;

import com.rabbitmq.client.AMQP.Queue;
import com.rabbitmq.client.CancelCallback;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A queue of the test's own beside {@code stock-queue}, which gets a copy of every message, and is gone when closed. */
final class BoundQueue implements AutoCloseable {

    private static final CancelCallback NOTHING = consumer -> {};

    private final Connection connection;
    private final BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();

    BoundQueue(Broker broker) throws IOException, TimeoutException {
        connection = broker.connect();
        Channel channel = connection.createChannel();
        Queue.DeclareOk queue = channel.queueDeclare();
        channel.queueBind(queue.getQueue(), Broker.EXCHANGE, Broker.ROUTING_KEY);
        channel.basicConsume(queue.getQueue(), true, (consumer, delivery) -> deliveries.add(delivery), NOTHING);
    }

    /** The next message; an error where none comes. */
    Delivery take() throws InterruptedException {
        Delivery delivery = deliveries.poll(10, TimeUnit.SECONDS);
        if (delivery == null) {
            throw new AssertionError("no message came");
        }
        return delivery;
    }

    /** Whether there is no message that was not taken. */
    boolean isEmpty() {
        return deliveries.isEmpty();
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
