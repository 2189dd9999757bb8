package dev.journey.benchmark;

import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * RabbitMQ's own load generator on the same broker: what the broker can do at most with messages of the same size,
 * persistent, confirmed and acked, and consumers of the same number and prefetch as stock's.
 *
 * @see <a href="https://perftest.rabbitmq.com">PerfTest</a>
 */
final class PerfTest {

    /** As a consumer of a full queue. */
    static final String NAME = "PerfTest";

    private static final String VIRTUAL_HOST = "perf-test";
    private static final int CLIENTS = 4;
    private static final int PREFETCH = 10;
    private static final Pattern RATE = Pattern.compile("(sending|receiving) rate avg: (\\d+) msg/s");

    private final Broker broker;
    private final Jdk jdk;
    private final Path root;
    private final Path folder;
    private final int unconfirmed;

    /**
     * @param root the project's folder
     * @param folder for what it reads and prints
     * @param inFlight how many messages may be unconfirmed in all
     */
    PerfTest(Broker broker, Jdk jdk, Path root, Path folder, int inFlight) throws IOException, InterruptedException {
        this.broker = broker;
        this.jdk = jdk;
        this.root = root;
        this.folder = folder;
        unconfirmed = Math.max(inFlight / CLIENTS, 1);
        Files.createDirectories(folder);
        Files.writeString(
                folder.resolve("message.json"), Broker.message(UUID.randomUUID().toString()));
        broker.add(VIRTUAL_HOST);
        try (Connection connection = broker.connect(VIRTUAL_HOST);
                Channel channel = connection.createChannel()) {
            channel.exchangeDeclare(Broker.EXCHANGE, BuiltinExchangeType.DIRECT, true);
            channel.queueDeclare(Broker.QUEUE, true, false, false, null);
            channel.queueBind(Broker.QUEUE, Broker.EXCHANGE, Broker.ROUTING_KEY);
        } catch (TimeoutException exception) {
            throw new IOException(exception);
        }
    }

    /** Publishes and consumes for so long, both at once, and returns what it published and consumed a second. */
    List<Limit> publishAndConsume(int seconds) throws IOException, InterruptedException {
        Path log = folder.resolve("perf-test.log");
        Process process = start(log, CLIENTS, "--time", Integer.toString(seconds));
        process.waitFor();
        List<Limit> limits = parse(Files.readString(log));
        if (limits.size() != 2) {
            throw new IllegalStateException("PerfTest failed; see " + log);
        }
        return limits;
    }

    static List<Limit> parse(String output) {
        List<Limit> limits = new ArrayList<>();
        Matcher rate = RATE.matcher(output);
        while (rate.find()) {
            limits.add(new Limit(
                    rate.group(1).equals("sending")
                            ? "PerfTest publishes, confirmed, while it consumes"
                            : "PerfTest consumes, acked, while it publishes",
                    Double.parseDouble(rate.group(2)),
                    null));
        }
        return limits;
    }

    /** Has only its consumers run on a full queue. */
    Drain drain(int repetition, int messages) throws IOException, InterruptedException {
        Process[] process = new Process[1];
        try {
            return Drain.measure(
                    broker,
                    VIRTUAL_HOST,
                    NAME,
                    repetition,
                    messages,
                    () -> process[0] = start(folder.resolve("perf-test-consumers.log"), 0));
        } finally {
            if (process[0] != null) {
                process[0].destroy();
                if (!process[0].waitFor(10, TimeUnit.SECONDS)) {
                    process[0].destroyForcibly().waitFor();
                }
            }
        }
    }

    private Process start(Path log, int producers, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                jdk.java().toString(),
                "-cp",
                root.resolve(Path.of("benchmark", "runner", "target", "app", "lib")) + "/*",
                "com.rabbitmq.perf.PerfTest",
                "--uri",
                "amqp://" + Broker.USER + ":" + Broker.USER + "@127.0.0.1:" + broker.port() + "/" + VIRTUAL_HOST,
                "--predeclared",
                "--exchange",
                Broker.EXCHANGE,
                "--routing-key",
                Broker.ROUTING_KEY,
                "--queue",
                Broker.QUEUE,
                "--producers",
                Integer.toString(producers),
                "--consumers",
                Integer.toString(CLIENTS),
                "--qos",
                Integer.toString(PREFETCH),
                "--confirm",
                Integer.toString(unconfirmed),
                "--flag",
                "persistent",
                "--flag",
                "mandatory",
                "--body",
                folder.resolve("message.json").toString(),
                "--body-content-type",
                "application/json"));
        command.addAll(List.of(more));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }
}
