package dev.journey.rabbitmq;

import com.rabbitmq.client.BlockedListener;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.amqp.rabbit.connection.Connection;
import org.springframework.amqp.rabbit.connection.ConnectionListener;

/**
 * Knows on which connections the broker takes no messages for now, short of memory or disk.
 *
 * @see <a href="https://www.rabbitmq.com/docs/connection-blocked">Blocked connection notifications</a>
 */
final class BlockedConnections implements ConnectionListener {

    private final Map<Connection, String> reasons = new ConcurrentHashMap<>();

    @Override
    public void onCreate(Connection connection) {
        // Spring has one object for a connection and those that replace it.
        reasons.remove(connection);
        connection.addBlockedListener(new BlockedListener() {
            @Override
            public void handleBlocked(String reason) {
                reasons.put(connection, reason);
            }

            @Override
            public void handleUnblocked() {
                reasons.remove(connection);
            }
        });
    }

    @Override
    public void onClose(Connection connection) {
        reasons.remove(connection);
    }

    boolean contains(Connection connection) {
        return reasons.containsKey(connection);
    }

    boolean isEmpty() {
        return reasons.isEmpty();
    }
}
