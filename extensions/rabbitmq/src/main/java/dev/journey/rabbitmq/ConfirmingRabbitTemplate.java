package dev.journey.rabbitmq;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageDeliveryMode;
import org.springframework.amqp.rabbit.connection.Connection;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.connection.ConnectionFactoryUtils;
import org.springframework.amqp.rabbit.connection.CorrelationData;
import org.springframework.amqp.rabbit.connection.RabbitUtils;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.amqp.rabbit.support.RabbitExceptionTranslator;

/**
 * Publishes a message persistently and returns once the broker has confirmed that it is in a queue.
 *
 * <p>See the broker's <a href="https://www.rabbitmq.com/docs/confirms">publisher confirms</a> and the
 * {@code mandatory} flag of AMQP 0-9-1. Only {@link #send(String, String, Message)} waits.
 */
final class ConfirmingRabbitTemplate extends RabbitTemplate {

    private final ReentrantLock declaring = new ReentrantLock();
    private final Duration timeout;
    private final BlockedConnections blocked;
    private final AmqpAdmin admin;
    private final SharedTask<Connection> opening = new SharedTask<>("broker-connection-", this::openConnection);
    private volatile Connection connection;

    /**
     * @param connectionFactory must have correlated confirms and returns enabled
     * @param timeout the longest to wait for a confirm; half of it, for a connection
     * @param blocked hears of the connection factory's connections
     * @param admin declares again what turns out to be missing, or null
     * @throws IllegalArgumentException if the connection factory cannot tell what became of a message
     */
    ConfirmingRabbitTemplate(
            ConnectionFactory connectionFactory, Duration timeout, BlockedConnections blocked, AmqpAdmin admin) {
        super(connectionFactory);
        if (!connectionFactory.isPublisherConfirms() || !connectionFactory.isPublisherReturns()) {
            throw new IllegalArgumentException("Confirmed publishing needs a connection factory with correlated "
                    + "publisher confirms and publisher returns, as CachingConnectionFactory can have");
        }
        this.timeout = timeout;
        this.blocked = blocked;
        this.admin = admin;
        setMandatory(true);
        // Without a callback Spring warns of each return; what was returned is in the correlation data.
        setReturnsCallback(returned -> {});
    }

    /**
     * Publishes a message and waits for the broker's confirm.
     *
     * @throws PublishNotConfirmedException if the broker refuses the message or has no queue for it, if it takes no
     *     messages for now or does not answer in time, or if the thread is interrupted meanwhile (it stays so)
     * @throws AmqpException if there is no connection to the broker, or none in time
     */
    @Override
    public void send(String exchange, String routingKey, Message message) {
        long deadline = System.nanoTime() + timeout.toNanos();
        message.getMessageProperties().setDeliveryMode(MessageDeliveryMode.PERSISTENT);
        CorrelationData correlation = new CorrelationData();
        try {
            connect();
            // The channel is held meanwhile: one with a confirm to come would be given back by a thread that waits for
            // it.
            CorrelationData.Confirm confirm = execute(channel -> {
                doSend(channel, exchange, routingKey, message, true, correlation);
                return confirm(correlation, deadline);
            });
            // RabbitMQ acknowledges what it returns, other brokers refuse it.
            if (correlation.getReturned() != null) {
                declareAgain();
                throw new PublishNotConfirmedException(
                        "The message was returned: " + correlation.getReturned().getReplyText());
            }
            if (!confirm.isAck()) {
                // The broker's own answer, or the channel's end. The reason of that is not always the broker's: Spring
                // may
                // have been the first to close the channel. With the connection's end all is declared on the next one.
                if (connection.isOpen()) {
                    declareAgain();
                }
                throw new PublishNotConfirmedException("The broker refused the message"
                        + (confirm.getReason() == null ? "" : ": " + confirm.getReason()));
            }
        } catch (RuntimeException exception) {
            // The client's own exceptions of a closed connection or channel are no AmqpException.
            throw RabbitExceptionTranslator.convertRabbitAccessException(exception);
        }
    }

    private static CorrelationData.Confirm confirm(CorrelationData correlation, long deadline) {
        try {
            return correlation.getFuture().get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException exception) {
            throw new PublishNotConfirmedException("The broker did not confirm the message in time", exception);
        } catch (InterruptedException exception) {
            throw interrupted(exception);
        } catch (ExecutionException exception) {
            throw RabbitExceptionTranslator.convertRabbitAccessException(exception.getCause());
        }
    }

    private static PublishNotConfirmedException interrupted(InterruptedException exception) {
        Thread.currentThread().interrupt();
        return new PublishNotConfirmedException("Interrupted before the broker confirmed the message", exception);
    }

    private void connect() {
        Connection current = connection;
        if (current == null || !current.isOpen()) {
            current = open();
            connection = current;
        }
        // What is written to such a connection stays in the sockets until they are full, and then in the write.
        if (blocked.contains(current)) {
            throw new PublishNotConfirmedException("The broker takes no messages for now");
        }
    }

    /**
     * The connection factory makes its callers wait for one another while one of them opens a connection, and looking up
     * a name has no limit at all. Half of the time is left for the channel and the confirm.
     */
    private Connection open() {
        try {
            return opening.run().get(timeout.toNanos() / 2, TimeUnit.NANOSECONDS);
        } catch (TimeoutException exception) {
            throw new PublishNotConfirmedException("There is no connection to the broker yet", exception);
        } catch (InterruptedException exception) {
            throw interrupted(exception);
        } catch (ExecutionException exception) {
            throw RabbitExceptionTranslator.convertRabbitAccessException(exception.getCause());
        }
    }

    private Connection openConnection() {
        Connection opened = ConnectionFactoryUtils.createConnection(getConnectionFactory(), isUsePublisherConnection());
        RabbitUtils.closeConnection(opened);
        return opened;
    }

    /** The message fails all the same: what is declared now is for those after it. */
    private void declareAgain() {
        if (admin == null || !declaring.tryLock()) {
            return;
        }
        try {
            declare();
        } catch (AmqpException exception) {
            logger.warn("What was deleted could not be declared again", exception);
        } finally {
            declaring.unlock();
        }
    }

    private void declare() {
        try {
            admin.initialize();
        } catch (AmqpException exception) {
            // Spring closes the channel of the refused message meanwhile, and may have given out that one once more.
            logger.debug("The declaration is tried once more", exception);
            admin.initialize();
        }
    }
}
