package dev.journey.rabbitmq;

import com.rabbitmq.client.Channel;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.amqp.AmqpAuthenticationException;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;

/**
 * Up if the broker answers and takes messages. The indicator answers within its time limit whatever the broker does: a
 * check that hangs goes on by itself, and no other is begun until it ends.
 */
final class BrokerHealthIndicator implements HealthIndicator {

    private final ConnectionFactory connectionFactory;
    private final BlockedConnections blocked;
    private final Duration timeout;
    private final SharedTask<Void> check = new SharedTask<>("broker-health-", this::askBroker);

    BrokerHealthIndicator(ConnectionFactory connectionFactory, BlockedConnections blocked, Duration timeout) {
        this.connectionFactory = connectionFactory;
        this.blocked = blocked;
        this.timeout = timeout;
    }

    @Override
    public Health health() {
        try {
            check.run().get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException exception) {
            return down(
                    isLoginRefused(exception)
                            ? "The broker refuses the user or its password"
                            : "The broker does not answer");
        } catch (TimeoutException exception) {
            return down("The broker does not answer");
        } catch (InterruptedException exception) {
            Thread.currentThread().interrupt();
            return Health.unknown().build();
        }
        return blocked.isEmpty() ? Health.up().build() : down("The broker takes no messages, short of memory or disk");
    }

    private static boolean isLoginRefused(Throwable failure) {
        Throwable cause = failure;
        while (cause != null && !(cause instanceof AmqpAuthenticationException)) {
            cause = cause.getCause();
        }
        return cause != null;
    }

    private static Health down(String reason) {
        return Health.down().withDetail("reason", reason).build();
    }

    private Void askBroker() {
        // Past the cache of channels: to open one is a question that the broker has to answer.
        try (Channel channel =
                connectionFactory.createConnection().getDelegate().createChannel()) {
            if (channel == null) {
                throw new IllegalStateException("The broker gives no channel");
            }
            return null;
        } catch (Exception exception) {
            throw new IllegalStateException(exception);
        }
    }
}
