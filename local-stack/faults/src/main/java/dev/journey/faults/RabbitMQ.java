package dev.journey.faults;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A RabbitMQ server of this run's own: its node name, ports and data are nobody else's. It needs no root. */
final class RabbitMQ {

    static final String USER = "guest";
    static final String QUEUE = "stock-queue";
    static final String DEAD_LETTER_QUEUE = QUEUE + ".dead-letter";

    private static final String DISK_LIMIT = "50MB";
    private static final String DISK_LIMIT_OUT_OF_REACH = "1000000GB";
    private static final Duration STOP_LIMIT = Duration.ofSeconds(15);

    private final Path programs;
    private final int port;
    private final Path log;
    private final Map<String, String> environment;
    private Process process;

    /**
     * @param programs the folder with {@code rabbitmq-server} and {@code rabbitmqctl}
     * @param folder for its data and logs
     */
    RabbitMQ(Path programs, Path folder, FreePorts ports) throws IOException {
        this.programs = programs;
        if (!Files.isExecutable(programs.resolve("rabbitmq-server"))) {
            throw new IllegalStateException("There is no RabbitMQ in " + programs + "; RABBITMQ_BIN names its folder");
        }
        Files.createDirectories(folder);
        port = ports.find();
        log = folder.resolve("output.log");
        environment = Map.of(
                "HOME", folder.toString(),
                // The server is then this program's own child, and not a shell's.
                "RUNNING_UNDER_SYSTEMD", "true",
                "RABBITMQ_NODENAME", "journey-faults-" + port + "@localhost",
                "RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1",
                "RABBITMQ_NODE_PORT", Integer.toString(port),
                "RABBITMQ_DIST_PORT", Integer.toString(ports.find()),
                "RABBITMQ_MNESIA_BASE", folder.resolve("data").toString(),
                "RABBITMQ_LOG_BASE", folder.resolve("log").toString(),
                "RABBITMQ_PID_FILE", folder.resolve("pid").toString(),
                "RABBITMQ_ENABLED_PLUGINS_FILE", folder.resolve("plugins").toString());
    }

    int port() {
        return port;
    }

    /** Starts the process; {@link #isUp()} tells when it serves. */
    void start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        programs.resolve("rabbitmq-server").toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        process = builder.start();
    }

    boolean isUp() {
        try (Connection connection = connect()) {
            return connection.isOpen();
        } catch (IOException | TimeoutException | ShutdownSignalException exception) {
            return false;
        }
    }

    /** Ends the process by SIGKILL and returns once it has ended. */
    void kill() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    /** Stops it by SIGTERM, or else by SIGKILL. */
    void stop() throws InterruptedException {
        if (process != null) {
            process.destroy();
            if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                kill();
            }
        }
    }

    /** Takes the processor away from the server, which keeps its connections. */
    void freeze() throws InterruptedException {
        Commands.signal(process, "STOP");
    }

    /** Ends {@link #freeze()}. */
    void resume() throws InterruptedException {
        Commands.signal(process, "CONT");
    }

    /** Has the server close each connection. */
    void closeAllConnections() throws InterruptedException {
        control("close_all_connections", "fault");
    }

    /** Raises the disk alarm: publishers are no longer read from. */
    void raiseDiskAlarm() throws InterruptedException {
        control("set_disk_free_limit", DISK_LIMIT_OUT_OF_REACH);
    }

    /** Ends {@link #raiseDiskAlarm()}. */
    void clearDiskAlarm() throws InterruptedException {
        control("set_disk_free_limit", DISK_LIMIT);
    }

    private void control(String... command) throws InterruptedException {
        List<String> words = new ArrayList<>();
        words.add(programs.resolve("rabbitmqctl").toString());
        words.addAll(List.of(command));
        Commands.run(environment, words.toArray(String[]::new));
    }

    /** Deletes stock's queue if it is empty, and returns whether it did. */
    boolean deleteEmptyQueue() {
        try (Connection connection = connect();
                Channel channel = connection.createChannel()) {
            channel.queueDelete(QUEUE, false, true);
            return true;
        } catch (IOException | TimeoutException | ShutdownSignalException exception) {
            return false;
        }
    }

    /** Takes what is in the dead-letter queue out of it, and returns each one's {@code traceparent}. */
    List<String> takeDeadLetters() throws IOException {
        List<String> found = new ArrayList<>();
        try (Connection connection = connect();
                Channel channel = connection.createChannel()) {
            for (GetResponse message; (message = channel.basicGet(DEAD_LETTER_QUEUE, true)) != null; ) {
                Map<String, Object> headers = message.getProps().getHeaders();
                found.add(String.valueOf(headers == null ? null : headers.get("traceparent")));
            }
        } catch (TimeoutException | ShutdownSignalException exception) {
            throw new IOException(exception);
        }
        return found;
    }

    private Connection connect() throws IOException, TimeoutException {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost("127.0.0.1");
        factory.setPort(port);
        factory.setUsername(USER);
        factory.setPassword(USER);
        factory.setAutomaticRecoveryEnabled(false);
        factory.setConnectionTimeout(2000);
        factory.setHandshakeTimeout(2000);
        return factory.newConnection("faults");
    }
}
