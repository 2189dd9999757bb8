package dev.journey.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import java.io.IOException;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;

/**
 * Puts dead letters back where they came from: to the exchange and with the routing key that their headers
 * {@value #EXCHANGE} and {@value #ROUTING_KEY} name, without the headers that begin with {@value #PREFIX}. A message
 * leaves the dead-letter queue once the broker has confirmed that another queue has it.
 */
public final class DeadLetterReplay {

    private static final String PREFIX = "dead-letter-";
    private static final String EXCHANGE = PREFIX + "exchange";
    private static final String ROUTING_KEY = PREFIX + "routing-key";
    private static final String REASON = PREFIX + "reason";
    private static final int TIMEOUT_MILLISECONDS = 5_000;

    private final Channel channel;
    private final String queue;
    private final AtomicReference<String> returned = new AtomicReference<>();

    private DeadLetterReplay(Channel channel, String queue) throws IOException {
        this.channel = channel;
        this.queue = queue;
        channel.confirmSelect();
        channel.addReturnListener(message -> returned.set(message.getReplyText()));
    }

    /**
     * Replays the messages of a queue that are in it when it begins, the oldest first, and prints each. The broker is that
     * of {@code RABBITMQ_HOST}, {@code RABBITMQ_PORT}, {@code RABBITMQ_USER} and {@code RABBITMQ_PASS}; with
     * {@code RABBITMQ_TLS=true} over TLS, with the JVM's trust store and host-name verification.
     *
     * @param arguments the queue, and then optionally {@code --limit n} and {@code --dry-run}
     * <p>Ends the JVM: with 0 if each message was put back, or else with 1.
     */
    public static void main(String[] arguments) throws InterruptedException, NoSuchAlgorithmException {
        int limit = Integer.MAX_VALUE;
        boolean dryRun = false;
        for (int index = 1; index < arguments.length; index++) {
            switch (arguments[index]) {
                case "--dry-run" -> dryRun = true;
                case "--limit" -> limit = Integer.parseInt(arguments[++index]);
                default -> throw new IllegalArgumentException(arguments[index]);
            }
        }
        boolean complete = false;
        try (Connection connection = connectionFactory().newConnection("dead-letter-replay");
                Channel channel = connection.createChannel()) {
            complete = new DeadLetterReplay(channel, arguments[0]).replay(limit, dryRun);
        } catch (IOException | TimeoutException exception) {
            Throwable reason = exception.getMessage() == null ? exception.getCause() : exception;
            System.err.println("Stopped: " + reason.getMessage());
        }
        System.exit(complete ? 0 : 1);
    }

    private static ConnectionFactory connectionFactory() throws NoSuchAlgorithmException {
        Map<String, String> environment = System.getenv();
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost(environment.getOrDefault("RABBITMQ_HOST", "localhost"));
        factory.setPort(Integer.parseInt(environment.getOrDefault("RABBITMQ_PORT", "5672")));
        factory.setUsername(environment.getOrDefault("RABBITMQ_USER", "guest"));
        factory.setPassword(environment.getOrDefault("RABBITMQ_PASS", "guest"));
        factory.setConnectionTimeout(TIMEOUT_MILLISECONDS);
        factory.setHandshakeTimeout(TIMEOUT_MILLISECONDS);
        factory.setChannelRpcTimeout(TIMEOUT_MILLISECONDS);
        factory.setAutomaticRecoveryEnabled(false);
        if (Boolean.parseBoolean(environment.get("RABBITMQ_TLS"))) {
            factory.useSslProtocol(SSLContext.getDefault());
            factory.enableHostnameVerification();
        }
        return factory;
    }

    /** Answers whether each message could be put back. */
    private boolean replay(int limit, boolean dryRun) throws IOException, TimeoutException, InterruptedException {
        // Not those that come back meanwhile: a message that fails again would be replayed for ever.
        int count = Math.min(limit, channel.queueDeclarePassive(queue).getMessageCount());
        int replayed = 0;
        for (int taken = 0; taken < count; taken++) {
            GetResponse message = channel.basicGet(queue, false);
            if (message == null) {
                break;
            }
            if (print(message) && !dryRun) {
                publish(message);
                channel.basicAck(message.getEnvelope().getDeliveryTag(), false);
                replayed++;
            }
        }
        System.out.println(
                dryRun
                        ? "Nothing was replayed (dry run); " + count + " messages were looked at"
                        : replayed + " of " + count + " messages were replayed");
        // What is not acknowledged goes back to the queue as the channel closes.
        return dryRun || replayed == count;
    }

    /** Answers whether the message says where it came from. */
    private static boolean print(GetResponse message) {
        String exchange = header(message, EXCHANGE);
        String routingKey = header(message, ROUTING_KEY);
        boolean known = exchange != null && routingKey != null;
        System.out.printf(
                "%s -> %s, reason: %s%n",
                message.getProps().getMessageId(),
                known ? exchange + ":" + routingKey : "stays, it does not say where it came from",
                header(message, REASON));
        return known;
    }

    private void publish(GetResponse message) throws IOException, TimeoutException, InterruptedException {
        Map<String, Object> headers = new HashMap<>(message.getProps().getHeaders());
        headers.keySet().removeIf(name -> name.startsWith(PREFIX));
        BasicProperties properties =
                message.getProps().builder().headers(headers).deliveryMode(2).build();
        returned.set(null);
        channel.basicPublish(
                header(message, EXCHANGE), header(message, ROUTING_KEY), true, properties, message.getBody());
        if (!channel.waitForConfirms(TIMEOUT_MILLISECONDS) || returned.get() != null) {
            throw new IOException("The broker did not take a message, which stays in " + queue + ": " + returned.get());
        }
    }

    private static String header(GetResponse message, String name) {
        Map<String, Object> headers = message.getProps().getHeaders();
        Object value = headers == null ? null : headers.get(name);
        return value == null ? null : value.toString();
    }
}
