package dev.journey.benchmark;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A RabbitMQ server of this run's own: its node name, ports and data are nobody else's. It needs no root. What is
 * compared has a virtual host each, with exchanges and queues of the same names.
 */
final class Broker implements AutoCloseable {

    static final String USER = "guest";
    static final String EXCHANGE = "exchange";
    static final String ROUTING_KEY = "checkout.processed";
    static final String QUEUE = "stock-queue";
    static final String DEAD_LETTER_QUEUE = QUEUE + ".dead-letter";

    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
    private static final int UNCONFIRMED = 1000;

    private final Path programs;
    private final int port;
    private final Map<String, String> environment;
    private final Process process;

    /**
     * Starts it and returns once it serves.
     *
     * @param programs the folder with {@code rabbitmq-server} and {@code rabbitmqctl}
     * @param folder for its data and logs
     * @throws IllegalStateException if it does not come up
     */
    Broker(Path programs, Path folder, FreePorts ports) throws IOException, InterruptedException {
        this.programs = programs;
        if (!Files.isExecutable(programs.resolve("rabbitmq-server"))) {
            throw new IllegalStateException("There is no RabbitMQ in " + programs + "; RABBITMQ_BIN names its folder");
        }
        Files.createDirectories(folder);
        port = ports.find();
        environment = Map.of(
                "HOME", folder.toString(),
                // The server is then this program's own child, and not a shell's.
                "RUNNING_UNDER_SYSTEMD", "true",
                "RABBITMQ_NODENAME", "journey-benchmark-" + port + "@localhost",
                "RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1",
                "RABBITMQ_NODE_PORT", Integer.toString(port),
                "RABBITMQ_DIST_PORT", Integer.toString(ports.find()),
                "RABBITMQ_MNESIA_BASE", folder.resolve("data").toString(),
                "RABBITMQ_LOG_BASE", folder.resolve("log").toString(),
                "RABBITMQ_PID_FILE", folder.resolve("pid").toString(),
                "RABBITMQ_ENABLED_PLUGINS_FILE", folder.resolve("plugins").toString());
        Path log = folder.resolve("output.log");
        ProcessBuilder builder = new ProcessBuilder(
                        programs.resolve("rabbitmq-server").toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        process = builder.start();
        if (!Waiting.until(() -> isUp() || !process.isAlive(), START_LIMIT) || !process.isAlive()) {
            close();
            throw new IllegalStateException("RabbitMQ does not come up; see " + log);
        }
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    String version() throws InterruptedException {
        return control("version").strip();
    }

    /** Makes a virtual host. */
    void add(String virtualHost) throws InterruptedException {
        control("add_vhost", virtualHost);
        control("set_permissions", "-p", virtualHost, USER, ".*", ".*", ".*");
    }

    /** What is in a virtual host's queues, delivered and not yet acked included. */
    long messages(String virtualHost, String queue) throws InterruptedException {
        return control("list_queues", "-p", virtualHost, "--no-table-headers", "name", "messages")
                .lines()
                .map(line -> line.split("\t"))
                .filter(fields -> fields.length == 2 && fields[0].equals(queue))
                .mapToLong(fields -> Long.parseLong(fields[1].strip()))
                .sum();
    }

    /** How many connections a virtual host has. */
    int connections(String virtualHost) throws InterruptedException {
        return Math.toIntExact(control("list_connections", "--no-table-headers", "vhost")
                .lines()
                .filter(line -> line.strip().equals(virtualHost))
                .count());
    }

    /** How many channels a virtual host has. */
    int channels(String virtualHost) throws InterruptedException {
        return Math.toIntExact(control("list_channels", "--no-table-headers", "vhost")
                .lines()
                .filter(line -> line.strip().equals(virtualHost))
                .count());
    }

    Connection connect(String virtualHost) throws IOException {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost("127.0.0.1");
        factory.setPort(port);
        factory.setVirtualHost(virtualHost);
        factory.setUsername(USER);
        factory.setPassword(USER);
        factory.setAutomaticRecoveryEnabled(false);
        try {
            return factory.newConnection("benchmark");
        } catch (TimeoutException exception) {
            throw new IOException(exception);
        }
    }

    /** Publishes messages such as a checkout's to a virtual host, and returns once all are confirmed. */
    void publish(String virtualHost, int messages) throws IOException, InterruptedException {
        try (Connection connection = connect(virtualHost);
                Channel channel = connection.createChannel()) {
            channel.confirmSelect();
            for (int sent = 1; sent <= messages; sent++) {
                String id = UUID.randomUUID().toString();
                channel.basicPublish(
                        EXCHANGE,
                        ROUTING_KEY,
                        true,
                        new AMQP.BasicProperties.Builder()
                                .contentType("application/json")
                                .deliveryMode(2)
                                .messageId(id)
                                .correlationId(id)
                                .timestamp(new Date())
                                .headers(headers())
                                .build(),
                        message(id).getBytes(StandardCharsets.UTF_8));
                if (sent % UNCONFIRMED == 0 || sent == messages) {
                    channel.waitForConfirmsOrDie(TimeUnit.SECONDS.toMillis(30));
                }
            }
        } catch (TimeoutException exception) {
            throw new IOException(exception);
        }
    }

    private static Map<String, Object> headers() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        String traceparent = String.format(
                "00-%016x%016x-%016x-01",
                random.nextLong(1, Long.MAX_VALUE),
                random.nextLong(1, Long.MAX_VALUE),
                random.nextLong(1, Long.MAX_VALUE));
        // PerfTest takes no message without a time.
        return Map.of("traceparent", traceparent, "timestamp", System.nanoTime());
    }

    /** The body of a checkout's message. */
    static String message(String id) {
        return "{\"id\":\"" + id + "\",\"correlationId\":\"" + id + "\",\"timestamp\":\"2026-11-24T23:00:00Z\","
                + "\"payload\":{\"itemsID\":[1, 2, 3, 4],\"totalAmount\":1234}}";
    }

    private boolean isUp() {
        try (Connection connection = connect("/")) {
            return connection.isOpen();
        } catch (IOException | ShutdownSignalException exception) {
            return false;
        }
    }

    private String control(String... command) throws InterruptedException {
        List<String> words =
                new ArrayList<>(List.of(programs.resolve("rabbitmqctl").toString(), "--quiet"));
        words.addAll(List.of(command));
        return Commands.run(environment, words);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException exception) {
            Thread.currentThread().interrupt();
        }
    }
}
